"""Whatever happens to the program, nothing is lost: `benchmarks/faults.py` tries the same hundreds of times."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cases import cases
from cli_runs import names, refused, run
from draws import few
from factory import write_filing
from hrss12333.model.document_marks import UNFINISHED
from hrss12333.reading.files import libreoffice

pytestmark = pytest.mark.skipif(
    sys.platform == "win32",
    reason="signals, size limits, named pipes and links that only Unix has; Windows: test_windows.py",
)

OLD = "上次的结果".encode()
TARGET = "表.xlsx"
WRITE = ("template", "-o", TARGET, "--force")
STOPPED_ON_THE_WAY = """
import os, sys
wait = os.fsync
def stop(handle):
    os.kill(os.getpid(), {number})
    wait(handle)
os.fsync = stop
sys.argv = ["hrss12333", *{arguments!r}]
from hrss12333.__main__ import main
main()
"""
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    return folder


def started(arguments: Sequence[str], **more: Any) -> subprocess.CompletedProcess[bytes]:
    options: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    done: subprocess.CompletedProcess[bytes] = subprocess.run([sys.executable, *arguments], check=False, **options)
    return done


def stopped(number: signal.Signals) -> subprocess.CompletedProcess[bytes]:
    """A run that is sent a signal when all is written and nothing yet renamed."""
    return started(["-c", STOPPED_ON_THE_WAY.format(number=int(number), arguments=WRITE)])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_everything_as_it_was(number: signal.Signals, here: Path) -> None:
    (here / TARGET).write_bytes(OLD)
    done = stopped(number)
    assert (done.returncode, done.stdout, done.stderr.decode().strip()) == (3, b"", "已中断。")
    assert (here / TARGET).read_bytes() == OLD
    assert names(here.parent) == ["here", f"here/{TARGET}", "temporary"]


def test_a_kill_leaves_the_target_and_the_next_run_clears_up(here: Path) -> None:
    (here / TARGET).write_bytes(OLD)
    assert stopped(signal.SIGKILL).returncode == -signal.SIGKILL
    assert (here / TARGET).read_bytes() == OLD
    [left] = here.glob(f"{UNFINISHED}*")
    assert run(*WRITE).exit_code == 0
    assert left.exists(), "another program may be writing it"
    os.utime(left, (time.time() - 7200,) * 2)
    assert run(*WRITE).exit_code == 0
    assert names(here) == [TARGET]


@pytest.mark.parametrize("streams", few([((0, 1, 2),), ((1,),), ((2,),)], 1))
def test_closed_streams_cost_no_file(streams: tuple[int, ...], here: Path) -> None:
    """As a scheduled task may start it."""

    def close() -> None:
        for number in streams:
            os.close(number)

    done = started(["-m", "hrss12333", *WRITE], stdin=subprocess.DEVNULL, preexec_fn=close)
    assert (done.returncode, done.stderr) == (0, b"")
    assert openpyxl.load_workbook(here / TARGET).sheetnames[0] == "附表1"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_screen_that_takes_nothing_is_told_from_a_file_that_was_written(here: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123  a device
        done = started(["-m", "hrss12333", *WRITE], stdout=full)
    assert done.returncode == 3
    reported = done.stderr.decode()
    assert reported == "错误：屏幕上的结果没有全部输出（磁盘已满，请腾出空间或换一个位置）。已经写出的文件不受影响。\n"
    assert names(here) == [TARGET]


def test_a_file_that_may_not_grow(here: Path) -> None:
    """As a quota or a full disk ends it: the target is named, no word is English, nothing stays."""
    import resource

    (here / TARGET).write_bytes(OLD)
    done = started(
        ["-m", "hrss12333", *WRITE], preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
    )
    assert done.returncode == 3
    assert done.stderr.decode() == f"错误：无法写入“{TARGET}”：文件太大，这个磁盘放不下，请换一个位置。\n"
    assert (here / TARGET).read_bytes() == OLD
    assert names(here.parent) == ["here", f"here/{TARGET}", "temporary"]


def test_what_is_no_file_is_no_target(here: Path) -> None:
    os.mkfifo(here / "管道.xlsx")
    (here / "设备.xlsx").symlink_to("/dev/null")
    (here / "自己.xlsx").symlink_to("自己.xlsx")
    before = {path.name: path.lstat().st_ino for path in here.iterdir()}
    for target in before:
        assert refused(2, "template", "-o", target, "--force").startswith(f"错误：“{target}”不")
    assert {path.name: path.lstat().st_ino for path in here.iterdir()} == before


def test_a_link_is_written_through(here: Path) -> None:
    (here / "别处").mkdir()
    (here / TARGET).symlink_to("别处/真.xlsx")
    assert run(*WRITE).exit_code == 0
    assert (here / TARGET).is_symlink()
    assert names(here / "别处") == ["真.xlsx"]


def test_a_link_to_nothing_is_said_to_be_one(here: Path) -> None:
    write_filing(here / "广东.xlsx")
    (here / TARGET).symlink_to("没有/真.xlsx")
    (here / "夹").symlink_to("没有")
    for line in (
        *("template -o 表.xlsx --force", "merge 广东.xlsx -o 表.xlsx", "check 表.xlsx"),
        *("check 广东.xlsx --annotate 夹", "merge 广东.xlsx -o 汇总.xlsx --returns 夹"),
    ):
        assert "是一个失效的链接" in refused(2, *line.split())
    assert names(here) == ["夹", "广东.xlsx", TARGET]


@pytest.mark.parametrize("line", ["template", "check .", "check a.xlsx", "merge / -o a.xlsx", "fix a.xlsx"])
def test_a_folder_that_was_removed_is_said_to_be_gone(line: str, here: Path) -> None:
    (here / "去").mkdir()
    os.chdir(here / "去")
    (here / "去").rmdir()
    assert refused(2, *line.split()) == "错误：当前所在的文件夹已被删除或移走，请先换到另一个文件夹（cd）再运行。\n"


def test_what_lies_too_deep_is_said_to(here: Path) -> None:
    write_filing(here / "广东.xlsx")
    for _ in range(1_500):
        Path("深层").mkdir()
        os.chdir("深层")
    Path("广东.xlsx").touch()
    os.chdir(here)
    try:
        listed = run("check", "深层")
    finally:  # nothing else would get down there again
        subprocess.run(["rm", "-rf", "深层"], check=True)
    assert "套得太深" in listed.stdout
    assert listed.exit_code == 1


def test_a_request_to_end_before_there_is_a_command_ends_quietly(here: Path) -> None:
    """It comes just when the program has begun to listen, and knows none of its commands yet."""
    code = """
