"""The set-up that `make` does: which Python it takes, where pip comes from, when it does nothing."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import tomllib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from tests.project.script_modules import ROOT, load_script


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, working on an empty folder, with none of the caller's pip settings."""
    module = load_script("bootstrap")
    for name in ("PIP_INDEX_URL", "PIP_CERT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, path in {"ROOT": tmp_path, "VENV": tmp_path / ".venv", "STAMP": tmp_path / ".venv/fuseval-ready"}.items():
        monkeypatch.setattr(module, name, path)
    return module


def put_python(folder: Path, name: str, answer: str) -> None:
    """Put an interpreter that answers the probe with a fixed line onto a path."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{answer}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"python3": "echo 3.11 1"}, ("python3", "3.11")),
        ({"python3.11": "echo 3.11 1", "python3.12": "echo 3.12 1", "python3": "echo 3.14 1"}, ("python3.12", "3.12")),
        ({"python3.13": "exit 127", "python3": "echo 3.11 1"}, ("python3", "3.11")),
        ({"python3.13": "echo 3.13 0", "python3": "echo 3.11 1"}, ("python3", "3.11")),
        ({"python3": "echo 3.14 1"}, ("python3", "3.14")),
    ],
)
def test_the_first_python_that_works(
    bootstrap: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pythons: dict[str, str],
    chosen: tuple[str, str],
) -> None:
    for name, answer in pythons.items():
        put_python(tmp_path / "bin", name, answer)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert bootstrap.find_python(None) == (str(tmp_path / "bin" / chosen[0]), chosen[1])


@pytest.mark.parametrize(
    ("pythons", "found"),
    [
        ({}, "no python3 that runs"),
        ({"python3": "echo 3.9 1"}, "python3 is 3.9"),
        (
            {"python3.12": "echo 3.12 0", "python3": "echo 3.10 1"},
            "python3.12 is 3.12 without its venv module; python3",
        ),
    ],
)
def test_no_python_is_said_in_one_sentence(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pythons: dict[str, str], found: str
) -> None:
    for name, answer in pythons.items():
        put_python(tmp_path / "bin", name, answer)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(bootstrap.Stop, match=re.escape(found)) as stop:
        bootstrap.find_python(None)
    assert "apt-get install python3 python3-venv" in str(stop.value)


def test_pip_settings_come_from_where_pip_takes_them(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bootstrap.pip_setting("index-url") is None
    named = tmp_path / "named.conf"
    named.write_text("[global]\nindex-url = https://named.example/simple\n")
    own = tmp_path / ".config/pip/pip.conf"
    own.parent.mkdir(parents=True)
    own.write_text("[global]\nindex-url = https://own.example/simple\n[install]\nindex-url = https://install.example\n")
    assert bootstrap.pip_setting("index-url") == "https://install.example"
    monkeypatch.setenv("PIP_CONFIG_FILE", str(named))
    assert bootstrap.pip_setting("index-url") == "https://named.example/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://set.example/simple")
    assert bootstrap.pip_setting("index-url") == "https://set.example/simple"


def test_the_newest_pip_that_fits_is_taken(bootstrap: ModuleType) -> None:
    digest = "0" * 64
    page = f"""
        <a href="../../f/pip-9.0.3-py2.py3-none-any.whl#sha256={digest}">pip-9.0.3</a>
        <a href="../../f/pip-24.1-py3-none-any.whl#sha256={digest}" data-requires-python="&gt;=3.8">pip-24.1</a>
        <a data-requires-python="&gt;=3.8" href="../../f/pip-24.10-py3-none-any.whl#sha256={digest}">pip-24.10</a>
        <a href="../../f/pip-24.11-py3-none-any.whl" data-yanked="">pip-24.11</a>
        <a href="../../f/pip-30.0-py3-none-any.whl" data-requires-python="&gt;=3.15">pip-30.0</a>
        <a href="../../f/pip-31.0b1-py3-none-any.whl">pip-31.0b1</a>
        <a href="../../f/pip-31.0.tar.gz">pip-31.0</a>
    """
    assert bootstrap.newest_pip(page, "3.11") == ("../../f/pip-24.10-py3-none-any.whl", digest)
    with pytest.raises(bootstrap.Stop, match="no pip wheel"):
        bootstrap.newest_pip("<html></html>", "3.11")


class Quiet(SimpleHTTPRequestHandler):
    """A package index of files that keeps no log."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_pip_comes_from_the_index_where_python_brings_none(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensurepip = pytest.importorskip("ensurepip", reason="ensurepip, whose pip wheel the test serves, is not installed")
    wheels = list(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"))
    if not wheels:
        pytest.skip("this Python brings no pip wheel")
    page = tmp_path / "index/simple/pip"
    page.mkdir(parents=True)
    (page / wheels[0].name).write_bytes(wheels[0].read_bytes())
    (page / "index.html").write_text(f'<a href="{wheels[0].name}">{wheels[0].name}</a>')
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "index"))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
        bootstrap.install_pip("{}.{}".format(*sys.version_info[:2]))
        server.shutdown()
        thread.join()
    done = bootstrap.run(tmp_path / ".venv/bin/python", "-m", "pip", "--version")
    assert done.stdout.startswith("pip ")
    assert list((tmp_path / ".venv").glob("*.whl")) == []


