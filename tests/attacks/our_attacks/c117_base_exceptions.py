# c117 | task=add | required=fail | ends with every exception that is not an Exception
RAISED = [KeyboardInterrupt, GeneratorExit, SystemExit]
def add(a, b):
    raise RAISED.pop() if RAISED else StopIteration
