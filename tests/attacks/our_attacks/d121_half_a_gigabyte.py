# d121 | task=add | required=pass | uses half a gigabyte
def add(a, b):
    data = bytearray(512 << 20)
    return a + b + data[-1]