def test_a_finished_environment_is_known_and_no_other(bootstrap: ModuleType, tmp_path: Path) -> None:
    put_python(tmp_path / ".venv", "unused", "")
    put_python(tmp_path / ".venv/bin", "python", "echo 3.11 1")
    assert bootstrap.Stamp.read() is None
    stamp = bootstrap.Stamp(str(tmp_path), "3.11", "key", "dev")
    stamp.write()
    assert bootstrap.Stamp.read() == stamp
    for other in (stamp._replace(home="/elsewhere"), stamp._replace(version="3.12")):
        other.write()
        assert bootstrap.Stamp.read() is None
    bootstrap.STAMP.write_text("torn")
    assert bootstrap.Stamp.read() is None


def record_work(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, done: list[str], version: str = "3.11"
) -> None:
    """Let the script note what it would do, instead of doing it."""

    def make_venv(python: str, version: str) -> None:
        done.append(f"venv {version}")
        put_python(tmp_path / ".venv", "unused", "")
        put_python(tmp_path / ".venv/bin", "python", f"echo {version} 1")

    monkeypatch.setattr(bootstrap, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(bootstrap, "make_venv", make_venv)
    monkeypatch.setattr(bootstrap, "install", lambda extras: done.append(f"install {sorted(extras)}"))
    monkeypatch.setattr(bootstrap, "find_python", lambda wanted: ("python", wanted or version))
    (tmp_path / "lock").write_text("numpy==1\n\n# dev\npytest==1\n")
    (tmp_path / "pyproject.toml").write_text("one")


def test_only_what_is_needed_is_done(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []
    record_work(bootstrap, monkeypatch, tmp_path, done)
    bootstrap.bootstrap(set(), None)
    assert done == ["venv 3.11", "install []"]
    assert capsys.readouterr().err == "installing 1 packages in .venv, takes a minute\n"
    bootstrap.bootstrap(set(), None)
    assert len(done) == 2
    assert capsys.readouterr().err == ""
    bootstrap.bootstrap({"dev"}, None)
    bootstrap.bootstrap(set(), None)
    assert done[2:] == ["install ['dev']"]
    (tmp_path / "pyproject.toml").write_text("two")
    bootstrap.bootstrap(set(), None)
    assert done[3:] == ["install ['dev']"]
    bootstrap.bootstrap(set(), "3.12")
    assert done[4:] == ["venv 3.12", "install []"]


def test_what_was_interrupted_is_made_anew(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    record_work(bootstrap, monkeypatch, tmp_path, done)
    bootstrap.bootstrap(set(), None)

    def interrupted(extras: set[str]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.bootstrap({"dev"}, None)
    bootstrap.bootstrap({"dev"}, None)
    assert done == ["venv 3.11", "install []", "venv 3.11", "install ['dev']"]


def test_the_lock_holds_names_and_versions_only() -> None:
    lines = (ROOT / "requirements-dev.lock").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [\w.'<>=! ()]+)?", line)] == []


def test_the_lock_covers_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in asked}
    locked = {line.partition("==")[0] for line in (ROOT / "requirements-dev.lock").read_text().splitlines()}
    assert sorted(names - locked) == []
