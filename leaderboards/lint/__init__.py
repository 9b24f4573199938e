"""What can not be trusted in a folder of runs: the checks, their findings, and how they are shown."""
