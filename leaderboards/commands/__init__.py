"""The verbs of this room: arguments in, a printed view out; the work is done in the modules beside."""
