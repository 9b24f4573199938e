import os
import subprocess
import sys
from pathlib import Path

from harness.sandbox.emptying import empty
from harness.sandbox.scratch import ScratchFolder


def test_links_are_removed_and_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (outside / "file").write_text("x")
    before = (outside.stat().st_mode, (outside / "file").stat().st_mode)
    (folder / "to-folder").symlink_to(outside)
    (folder / "to-file").symlink_to(outside / "file")
    (folder / "nowhere").symlink_to("nowhere")
    os.link(outside / "file", folder / "hard")
    (folder / "inner").mkdir()
    (folder / "inner" / "to-folder").symlink_to(outside)
    assert empty(str(folder))
    assert os.listdir(folder) == []
    assert (outside / "file").read_text() == "x"
    assert (outside.stat().st_mode, (outside / "file").stat().st_mode) == before


def test_depth_names_and_permissions_are_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    here = os.getcwd()
    try:
        os.chdir(folder)
        for _ in range(1500):
            os.mkdir("d" * 255)
            os.chdir("d" * 255)
    finally:
        os.chdir(here)
    for name in (b"\xff\xfe", b"-rf", b"new\nline", b" "):
        os.mkdir(os.path.join(os.fsencode(folder), name))
    (folder / "locked" / "inner").mkdir(parents=True)
    (folder / "locked" / "inner" / "file").write_text("x")
    os.mkfifo(folder / "fifo")
    for path in ("locked/inner/file", "locked/inner", "locked", "."):
        os.chmod(folder / path, 0)
    assert empty(str(folder))
    assert os.listdir(folder) == []


def test_what_is_named_stays(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("x")
    (tmp_path / "other").write_text("x")
    assert empty(str(tmp_path), frozenset({"kept"}))
    assert os.listdir(tmp_path) == ["kept"]
    assert (tmp_path / "kept" / "file").exists()


def test_a_folder_that_is_not_there_is_not_empty(tmp_path: Path) -> None:
    assert not empty(str(tmp_path / "nowhere"))


def test_how_much_is_in_it_is_seen(tmp_path: Path) -> None:
    folder = ScratchFolder()
    try:
        inner = Path(folder.path, "inner")
        inner.mkdir()
        assert not folder.is_over(1 << 20)
        (inner / "sparse").touch()
        os.truncate(inner / "sparse", 1 << 40)
        assert not folder.is_over(1 << 20)
        (inner / "file").write_bytes(b"x" * (2 << 20))
        assert folder.is_over(1 << 20)
        assert not folder.is_over(4 << 20)
    finally:
        folder.remove()


def test_the_next_folder_removes_what_a_killed_process_left() -> None:
    script = (
        "import os, signal; from harness.sandbox.scratch import ScratchFolder; path = ScratchFolder().path; "
        "os.mkdir(path + '/inner'); print(path, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=False, capture_output=True, text=True)
    left = Path(done.stdout.strip())
    assert (left / "inner").is_dir()
    one, other = ScratchFolder(), ScratchFolder()
    assert not left.exists()
    assert os.path.isdir(one.path)  # in use, so left alone
    one.remove()
    other.remove()
    assert not os.path.exists(one.path)
