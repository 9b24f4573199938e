"""Which model solves which task: the counts, the suspects, and the picture."""
