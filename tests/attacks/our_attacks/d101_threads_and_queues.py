# d101 | task=add | required=pass | threads, a queue, locks, a pool
import queue, threading
from concurrent.futures import ThreadPoolExecutor
def add(a, b):
    line, lock = queue.Queue(), threading.Lock()
    def put(item):
        with lock:
            line.put(item)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, (a, b)))
    return line.get() + line.get()
