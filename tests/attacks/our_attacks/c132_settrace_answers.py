# c132 | task=add | required=fail | a trace function that changes what its callers hold when this returns
import sys
def trace(frame, event, arg):
    frame.f_trace_opcodes = True
    for name in list(frame.f_locals):
        try:
            frame.f_locals[name] = 3
        except BaseException:
            pass
    return trace
def add(a, b):
    frame = sys._getframe()
    sys.settrace(trace); sys.setprofile(trace)
    while frame:
        frame.f_trace = trace
        frame = frame.f_back
    return None
