"""Where the work is spread: over the cores of this machine."""
