"""What Windows does otherwise, as far as another system can play it: its missing modules, its names, its locks.

Code pages of consoles and pipes are tried at the end. None of it replaces a run on Windows.
"""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import hrss12333
from cli_runs import names, refused, run, started
from damaged import Content, xls
from factory import sound, write_filing
from hrss12333 import writing
from hrss12333.cli import cli
from hrss12333.reading.worker.processes import Started
from hrss12333.survey.editions.y2019 import SERVICE

LIKE_WINDOWS = """
import os, signal, sys, time
for module in ("fcntl", "grp", "pwd", "resource", "termios", "tty", "tzdata"):
    sys.modules[module] = None
for name in ("fork", "forkpty", "getpgid", "geteuid", "getuid", "killpg", "mkfifo", "setsid"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGALRM", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGXCPU"):
    if hasattr(signal, name):
        delattr(signal, name)
del time.tzset
"""
"""Run by every Python process that finds it: what a module lacks on Windows is missing."""

CALLS = {"calls_total": 100000, "calls_agent": 60000, "calls_ivr": 30000, "calls_abandoned": 10000}
OLD: list[list[Content]] = [
    ["省（自治区、直辖市）：广东省", None, None, None, "联系人：张三", None, "手机号：13800000000"],
    [column.label for column in SERVICE.columns],
    [*sound(region="广州市", **CALLS, staff_total=12, agents=10, seats=10, training_attendances=20).values()],
]


@pytest.mark.long
def test_without_what_windows_lacks_all_commands_work(here: Path, tmp_path: Path) -> None:
    """Neither the program nor the child process that reads the .xls has a resource module, signals or time zones."""
    bin_ = tmp_path / "like_windows"
    bin_.mkdir()
    (bin_ / "sitecustomize.py").write_text(LIKE_WINDOWS, encoding="utf-8")
    (here / "甲.xls").write_bytes(xls(OLD))
    write_filing(here / "福建.xlsx", "福建")
    source = str(Path(hrss12333.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(bin_), source)), "PYTHONUTF8": "0"}
    environment["PYTHONTZPATH"] = ""  # Windows has no time zones of its own

    def lame(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", f"import hrss12333.__main__ as m, sys; sys.argv[1:] = {arguments!r}; m.main()"],
            cwd=here, env={**environment, "PYTHONIOENCODING": "cp936"}, capture_output=True, check=False,
            encoding="utf-8",
        )  # fmt: skip

    probe = [sys.executable, "-c", "import os, resource; os.killpg"]
    assert subprocess.run(probe, env=environment, capture_output=True, check=False).returncode != 0
    checked = lame("check", "甲.xls", "福建.xlsx", "--report", "r.html", "--annotate", "批注")
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stderr
    assert "没有找到附表2" in checked.stdout, "附表1 of the .xls was found"
    assert (lame("merge", ".", "--returns", "退回").returncode, lame("fix", "甲.xls").returncode) == (1, 0)
    assert lame("template", "--year", "2019").returncode == 0
    written = {"12333全国汇总_2019.xlsx", "12333调查表_2019.xlsx", "r.html", "甲_规范.xlsx", "退回"}
    assert written <= {path.name for path in here.iterdir()}


def test_a_child_is_ended_where_there_are_no_process_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "killpg")
    process = Started().start()
    process.kill()
    assert process.end() != 0


def test_a_path_of_windows_is_taken_for_a_path(here: Path) -> None:
    """Typed with backslashes and without a command, it is a file to be checked, not a command that does not exist."""
    assert "找不到“C:\\收件\\广东.xlsx”" in refused(2, "C:\\收件\\广东.xlsx")
    assert "没有“check1”这个命令" in refused(2, "check1")


