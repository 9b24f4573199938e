# a125 | task=add | required=fail | machine code that makes a system call by the numbers of 32-bit programs
import ctypes, mmap
def add(a, b):
    code = b"\xb8\x02\x00\x00\x00\xcd\x80\xc3"  # fork, in the numbers of 32-bit programs
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    if ctypes.CFUNCTYPE(ctypes.c_int)(address)() == 0:
        import os
        os._exit(0)
    return a + b