import os, signal, sys
class Asked:
    def find_spec(self, name, *_):
        if name == "hrss12333.cli.messages":
            os.kill(os.getpid(), signal.SIGTERM)
sys.meta_path.insert(0, Asked())
sys.argv = ["hrss12333", "template"]
from hrss12333.__main__ import main
main()
"""
    done = started(["-c", code])
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")
    assert names(here) == []


@pytest.mark.long
def test_where_the_system_knows_no_chinese_outputs_have_their_names(here: Path) -> None:
    write_filing(here / "广东.xlsx")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    plain = kept | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = started(["-m", "hrss12333", "merge", "广东.xlsx", "--returns", "退回"], env=plain)
    assert (done.returncode in (0, 1), done.stderr) == (True, b"")
    assert "12333全国汇总_2019.xlsx" in names(here)
    assert any(name.startswith("退回/") and name.endswith(".eml") for name in names(here))


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
@pytest.mark.parametrize("megabytes", few([40, 34, 46], 1))
def test_too_little_memory_is_said_to_be_that(megabytes: int, here: Path) -> None:
    import resource

    write_filing(here / "广东.xlsx")
    most = megabytes * 2**20
    done = started(
        ["-m", "hrss12333", "check", "广东.xlsx"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
    )
    if done.returncode == 3:  # elsewhere less may do, or the interpreter itself does not start
        assert "电脑的内存不足" in done.stderr.decode()
        assert "反馈" not in done.stderr.decode()
    assert b"Traceback" not in done.stderr or done.returncode == 1


def test_files_of_endless_names_all_get_their_copy(here: Path) -> None:
    """Of emoji, which take four bytes each: cut to what a system takes they are one name, and numbered."""
    (here / "收").mkdir()
    for unit in ("广东", "福建", "宁夏", "青海", "贵州"):
        path = here / "收" / f"{chr(0x1F600) * 56}{unit}.xlsx"
        write_filing(path, unit, cells={"附表1": {"calls_total7": "x"}})
    assert run("check", "收", "--annotate", "审").exit_code == 1
    copies = names(here / "审")
    assert len(copies) == 5
    assert max(len(name.encode()) for name in copies) <= 255


def test_a_pipe_is_never_waited_for(here: Path) -> None:
    os.mkfifo(here / "管道.xlsx")
    write_filing(here / "广东.xlsx")
    for line in ("check", "fix", "check 广东.xlsx --previous", "merge 广东.xlsx --since"):
        assert "不是" in refused(2, *line.split(), "管道.xlsx")


@cases("""
    line
    fix EVIL.xlsx | fix 广东.xlsx -o EVIL/a.xlsx | check EVIL.xlsx | check 广东.xlsx --previous EVIL.xlsx
    merge 广东.xlsx --since EVIL.xlsx | merge 广东.xlsx -o EVIL/a.xlsx | template --unit EVIL | rules EVIL | EVIL
