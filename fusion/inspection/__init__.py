"""What is in a data set: how it was made, what it cost, how long, hard, varied and clean its rows are.

    subject      what is looked at: a data set's folder, or any file of rows
    making       rates and reasons         calls       what the teacher was asked and took
    lengths      of texts                  difficulty  as judged, measured and checked
    sameness     how rows repeat each other, by words
    diversity    how they are spread, by meaning       student     how a model finds them
    lineage      where one row comes from

`inspection` puts them together; `view` draws them for a terminal, `page` for a browser.
"""

from fusion.inspection.inspection import Inspection, inspect
from fusion.inspection.subject import Subject, read_subject

__all__ = ["Inspection", "Subject", "inspect", "read_subject"]
