"""No output takes the place of what the run reads, ``--force`` or not: not under another spelling, nor through a link."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cases import cases
from cli_runs import contents, refused, run
from factory import write_filing

REFUSED = "是这次要读的文件，不能写在它上面"
pytestmark = pytest.mark.usefixtures("no_libreoffice", "few_reminders")


@pytest.fixture(autouse=True)
def here(here: Path) -> Path:
    """Every command runs beside 收, which holds a filing with a fault, a clean one, and an earlier year's."""
    (here / "收" / "更").mkdir(parents=True)
    write_filing(here / "收" / "海南.xlsx", "海南", cells={"附表1": {"calls_total6": 1}})
    write_filing(here / "收" / "更" / "宁夏.xlsx", "宁夏")
    write_filing(here / "去年.xlsx", "海南")
    return here


def linked(path: Path, to: str, *, hard: bool = False) -> Path:
    (path.hardlink_to if hard else path.symlink_to)(to)
    return path


def expect_kept(line: str, folder: Path, *more: str | Path) -> None:
    """The command is refused, and what is in the folder stays."""
    before = contents(folder)
    assert REFUSED in refused(2, *line.split(), *more, "--force")
    assert contents(folder) == before


WAYS: dict[str, Callable[[], str | Path]] = {
    "itself": lambda: "收/海南.xlsx",
    "another spelling": lambda: "收/../收/./海南.xlsx",
    "absolute": lambda: Path("收/海南.xlsx").resolve(),
    "a link": lambda: linked(Path("链接.xlsx"), "收/海南.xlsx"),
    "a hard link": lambda: linked(Path("硬链接.xlsx"), "收/海南.xlsx", hard=True),
    "through a linked folder": lambda: linked(Path("另一处"), "收") / "海南.xlsx",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("line", ["merge 收", "merge 收 --unit 海南", "merge 收/海南.xlsx", "fix 收/海南.xlsx"])
def test_no_spelling_and_no_link_leads_to_what_is_read(line: str, way: str) -> None:
    expect_kept(line, Path("收"), "-o", WAYS[way]())


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("merge 收 --unit 海南 -o 收/新.xlsx", "新_汇总.xlsx"),
        ("check 收 --annotate 收", "海南_审核.xlsx"),
        ("merge 收 -o 新.xlsx --returns 收", "海南_审核.xlsx"),
        ("compile 收 -o 收/总结.docx", "总结.docx"),
    ],
)
def test_no_kind_of_output_takes_its_place(line: str, target: str, here: Path) -> None:
    """A filing that happens to bear the name of what would be written."""
    write_filing(here / "某.xlsx", "海南" if "--unit" in line else "西藏").rename(here / "收" / target)
    expect_kept(line, here / "收")


@cases("""
    line
    merge 收 --previous 去年.xlsx -o 去年.xlsx | check 收 --previous 去年.xlsx --report 去年.html
    compile 收 --previous 去年.xlsx -o 去年.docx | template --unit 海南 --previous 去年.xlsx -o 去年.xlsx
    template --all --previous 模板/12333调查表_2019_海南省.xlsx -o 模板
""")
def test_what_it_is_compared_with_stays(line: str, here: Path) -> None:
    (here / "模板").mkdir()
    shutil.copy("去年.xlsx", here / "模板" / "12333调查表_2019_海南省.xlsx")
    for ending in (".html", ".docx"):
        (here / f"去年{ending}").hardlink_to("去年.xlsx")
    expect_kept(line, here)


@pytest.mark.long
def test_an_output_of_an_earlier_run_is_made_anew_though_it_lies_among_the_filings() -> None:
    """It is passed over, and so it is no input."""
    everything = ("收/全国.xlsx", "--returns", "收/退", "--csv", "收/表", "--report", "收/报告.html")
    assert run("merge", "收", "-o", *everything).exit_code == 1
    assert run("merge", "收", "-o", *everything, "--force").exit_code == 1
    assert run("check", "收", "--annotate", "收/退", "--report", "收/报告.html", "--force").exit_code == 1
    assert run("merge", "收", "--unit", "海南", "-o", "收/海南报送.xlsx").exit_code == 1
    assert run("merge", "收", "--unit", "海南", "-o", "收/海南报送.xlsx", "--force").exit_code == 1
