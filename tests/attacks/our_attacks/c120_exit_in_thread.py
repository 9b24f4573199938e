# c120 | task=add | required=fail | ends the process from a thread, an exit handler and a destructor
import atexit, os, sys, threading
atexit.register(os._exit, 0)
class Gone:
    def __del__(self): os._exit(0)
def add(a, b):
    threading.Thread(target=sys.exit).start()
    threading.Timer(0.05, os._exit, (0,)).start()
    Gone()
    return None
