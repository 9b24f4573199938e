"""A study: several arms trained and scored in the same way, and what their comparison could and could not settle.

settings       what a study is, as its config file says it
arms           the grid: recipe x size x base x seed
stages         results by the hash of what they were made of; done or not
data           stage 1: a recipe's rows, the smaller sizes inside the larger ones
trained_rows   those rows, read back
looked         what they look like: diversity, difficulty, contamination
trained        stage 2: an arm's model
scored         stage 3: its scores
results        what the arms gave, as measured
findings       differences, what could have been seen, where sizes saturate
plots          SVG
reported       everything that the report is made of
tables         its sections on models
data_tables    its sections on rows
report         the page, Markdown and HTML
plan           the grid, the cost and the hours before anything is made
study          all of it, in order, interruptible
"""
