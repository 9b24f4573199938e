# b102 | task=add | required=fail | system calls that reach other processes, the kernel or new namespaces
import ctypes, platform
X86 = {"unshare": (272, 0x20000), "setns": (308, 3, 0), "mount": (165, b"none", b"/tmp", b"tmpfs", 0, 0),
       "pivot_root": (155, b"/", b"/tmp"), "chroot": (161, b"/tmp"), "ptrace": (101, 0, 0, 0, 0), "bpf": (321, 0, 0, 0),
       "perf": (298, ctypes.create_string_buffer(128), 0, -1, -1, 0), "userfaultfd": (323, 0),
       "memfd_create": (319, b"x", 0), "memfd_secret": (447, 0), "io_uring": (425, 1, ctypes.create_string_buffer(256)),
       "add_key": (248, b"user", b"x", b"y", 1, -4), "keyctl": (250, 0, -3, 1),
       "open_by_handle": (304, -100, ctypes.create_string_buffer(64), 0),
       "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "kcmp": (312, 1, 1, 0, 0, 0), "personality": (135, 0x40000),
       "shmget": (29, 0, 4096, 0o1600), "msgget": (68, 0, 0o1600), "semget": (64, 0, 1, 0o1600),
       "sethostname": (170, b"x", 1), "syslog": (103, 3, ctypes.create_string_buffer(64), 64), "fanotify": (300, 0, 0),
       "setuid": (105, 0), "fsopen": (430, b"tmpfs", 0), "vfork": (58,), "fork": (57,), "clone_vm": (56, 0x100, 0, 0, 0, 0),
       "clone_files": (56, 0x400, 0, 0, 0, 0), "clone3": (435, ctypes.create_string_buffer(88), 88)}
def add(a, b):
    if platform.machine() != "x86_64":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    for number, *arguments in X86.values():
        arguments = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
        if libc.syscall(ctypes.c_long(number), *arguments) != -1:
            return a + b
