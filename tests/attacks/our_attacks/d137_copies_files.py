# d137 | task=add | required=pass | copies files with their modes and times
import os, pathlib, shutil
def add(a, b):
    pathlib.Path("one").write_text(str(a + b))
    pathlib.Path("one").touch()
    shutil.copy("one", "two")
    shutil.copy2("two", "three")
    os.chmod("three", 0o644)
    shutil.make_archive("packed", "gztar", ".", "three")
    return int(pathlib.Path("three").read_text())