""")
def test_no_name_steers_the_terminal(line: str, here: Path) -> None:
    write_filing(here / "广东.xlsx")
    given = [word.replace("EVIL", "a\x1b[31m\x9b2J\r\u202eb") for word in line.split()]
    assert not STEERING.search(refused(2, *given))


@pytest.mark.usefixtures("no_libreoffice")
@pytest.mark.usefixtures("few_reminders")
def test_a_name_that_was_read_does_not_steer_it_either(here: Path) -> None:
    evil = "a\x1b[31m\x9b2J\r\u202eb.xlsx"
    write_filing(here / evil)
    for arguments in (
        ("check", evil),
        ("fix", evil),
        ("merge", evil, "--returns", "退回"),
        ("check", ".", "-v"),
        ("template", "-o", "t" + evil),
        ("compile", evil, "--notice", evil, "-o", "c.docx"),
        ("compile", evil, "--notice", "人社\udcb9〔2020〕1号", "-o", "d.docx"),
        ("merge", evil, "--notice", "人社\udcb9〔2020〕1号", "--returns", "又退", "-o", "e.xlsx"),
    ):
        result = run(*arguments)
        assert result.exit_code in (0, 1), result.output
        assert not STEERING.search(result.output), arguments


def test_a_name_that_no_disk_takes_is_refused(here: Path) -> None:
    write_filing(here / "广东.xlsx")
    long = "表" * 86 + ".xlsx"
    for line in (
        "fix",
        "check",
        "check 广东.xlsx --previous",
        "merge 广东.xlsx --since",
        "template -o",
        "template --all -o",
    ):
        listed = refused(2, *line.split(), long[:-5] if "--all" in line else long)
        assert listed.startswith("错误：")
        assert "屏幕" not in listed
    assert names(here) == ["广东.xlsx"]


def test_an_interrupt_ends_libreoffice_too(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a script in its place, which interrupts its parent and would then go on."""
    office = tmp_path / "soffice"
    office.write_text('#!/bin/sh\necho $$ > "$OFFICE"\nkill -INT $PPID\nexec sleep 100\n', encoding="ascii")
    office.chmod(0o700)
    monkeypatch.setenv("OFFICE", str(here / "number"))
    monkeypatch.setattr(libreoffice, "program", lambda: str(office))
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            libreoffice.convert([("doc", b"no document")])
    finally:
        signal.signal(signal.SIGINT, usual)
    with pytest.raises(ProcessLookupError):
        os.kill(int((here / "number").read_text()), 0)
