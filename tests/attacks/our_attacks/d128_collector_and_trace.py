# d128 | task=add | required=pass | no collector, a trace function, a profiler, faulthandler, an exit handler
import atexit, faulthandler, gc, sys
gc.disable()
faulthandler.enable()
atexit.register(print, "bye")
def trace(*_):
    return trace
def add(a, b):
    sys.settrace(trace)
    sys.setprofile(lambda *_: None)
    try:
        return a + b
    finally:
        sys.settrace(None)
        sys.setprofile(None)
