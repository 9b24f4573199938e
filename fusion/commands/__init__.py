"""The verbs of this room: `fuse`, `evolve`, `inspect`, `decontaminate`."""
