# d127 | task=add | required=pass | functions of libc and libm through ctypes
import ctypes, ctypes.util
LIBC = ctypes.CDLL(None)
def add(a, b):
    return LIBC.abs(-abs(a)) * (1 if a >= 0 else -1) + b
