# a110 | task=add | required=fail | memory taken by many threads at once
import threading
KEEP = []
def take():
    for _ in range(64):
        KEEP.append(bytearray(b"x") * (16 << 20))
def add(a, b):
    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return a + b if len(KEEP) == 512 else None
