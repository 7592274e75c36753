"""The program as its own process: code pages of consoles and pipes, a terminal's progress bar, a reader that goes away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from factory import write_filing
from long_runs import few

NO_TEXT = os.fsdecode(b"\xb9\xe3\xb6\xab.xlsx")
PROGRAM = [sys.executable, "-m", "hrss12333"]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "收件"
    folder.mkdir()
    write_filing(folder / "广东.xlsx", cells={"附表1": {"voicemail6": "✗ 😀 部分"}})
    write_filing(folder / "福建.xlsx", "福建")
    return folder


def run(*arguments: str, here: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*PROGRAM, *arguments], cwd=here, env={**os.environ, **environment}, capture_output=True, check=False
    )


@pytest.mark.parametrize("arguments", [("check",), ("check", "--format", "json"), ("merge",)])
def test_a_pipe_carries_utf8_whatever_the_code_page(arguments: tuple[str, ...], inbox: Path) -> None:
    """As on a Chinese Windows (cp936), where Python would write GBK into a pipe and fail on what GBK lacks."""
    done = run(*arguments, "收件", here=inbox.parent, PYTHONIOENCODING="cp936", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (1, b"")
    assert "广东" in done.stdout.decode("utf-8")
    missing = run("check", "没有😀.xlsx", here=inbox, PYTHONIOENCODING="cp936", PYTHONUTF8="0")
    assert (missing.returncode, missing.stdout) == (2, b"")
    assert missing.stderr.decode("utf-8").startswith("错误：找不到“没有😀.xlsx”。")


@pytest.mark.skipif(
    sys.platform != "linux", reason="macOS and Windows store names as text: no such file can exist there"
)
@pytest.mark.parametrize(
    "arguments",
    few([(("merge", "."),), (("check", NO_TEXT),), (("fix", NO_TEXT),), (("check", NO_TEXT, "--format", "json"),)], 2),
)
def test_a_name_that_is_no_text(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Bytes that are no UTF-8 in a name, as a GBK archive unpacked on Linux leaves them."""
    write_filing(tmp_path / NO_TEXT)
    done = run(*arguments, here=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    assert b"Traceback" not in done.stderr
    done.stdout.decode("utf-8")


def test_a_terminal_of_another_code_page_shows_question_marks() -> None:
    """A terminal keeps its own code page: what it has no sign for is replaced, never an error."""
    code = (
        "import io, sys\n"
        "class Terminal(io.TextIOWrapper):\n"
        "    def isatty(self): return True\n"
        "sys.stdout = Terminal(sys.stdout.buffer, encoding='cp936')\n"
        "sys.argv = ['hrss12333', 'rules', '√✗😀']\n"
        "sys.stderr = Terminal(sys.stderr.buffer, encoding='cp936')\n"
        "from hrss12333.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.decode("cp936").startswith("错误：没有编号为“√??”的规则。")


def test_without_standard_streams_nothing_breaks() -> None:
    """As under pythonw, where both are None."""
    code = "import sys; sys.stdout = sys.stderr = None; sys.argv = ['hrss12333', '--version']\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}from hrss12333.__main__ import main; main()"], capture_output=True, check=False
    )
    assert done.returncode == 0


@pytest.mark.long
@pytest.mark.skipif(
    sys.platform == "win32", reason="Python has no pty module on Windows, which has no pseudo terminals to open"
)
def test_progress_is_shown_on_a_terminal_only(inbox: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    done = subprocess.run(
        [*PROGRAM, "merge", "收件", "--format", "json"],
        cwd=inbox.parent,
        stdout=subprocess.PIPE,
        stderr=follower,
        check=False,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(follower)
    shown = os.read(leader, 100_000).decode("utf-8", "replace")
    os.close(leader)
    assert "读取" in shown
    assert json.loads(done.stdout)["coverage"]["received"] == 2
    assert run("merge", "收件", "-o", "b.xlsx", here=inbox.parent).stderr == b""
