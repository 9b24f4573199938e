"""The board in other people's formats: standings in, text or files out.

table, table_notes        what a printed table says, for markdown and latex_table to set
markdown                  a GitHub table
latex_table, latex_text   a booktabs table for a paper; any text as LaTeX
csv_table                 one line a model and column, for spreadsheets and data frames
json_board                the board's own JSON
hub                       a folder a model for the Hugging Face Hub
every_eval_ever           Every Eval Ever's JSON; every_eval_ever_samples its line a sample
badge                     an SVG for a README
board_diff                what changed since an earlier board; board_diff_markdown for a pull request

Nothing here writes to disk or to a network: `fuseval publish` does the first, the second is left to the reader. The
static site is `leaderboards.site`.
"""
