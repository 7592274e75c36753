"""What happens when files are dropped on a launcher: names, places, what is opened, and that nothing is overwritten."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from cli_runs import names, run
from factory import write_filing
from hrss12333.cli import cli, process

NOON = datetime(2026, 11, 25, 10, 43)


class Desk:
    """A desktop that opens nothing and waits for nobody, and remembers what it was asked for."""

    def __init__(self, *, broken: bool = False) -> None:
        self.opened: list[str] = []
        self.waited = 0
        self.broken = broken

    def run(self, *arguments: str | Path) -> Result:
        return self.invoke("desk", *arguments)

    def invoke(self, *arguments: str | Path) -> Result:
        """Run the program where this is the desktop."""
        clock = SimpleNamespace(now=lambda: NOON)
        with patch.multiple("hrss12333.cli.desk", open_file=self.open, wait_for_key=self.wait, datetime=clock):
            result = CliRunner().invoke(cli, [*map(str, arguments)], prog_name="hrss12333")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    def open(self, path: Path) -> None:
        if self.broken:
            raise FileNotFoundError("xdg-open")
        self.opened.append(path.name)

    def wait(self) -> None:
        self.waited += 1


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one filing, beside which the results are to stand; the current folder is another."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    folder = tmp_path / "桌面" / "收件 & 100%"
    folder.mkdir(parents=True)
    write_filing(folder / "广东.xlsx")
    return folder


REPORT, NATIONAL = "12333审核报告_20261125_104300.html", "12333全国汇总_20261125_104300.xlsx"
BLANK = "12333调查表_20261125_104300.xlsx"


@pytest.mark.parametrize(
    ("line", "status", "written"),
    [
        ("check 收", 0, f"桌面/{REPORT}"),
        ("check 收/广东.xlsx", 0, f"桌面/收件 & 100%/{REPORT}"),
        ("check 收/错.xlsx", 1, f"桌面/收件 & 100%/{REPORT}"),
        ("merge 收", 1, f"桌面/{NATIONAL}"),  # 31 units are missing
        ("template", 0, f"elsewhere/{BLANK}"),
    ],
)
def test_the_result_is_beside_what_was_dropped_and_opens(line: str, status: int, written: str, inbox: Path) -> None:
    if "错" in line:
        write_filing(inbox / "错.xlsx", cells={"附表1": {"calls_total6": 7}})
    root, desk = inbox.parent.parent, Desk()
    before = names(root)
    task, *dropped = line.split()
    result = desk.run(task, *(inbox / path.removeprefix("收").removeprefix("/") for path in dropped))
    assert result.exit_code == status, result.output
    assert [name for name in names(root) if name not in before] == [written]
    assert (desk.opened, desk.waited) == ([Path(written).name], 1)
    assert (root / written).stat().st_size > 4_000


def test_an_opener_that_fails_is_no_error(inbox: Path) -> None:
    desk = Desk(broken=True)
    result = desk.run("check", inbox)
    assert result.exit_code == 0
    assert "结果在：" in result.output
    assert desk.waited == 1


@pytest.mark.parametrize(
    ("line", "told"), [("check", "拖到这个图标上"), ("merge", "拖到这个图标上"), ("merge 没有", "找不到")]
)
def test_what_cannot_be_done_is_said_and_waited_for(line: str, told: str, inbox: Path) -> None:
    desk, before = Desk(), names(inbox.parent)
    result = desk.run(*line.split())
    assert (result.exit_code, desk.opened, desk.waited) == (2, [], 1)
    assert told in result.output
    assert names(inbox.parent) == before


def test_dropped_on_the_program_itself_it_is_the_same(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "owns_console", lambda: True)
    desk = Desk()
    result = desk.invoke(inbox)
    assert (result.exit_code, desk.opened, desk.waited) == (0, ["12333审核报告_20261125_104300.html"], 1)
    assert desk.invoke().exit_code == 2
    assert desk.waited == 2
    assert desk.invoke("--version").exit_code == 0
    assert desk.waited == 2


def test_a_command_line_writes_and_opens_nothing_of_that(inbox: Path) -> None:
    assert run(inbox).exit_code == 0
    assert names(inbox.parent) == ["收件 & 100%", "收件 & 100%/广东.xlsx"]
    assert "desk" not in run("--help").output
