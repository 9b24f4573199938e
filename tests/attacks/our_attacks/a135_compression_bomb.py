# a135 | task=upper | required=fail | unpacks gigabytes from a few kilobytes
import zlib
def upper(s):
    packed = zlib.compress(b"\0" * (1 << 28))
    kept = []
    while True:
        kept.append(zlib.decompress(packed))
