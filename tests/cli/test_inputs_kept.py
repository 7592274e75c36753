"""No output takes the place of what the run reads, ``--force`` or not: not under another spelling, nor through a link."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from cli_runs import run
from factory import write_filing

REFUSED = "是这次要读的文件，不能写在它上面"
pytestmark = pytest.mark.usefixtures("no_libreoffice", "few_reminders")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs beside 收, which holds a filing with a fault, a clean one, and an earlier year's."""
    folder = tmp_path / "here"
    (folder / "收" / "更").mkdir(parents=True)
    monkeypatch.chdir(folder)
    write_filing(folder / "收" / "海南.xlsx", "海南", cells={"附表1": {"calls_total6": 1}})
    write_filing(folder / "收" / "更" / "宁夏.xlsx", "宁夏")
    write_filing(folder / "去年.xlsx", "海南")
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def linked(path: Path, to: str) -> Path:
    path.symlink_to(to)
    return path


def hard_linked(path: Path, to: str) -> Path:
    path.hardlink_to(to)
    return path


Named = Callable[[], "str | Path"]
WAYS: dict[str, Named] = {
    "itself": lambda: "收/海南.xlsx",
    "another spelling": lambda: "收/../收/./海南.xlsx",
    "absolute": lambda: Path("收/海南.xlsx").resolve(),
    "a link": lambda: linked(Path("链接.xlsx"), "收/海南.xlsx"),
    "a hard link": lambda: hard_linked(Path("硬链接.xlsx"), "收/海南.xlsx"),
    "through a linked folder": lambda: linked(Path("另一处"), "收") / "海南.xlsx",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("given", ["收", "收/海南.xlsx"])
@pytest.mark.parametrize("command", ["merge", "merge --unit 海南", "fix"])
def test_no_spelling_and_no_link_leads_to_what_is_read(command: str, given: str, way: str) -> None:
    if command == "fix" and given == "收":
        given = "收/海南.xlsx"
    target = WAYS[way]()
    before = contents(Path("收"))
    result = run(*command.split(), given, "-o", target, "--force")
    assert (result.exit_code, result.stdout) == (2, "")
    assert REFUSED in result.stderr
    assert contents(Path("收")) == before


def test_another_case_is_the_same_file_where_the_disk_says_so() -> None:
    """Where it does not, the output is beside what was read, which stays as it was."""
    before, is_same = contents(Path("收")), Path("收/海南.XLSX").exists()
    result = run("merge", "收", "-o", "收/海南.XLSX", "--force")
    assert (REFUSED in result.stderr, result.exit_code == 2) == (is_same, is_same)
    after = contents(Path("收"))
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + (not is_same)


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        (("merge", "收", "--unit", "海南", "-o", "新.xlsx"), "收/新_汇总.xlsx"),
        (("merge", "收", "-o", "新.xlsx", "--report", "收/表.html"), "收/表.html"),
        (("check", "收", "--report", "收/表.html"), "收/表.html"),
        (("merge", "收", "-o", "新.xlsx", "--csv", "收"), "收/附表1明细.csv"),
        (("check", "收", "--annotate", "收"), "收/海南_审核.xlsx"),
        (("merge", "收", "-o", "新.xlsx", "--returns", "收"), "收/海南_审核.xlsx"),
        (("compile", "收", "-o", "收/总结.docx"), "收/总结.docx"),
    ],
)
def test_no_kind_of_output_takes_its_place(arguments: tuple[str, ...], target: str, here: Path) -> None:
    """A filing that happens to bear the name of what would be written."""
    write_filing(here / "收" / "某.xlsx", "西藏")
    if "--unit" in arguments:
        arguments = tuple("收/新.xlsx" if part == "新.xlsx" else part for part in arguments)
        write_filing(here / "收" / "某.xlsx", "海南")
    (here / "收" / "某.xlsx").rename(here / target)
    if target.endswith(".csv"):
        (here / target).write_text("来源工作表,地区", "utf-8-sig")
    elif target.endswith(".html"):
        page = "".join(f"<tr><td>{cell}" for cell in ("序号", "地区", "来电总量"))
        (here / target).write_text(f"<table>{page}</table>", "utf-8")
    before = contents(here / "收")
    result = run(*arguments, "--force")
    if target.endswith((".html", ".csv")):  # no filing after all: passed over, and to be replaced
        assert result.exit_code == 1
        return
    assert (result.exit_code, result.stdout) == (2, "")
    assert REFUSED in result.stderr
    assert contents(here / "收") == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("merge", "收", "--previous", "去年.xlsx", "-o", "去年.xlsx"),
        ("check", "收", "--previous", "去年.xlsx", "--report", "去年.html"),
        ("template", "--unit", "海南", "--previous", "去年.xlsx", "-o", "去年.xlsx"),
        ("template", "--all", "--previous", "模板/12333调查表_2019_海南省.xlsx", "-o", "模板"),
        ("compile", "收", "--previous", "去年.xlsx", "-o", "去年.docx"),
    ],
)
def test_what_it_is_compared_with_stays(arguments: tuple[str, ...], here: Path) -> None:
    (here / "模板").mkdir()
    shutil.copy("去年.xlsx", here / "模板" / "12333调查表_2019_海南省.xlsx")
    for ending in (".html", ".docx"):
        (here / f"去年{ending}").hardlink_to("去年.xlsx")
    before = contents(here)
    result = run(*arguments, "--force")
    assert (result.exit_code, result.stdout) == (2, "")
    assert REFUSED in result.stderr
    assert contents(here) == before


@pytest.mark.long
def test_an_output_of_an_earlier_run_is_made_anew_though_it_lies_among_the_filings() -> None:
    """It is passed over, and so it is no input."""
    everything = ("收/全国.xlsx", "--returns", "收/退", "--csv", "收/表", "--report", "收/报告.html")
    assert run("merge", "收", "-o", *everything).exit_code == 1
    assert run("merge", "收", "-o", *everything, "--force").exit_code == 1
    assert run("check", "收", "--annotate", "收/退", "--report", "收/报告.html", "--force").exit_code == 1
    assert run("merge", "收", "--unit", "海南", "-o", "收/海南报送.xlsx").exit_code == 1
    assert run("merge", "收", "--unit", "海南", "-o", "收/海南报送.xlsx", "--force").exit_code == 1
