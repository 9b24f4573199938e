"""Two or more runs, task by task: what is compared, the tests, and how it is shown."""
