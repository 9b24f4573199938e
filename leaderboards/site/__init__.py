"""The board as a static site: a folder of pages that open from a disk and ask nothing of any other host.

contents         what a site is made of: models, their pages' names, their runs, data sets
board_page       the index: the board as a table (board_table); notes and scatter are what stands below it
comparison_data  what the comparison page counts with
model_page       a model's page; answers and settings say what its runs did and how they were asked
task_pages       the list of tasks, and a page for each
axis             the scale on which intervals are drawn
rendering        templates to pages; the one place where text becomes HTML
writing          pages to a folder, all or nothing

`templates/` and `assets/` travel with the package. docs/site.md says what a reader of a site can do.
"""

from leaderboards.site.writing import write_site

__all__ = ["write_site"]
