# d148 | task=add | required=pass | except*, notes, contexts, suppress and an exit that it catches itself
import contextlib, sys
def add(a, b):
    with contextlib.suppress(SystemExit):
        sys.exit(1)
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        pass
    except* TypeError:
        pass
    return a + b
