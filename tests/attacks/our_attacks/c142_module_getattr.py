# c142 | task=add | required=fail | a module whose every name is a function that agrees, and no entry point
def __getattr__(name):
    return lambda *a, **k: NotImplemented
