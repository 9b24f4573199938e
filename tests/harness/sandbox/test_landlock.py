"""Landlock's allow-list, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.sandbox import landlock

pytestmark = pytest.mark.skipif(landlock.abi() == 0, reason="this kernel has no Landlock")

_SCRIPT = """
import errno, json, os, socket, sys
from harness.sandbox import landlock
readable, writable, other, port = sys.argv[1:]
def outcome(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "works"
def write(path):
    with open(path, "w") as handle:
        handle.write("x")
landlock.restrict([readable], [writable], ["/dev/null"])
print(json.dumps({
    "read": outcome(open, readable + "/file"),
    "list": outcome(os.listdir, readable),
    "write where reading is allowed": outcome(write, readable + "/file"),
    "write": outcome(write, writable + "/new"),
    "make a folder": outcome(os.mkdir, writable + "/folder"),
    "rename inside": outcome(os.rename, writable + "/new", writable + "/folder/new"),
    "make a fifo": outcome(os.mkfifo, writable + "/fifo"),
    "execute": outcome(os.execv, writable + "/folder/new", ["x"]),
    "read elsewhere": outcome(open, other + "/file"),
    "read through a link": outcome(open, writable + "/link"),
    "list elsewhere": outcome(os.listdir, other),
    "write elsewhere": outcome(write, other + "/new"),
    "remove elsewhere": outcome(os.unlink, other + "/file"),
    "move out": outcome(os.rename, writable + "/folder/new", other + "/new"),
    "device": outcome(write, "/dev/null"),
    "connect": outcome(socket.create_connection, ("127.0.0.1", int(port))),
    "signal": outcome(os.kill, os.getppid(), 0),
}))
"""


def test_only_what_is_named_can_be_reached(tmp_path: Path) -> None:
    readable, writable, other = (tmp_path / name for name in ("readable", "writable", "other"))
    for folder in (readable, writable, other):
        folder.mkdir()
        (folder / "file").write_text("x")
    (writable / "link").symlink_to(other / "file")
    arguments = [str(readable), str(writable), str(other), "9"]
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *arguments], env=environment, check=True, capture_output=True, timeout=30
    )
    found = json.loads(done.stdout)
    reached = {name for name, outcome in found.items() if outcome == "works"}
    wanted = {"read", "list", "write", "make a folder", "rename inside", "device"}
    if landlock.abi() < 6:
        reached.discard("signal")
    assert reached == wanted, found
    assert found["read elsewhere"] == found["read through a link"] == "EACCES"
    if landlock.abi() >= 4:
        assert found["connect"] == "EACCES"
    if landlock.abi() >= 6:
        assert found["signal"] == "EPERM"
    assert (other / "file").read_text() == "x"
    assert os.listdir(other) == ["file"]
