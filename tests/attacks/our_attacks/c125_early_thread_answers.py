# c125 | task=add | required=fail | answers late from a thread, through the harness's own objects
import sys, threading, time
def late(frame):
    time.sleep(0.2)
    while frame:
        send = getattr(frame.f_locals.get("self"), "_connection", None)
        if send:
            send.send(2, 0, b"T" + bytes(6) + b"\x01")
        frame = frame.f_back
def add(a, b):
    threading.Thread(target=late, args=(sys._getframe(1),), daemon=True).start()
    time.sleep(0.5)
    return None
