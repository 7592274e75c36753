"""Whatever happens to the program, nothing is lost: of each fault of `benchmarks/faults.py` the first trials; what they cannot
time or see is tried here by itself."""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cases import cases, few
from cli_runs import have_ended, names, refused, run, started
from factory import write_filing
from fault_kinds import FAULTS, Trial
from hrss12333.reading.files import programs
from hrss12333.reading.worker import the_worker
from hrss12333.writing import UNFINISHED

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
LONG = ("names", "folders 1,500 levels deep", "absolute arguments", "something else than a file in the folder")
"""Faults of which every trial takes many runs of the program."""


def trials() -> list[Any]:
    """The first of each fault, and a few more of what is soon done; all others belong to the long run."""
    found = []
    for fault, make in FAULTS.items():
        every = list(make(4, random.Random(12333))) if "LibreOffice" not in fault else []
        usual = 0 if fault in LONG else 2 if "streams" in fault or "console" in fault else 1
        listed = few(every[: 4 if fault in LONG else 8], usual)
        found += [
            pytest.param(trial, id=f"{fault}, {trial.name}", marks=param.marks)
            for trial, param in zip(every, listed, strict=False)
        ]
    return found


@pytest.mark.parametrize("trial", trials())
def test_nothing_is_lost(trial: Trial) -> None:
    assert trial.run() == []


@pytest.fixture
def here(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    return here


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_when_all_is_written_and_nothing_renamed_leaves_the_target(number: signal.Signals, here: Path) -> None:
    (here / TARGET).write_bytes(OLD)
    done = started("-c", STOPPED_ON_THE_WAY.format(number=int(number), arguments=WRITE))
    assert (here / TARGET).read_bytes() == OLD
    if number is not signal.SIGKILL:
        assert (done.returncode, done.stdout, done.stderr.decode().strip()) == (3, b"", "已中断。")
        assert names(here.parent) == ["here", f"here/{TARGET}", "temporary"]
        return
    [left] = here.glob(f"{UNFINISHED}*")
    assert run(*WRITE).exit_code == 0
    assert left.exists(), "another program may be writing it"
    os.utime(left, (time.time() - 7200,) * 2)
    assert run(*WRITE).exit_code == 0
    assert names(here) == [TARGET]


def test_an_interrupt_ends_libreoffice_too(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a script in its place, which interrupts the program and would then go on."""
    office = tmp_path / "soffice"
    office.write_text('#!/bin/sh\necho $$ > "$OFFICE"\nkill -INT "$PROGRAM"\nexec sleep 100\n', encoding="ascii")
    office.chmod(0o700)
    monkeypatch.setenv("OFFICE", str(here / "number"))
    monkeypatch.setenv("PROGRAM", str(os.getpid()))
    the_worker().close()
    monkeypatch.setattr(programs, "program", lambda: str(office))
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            programs.convert([("doc", b"no document")])
    finally:
        signal.signal(signal.SIGINT, usual)
    assert have_ended([int((here / "number").read_text())])


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory by RLIMIT_AS, which only Linux enforces")
@pytest.mark.parametrize("megabytes", few([40, 34, 46], 1))
def test_too_little_memory_is_said_to_be_that(megabytes: int, here: Path) -> None:
    import resource

    write_filing(here / "广东.xlsx")
    most = megabytes * 2**20
    limit = partial(resource.setrlimit, resource.RLIMIT_AS, (most, most))
    done = started("-m", "hrss12333", "check", "广东.xlsx", preexec_fn=limit)
    if done.returncode == 3:  # elsewhere less may do, or the interpreter itself does not start
        assert "电脑的内存不足" in done.stderr.decode()
        assert "反馈" not in done.stderr.decode()
    assert b"Traceback" not in done.stderr or done.returncode == 1


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


@cases("""
    line
    fix EVIL.xlsx | fix 广东.xlsx -o EVIL/a.xlsx | check EVIL.xlsx | check 广东.xlsx --previous EVIL.xlsx
    merge 广东.xlsx --since EVIL.xlsx | merge 广东.xlsx -o EVIL/a.xlsx | template --unit EVIL | rules EVIL | EVIL
""")
def test_no_name_steers_the_terminal(line: str, here: Path) -> None:
    write_filing(here / "广东.xlsx")
    given = [word.replace("EVIL", "a\x1b[31m\x9b2J\r\u202eb") for word in line.split()]
    assert not STEERING.search(refused(2, *given))


def test_names_that_no_disk_takes_are_refused_and_copies_of_long_ones_are_named_shorter(here: Path) -> None:
    write_filing(here / "广东.xlsx")
    long = "表" * 86 + ".xlsx"
    for line in ("fix", "check", "check 广东.xlsx --previous", "merge 广东.xlsx --since", "template -o"):
        listed = refused(2, *line.split(), long)
        assert listed.startswith("错误：")
        assert "屏幕" not in listed
    for unit in ("广东", "福建", "宁夏"):
        write_filing(here / f"{chr(0x1F600) * 56}{unit}.xlsx", unit, cells={"附表1": {"calls_total7": "x"}})
    assert run("check", ".", "--annotate", "审").exit_code == 1
    copies = names(here / "审")
    assert len(copies) > 2
    assert max(len(name.encode()) for name in copies) <= 255