@pytest.mark.parametrize(("command", "output"), [("check", "r.html"), ("merge", "a.xlsx"), ("fix", "b.xlsx")])
def test_a_result_that_is_open_elsewhere_is_named_and_left_alone(
    command: str, output: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace a file that Excel or a browser holds open."""
    write_filing(here / "广东.xlsx")
    (here / output).write_bytes(b"open in Excel")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    option = "--report" if command == "check" else "-o"
    result = run(command, "广东.xlsx", option, output, "--force")
    assert result.exit_code == 3
    assert output in result.stderr
    assert "关闭" in result.stderr
    assert (here / output).read_bytes() == b"open in Excel"
    assert names(here) == sorted([output, "广东.xlsx"])


@pytest.mark.usefixtures("in_this_process")
def test_only_stars_and_question_marks_are_expanded(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No file's name has them there; 表[1].xlsx is the second one of a name that a browser saved."""
    for name, unit in (("表[1].xlsx", "广东"), ("表1.xlsx", "福建")):
        write_filing(here / name, unit)
    monkeypatch.setattr(sys, "platform", "win32")
    for asked, units in (("表[1].xlsx", {"广东省"}), ("表*.xlsx", {"广东省", "福建省"}), ("表?.xlsx", {"福建省"})):
        monkeypatch.setattr(sys, "argv", ["hrss12333", "check", "--format", "json", asked])
        cli.main(standalone_mode=False)
        assert {file["unit"] for file in json.loads(capsys.readouterr().out)["files"]} == units


def test_a_new_file_that_is_held_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(writing, "_BETWEEN_TRIES", 0.0)
    refusals, replace = iter(range(3)), Path.replace

    def held(path: Path, place: Path) -> Path:
        if next(refusals, None) is not None:
            raise PermissionError(13, "The process cannot access the file")
        return replace(path, place)

    monkeypatch.setattr(Path, "replace", held)
    with writing.replacing(tmp_path / "a.xlsx") as temporary:
        temporary.write_bytes(b"x")
    assert (tmp_path / "a.xlsx").read_bytes() == b"x"


def test_a_pipe_that_breaks_as_on_windows(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """``hrss12333 rules | more``, left early: no error message, as elsewhere; on other systems it would be one."""

    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.EINVAL, "Invalid argument")

    reported = []
    for platform in ("win32", "linux"):
        monkeypatch.setattr(sys, "stdout", Gone())
        monkeypatch.setattr(sys, "platform", platform)
        status = cli.main(["rules", "--format", "json"], standalone_mode=False)
        reported.append((status, "没有全部输出" in capsys.readouterr().err))
    assert reported == [(0, False), (3, True)]


# The program as its own process: code pages of consoles and pipes, a terminal's progress bar


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "收件"
    folder.mkdir()
    write_filing(folder / "广东.xlsx", cells={"附表1": {"voicemail6": "✗ 😀 部分"}})
    write_filing(folder / "福建.xlsx", "福建")
    return folder


def program(*arguments: str, here: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return started("-m", "hrss12333", *arguments, cwd=here, env={**os.environ, **environment})


@pytest.mark.parametrize("arguments", [("check",), ("check", "--format", "json"), ("merge",)])
def test_a_pipe_carries_utf8_whatever_the_code_page(arguments: tuple[str, ...], inbox: Path) -> None:
    """As on a Chinese Windows (cp936), where Python would write GBK into a pipe and fail on what GBK lacks."""
    done = program(*arguments, "收件", here=inbox.parent, PYTHONIOENCODING="cp936", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (1, b"")
    assert "广东" in done.stdout.decode("utf-8")
    missing = program("check", "没有😀.xlsx", here=inbox, PYTHONIOENCODING="cp936", PYTHONUTF8="0")
    assert (missing.returncode, missing.stdout) == (2, b"")
    assert missing.stderr.decode("utf-8").startswith("错误：找不到“没有😀.xlsx”。")


TERMINAL = """
import io, sys
class Terminal(io.TextIOWrapper):
    def isatty(self): return True
sys.stdout, sys.stderr = (Terminal(stream.buffer, encoding="cp936") for stream in (sys.stdout, sys.stderr))
sys.argv = ["hrss12333", "rules", "√✗😀"]
"""
NO_STREAMS = "import sys; sys.stdout = sys.stderr = None; sys.argv = ['hrss12333', '--version']\n"


@pytest.mark.parametrize(
    ("streams", "status", "said"), [(TERMINAL, 2, "错误：没有编号为“√??”的规则。"), (NO_STREAMS, 0, "")]
)
def test_a_terminal_of_another_code_page_shows_question_marks_and_without_streams_nothing_breaks(
    streams: str, status: int, said: str
) -> None:
    """A terminal keeps its own code page: what it has no sign for is replaced. Under pythonw there are no streams."""
    done = started("-c", f"{streams}from hrss12333.__main__ import main; main()")
    assert (done.returncode, done.stderr.decode("cp936").startswith(said)) == (status, True)


@pytest.mark.long
@pytest.mark.skipif(
    sys.platform == "win32", reason="Python has no pty module on Windows, which has no pseudo terminals to open"
)
def test_progress_is_shown_on_a_terminal_only(inbox: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    merge = [sys.executable, "-m", "hrss12333", "merge", "收件", "--format", "json"]
    to: dict[str, Any] = {
        "cwd": inbox.parent,
        "stdout": subprocess.PIPE,
        "stderr": follower,
        "env": {**os.environ, "TERM": "xterm"},
    }
    done = subprocess.run(merge, check=False, **to)
    os.close(follower)
    shown = os.read(leader, 100_000).decode("utf-8", "replace")
    os.close(leader)
    assert "读取" in shown
    assert json.loads(done.stdout)["coverage"]["received"] == 2
    assert program("merge", "收件", "-o", "b.xlsx", here=inbox.parent).stderr == b""
