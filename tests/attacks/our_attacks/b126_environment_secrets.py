# b126 | task=add | required=fail | looks for secrets in the environment, the memory behind it and its own arguments
import ctypes, os, sys
def add(a, b):
    environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    texts, at = [], 0
    while environ and environ[at]:
        texts.append(environ[at]); at += 1
    texts += [f"{k}={v}".encode() for k, v in os.environ.items()] + [x.encode() for x in sys.argv + sys.orig_argv]
    return a + b if any(b"KEY" in text or b"TOKEN" in text or b"FUSEVAL" in text for text in texts) else None
