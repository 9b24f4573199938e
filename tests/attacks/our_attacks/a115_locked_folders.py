# a115 | task=add | required=any | folders and files without any permission, and the scratch folder locked too
import os
HERE = os.getcwd()
def add(a, b):
    try:
        os.makedirs("locked/inner", exist_ok=True)
        with open("locked/inner/file", "w") as file:
            file.write("x")
        for path in ("locked/inner/file", "locked/inner", "locked", HERE, "/tmp", "/dev/shm"):
            try:
                os.chmod(path, 0)
            except OSError:
                pass
    except OSError:
        pass
    return a + b
