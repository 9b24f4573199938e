# c104 | task=add | required=fail | replaces marshal, hashlib, struct, os.write and time under the harness
import hashlib, marshal, os, struct, sys, time
marshal.dumps = lambda *a: b"T"
hashlib.sha256 = lambda *a: type("H", (), {"digest": lambda self: bytes(32)})()
struct.pack = lambda *a: b""
os.write = lambda *a: 0
time.monotonic = lambda: 0.0
sys.modules["harness.sandbox.fingerprint"].fingerprint = lambda value: (bytes(8), b"")
def add(a, b):
    return None
