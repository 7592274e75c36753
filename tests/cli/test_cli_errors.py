"""What stops a command: its message, its exit status, and that nothing half-written is left behind."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import shutil
import stat
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from cases import words
from cli_runs import names, refused, run
from factory import write_filing
from hrss12333 import inbox
from hrss12333.cli import COMMANDS, cli
from hrss12333.reading import documents
from hrss12333.reporting.outputs import offered
from hrss12333.wording.text import display_width
from hrss12333.writing import national as national_workbook
from hrss12333.writing import workbook
from hrss12333.writing.official.workbook import write_official

pytestmark = pytest.mark.usefixtures("here")
READERS = ("check", "merge", "compile", "fix")


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    return write_filing(tmp_path / "广东.xlsx")


@pytest.mark.parametrize("command", READERS)
def test_no_such_file(command: str) -> None:
    assert refused(2, command, "没有这个.xlsx") == (
        "错误：找不到“没有这个.xlsx”。请检查路径是否写对；路径中有空格时要加引号。\n"
    )


@pytest.mark.parametrize("command", ["check", "merge", "compile"])
def test_an_empty_folder(command: str, here: Path) -> None:
    (here / "空").mkdir()
    message = refused(2, command, "空")
    assert message.startswith("错误：“空”里没有可读的文件。请放入各单位报送的")
    assert names(here) == ["空"]


@pytest.mark.parametrize("command", ["check", "merge"])
def test_a_folder_of_nothing_that_is_a_filing(command: str, here: Path) -> None:
    (here / "收件").mkdir()
    (here / "收件" / "说明.txt").write_text("这里没有调查表", encoding="utf-8")
    message = refused(2, command, "收件")
    assert re.search("没有可以处理的报送材料：“.*说明.txt”不是表格或文档", message)


def test_not_a_workbook_is_a_finding_of_check(here: Path) -> None:
    """A file named that cannot be read is an error of the file (1), not of the command line."""
    (here / "表.xlsx").write_text("这不是工作簿", encoding="utf-8")
    result = run("check", "表.xlsx")
    assert result.exit_code == 1
    assert "强制性错误 F00" in result.stdout
    assert "无法读取" in result.stdout


def test_not_a_workbook_cannot_be_fixed(here: Path) -> None:
    (here / "表.xlsx").write_text("这不是工作簿", encoding="utf-8")
    assert refused(2, "fix", "表.xlsx").startswith("错误：“表.xlsx”不能整理：")
    assert names(here) == ["表.xlsx"]


@pytest.mark.parametrize(
    "arguments", [("merge", "{filing}"), ("merge", "{filing}", "--unit", "广东"), ("fix", "{filing}"), ("template",)]
)
def test_a_folder_given_for_o(arguments: tuple[str, ...], filing: Path, here: Path) -> None:
    (here / "结果").mkdir()
    filled = [part.format(filing=filing) for part in arguments]
    message = refused(2, *filled, "-o", "结果")
    assert message.startswith("错误：“结果”是一个文件夹，请在 -o 后写出文件名，例如 结果")
    assert names(here) == ["结果"]


TARGETS = {
    "template": ((), "12333调查表_2019.xlsx"),
    "merge": (("{filing}",), "12333全国汇总_2019.xlsx"),
    "merge --unit": (("{filing}", "--unit", "广东"), "12333报送表_2019_广东省.xlsx"),
    "fix": (("{filing}",), "广东_规范.xlsx"),
}


@pytest.mark.parametrize("command", TARGETS)
def test_a_target_that_exists_needs_force(command: str, filing: Path, here: Path) -> None:
    given, default = TARGETS[command]
    arguments = [command.split()[0], *(part.format(filing=filing) for part in given)]
    (here / default).write_bytes(b"mine")
    assert refused(2, *arguments) == (f"错误：“{default}”已经存在。要覆盖它请加 --force，或用 -o 换一个文件名。\n")
    assert (here / default).read_bytes() == b"mine"
    assert run(*arguments, "--force").exit_code in (0, 1)
    assert (here / default).read_bytes()[:2] == b"PK"
    beside = ["12333汇总_2019_广东省.xlsx"] if "--unit" in command else []
    assert names(here) == [default, *beside]


@pytest.mark.parametrize("command", ["template", "merge", "fix"])
def test_the_folder_of_the_output_is_missing(command: str, filing: Path, here: Path) -> None:
    paths = [] if command == "template" else [filing]
    assert refused(2, command, *paths, "-o", "哪里/结果.xlsx") == (
        "错误：文件夹“哪里”不存在，请先建好，或用 -o 换一个位置。\n"
    )
    assert names(here) == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("广冬", "“广冬”不是32个报送单位之一。名称最接近的是：广东省"),
        ("内蒙右", "“内蒙右”不是32个报送单位之一。名称最接近的是：内蒙古自治区"),
        ("XYZ", "“XYZ”不是32个报送单位之一。\n"),
        ("厦门", "厦门市属福建省，请写 --unit 福建。\n"),
        ("吉林市", "吉林市属吉林省，请写 --unit 吉林。\n"),
    ],
)
@pytest.mark.parametrize("command", ["template", "merge", "check", "fix"])
def test_an_unknown_unit_is_answered_with_the_nearest_and_a_city_with_its_own(
    command: str, written: str, said: str, filing: Path
) -> None:
    paths = [] if command == "template" else [filing]
    assert refused(2, command, *paths, "--unit", written).startswith(f"错误：{said}")


@pytest.mark.parametrize("arguments", [(), ("help",), ("help", "check")])
def test_help_is_a_result(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == run(*arguments[1:], "--help").stdout
    assert ("一般步骤" in result.stdout) == (arguments[1:] == ())


def test_a_report_in_the_way_is_answered_with_its_own_option(filing: Path, here: Path) -> None:
    (here / "a.html").touch()
    assert "或用 --report 换一个文件名。" in refused(2, "check", filing, "--report", "a.html")


@pytest.mark.parametrize("command", ["merge", "fix", "template"])
def test_an_output_folder_that_cannot_be_written(
    command: str, filing: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real read-only folder where the user is not root; the system's answer to it in any case."""
    (here / "只读").mkdir()
    (here / "只读").chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.access(here / "只读", os.W_OK):
        system_open = os.open

        def refuse(path: Any, *flags: Any, **more: Any) -> int:
            if "只读" in str(path):
                raise PermissionError(errno.EACCES, "Permission denied")
            return system_open(path, *flags, **more)

        monkeypatch.setattr("os.open", refuse)
    paths = [] if command == "template" else [filing]
    message = refused(3, command, *paths, "-o", "只读/结果.xlsx")
    assert message.startswith("错误：无法写入文件夹“只读”：")
    assert names(here) == ["只读"]


def test_a_full_disk(filing: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workbook._QuickPackage, "write", refuse)
    monkeypatch.setattr(workbook._QuickPackage, "writestr", refuse)
    for arguments in (("merge", filing), ("merge", filing, "--unit", "广东"), ("fix", filing), ("template",)):
        assert refused(3, *arguments).startswith("错误：无法写入“")
    assert names(here) == []


def test_one_corrupt_file_does_not_stop_the_others(tmp_path: Path, here: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for unit in ("广东", "福建"):
        write_filing(inbox / f"{unit}.xlsx", unit)
    whole = (inbox / "福建.xlsx").read_bytes()
    (inbox / "坏.xlsx").write_bytes(whole[: len(whole) // 2])
    result = run("merge", inbox)
    assert result.exit_code == 1
    assert "  可以用 2个：福建省、广东省\n" in result.stdout
    assert "F001" in result.stdout
    assert names(here) == ["12333全国汇总_2019.xlsx"]


@pytest.fixture
def altered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer of the national workbook puts in one call more than was sent."""
    write = national_workbook.write_national

    def one_more(path: Path, national: Any, **about: Any) -> None:
        entry = next(entry for entry in national.entries if entry.form.has("calls_total"))
        value = entry.row.get("calls_total")
        more = entry.row.changed({"calls_total": replace(value, value=value.value + 1)})
        entries = [replace(item, row=more) if item is entry else item for item in national.entries]
        write(path, replace(national, entries=tuple(entries)), **about)

    monkeypatch.setattr(national_workbook, "write_national", one_more)


@pytest.mark.usefixtures("altered")
@pytest.mark.parametrize("force", [False, True])
def test_totals_that_do_not_prove_equal_leave_no_output(force: bool, filing: Path, here: Path) -> None:
    before = {"12333全国汇总_2019.xlsx": b"last week's"} if force else {}
    for name, data in before.items():
        (here / name).write_bytes(data)
    message = refused(3, "merge", filing, *(["--force"] if force else []))
    assert message.startswith("错误：写出后复核未通过：")
    assert "“附表1明细”广东省第6行" in message
    assert {name: (here / name).read_bytes() for name in names(here)} == before


def test_a_units_filing_that_does_not_read_back_leaves_no_output(
    filing: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def lose_a_row(path: Path, edition: Any, sheets: Any, **about: Any) -> None:
        for sheet in sheets:
            del sheet.rows[-1]
        write_official(path, edition, sheets, **about)

    monkeypatch.setattr("hrss12333.writing.official.filled.write_official", lose_a_row)
    for arguments in (("merge", filing, "--unit", "广东"), ("fix", filing)):
        assert refused(3, *arguments) == ("错误：写出的附表1与读入的内容不一致，没有保存。请把所用文件反馈给开发者。\n")
    assert names(here) == []


def test_an_internal_fault_is_a_message(filing: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> NoReturn:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(inbox, "merge", fail)
    message = refused(3, "merge", filing)
    assert message.startswith("错误：程序内部出错（ZeroDivisionError: division by zero）。")
    assert names(here) == []


def test_control_c(filing: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted while writing: the temporary file goes too."""

    def interrupt(*_: Any, **__: Any) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("hrss12333.writing.national.proof.prove", interrupt)
    assert refused(3, "merge", filing).strip() == "已中断。"
    assert names(here) == []
    monkeypatch.setattr(documents, "open_or_read", interrupt)
    assert refused(3, "check", filing).strip() == "已中断。"


def test_control_c_while_python_makes_a_class(filing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.11 wraps it."""

    def interrupt(*_: Any, **__: Any) -> NoReturn:
        raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()

    monkeypatch.setattr("hrss12333.cli.received.read_survey", interrupt)
    assert refused(3, "check", filing).strip() == "已中断。"


def test_outputs_have_ordinary_permissions(filing: Path, here: Path) -> None:
    """Not those of a temporary file, which only its maker may read."""
    assert run("fix", filing, "-o", "a.xlsx").exit_code == 0
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((here / "a.xlsx").stat().st_mode) == 0o666 & ~mask


def test_the_programs_own_results_alone_are_nothing_to_do(filing: Path, here: Path) -> None:
    assert run("merge", filing).exit_code == 1
    for command in READERS:
        message = refused(2, command, "12333全国汇总_2019.xlsx")
        assert message == (
            "错误：没有可以处理的报送材料：“12333全国汇总_2019.xlsx”是本工具生成的汇总结果，不是报送材料。\n"
        )


def test_fix_takes_one_file(filing: Path, tmp_path: Path, here: Path) -> None:
    assert "是一个文件夹；fix 一次整理一个文件" in refused(2, "fix", tmp_path)
    write_filing(tmp_path / "福建.xlsx", "福建")
    shutil.make_archive(str(here / "包"), "zip", tmp_path, ".")
    assert "份报送；fix 一次整理一份" in refused(2, "fix", "包.zip")


def test_merge_of_a_unit_without_any_row(here: Path) -> None:
    assert run("template", "-o", "空白.xlsx").exit_code == 0
    result = run("merge", "空白.xlsx", "--unit", "广东")
    assert result.exit_code == 1
    assert "没有读到广东省的任何数据行，没有写出报送表和汇总表。" in result.stdout.splitlines()
    assert "R205" in result.stdout
    assert names(here) == ["空白.xlsx"]


def test_merge_of_a_unit_of_whose_rows_none_counts(here: Path) -> None:
    for name, trained in (("一", 1), ("二", 2)):
        cells = {"附表1": {f"training_attendances{row}": trained for row in range(6, 27)}}
        path = write_filing(here / f"{name}.xlsx", forms=("附表1",), cells=cells)
        os.utime(path, (0, 0))
    result = run("merge", "一.xlsx", "二.xlsx", "--unit", "广东")
    assert result.exit_code == 1
    why = "几个文件中内容不同，分不出先后，都不计入（M702）"
    assert f"广东省的各行都不计入：{why}，没有写出报送表和汇总表。" in result.stdout.splitlines()
    assert names(here) == ["一.xlsx", "二.xlsx"]


def test_an_error_is_raised_to_a_caller_without_standalone_mode() -> None:
    """Embedded use gets the status back instead of an exit."""
    assert cli.main(["rules", "X999"], standalone_mode=False) == 2


SLIPS = f"""
check | 没有写要处理的文件或文件夹。\\n用法见：hrss12333 check --help
fix | 没有写要处理的文件。\\n用法见：hrss12333 fix --help
chek | 没有“chek”这个命令，也没有这个名称的文件或文件夹。是不是 check？\\n用法见：hrss12333 --help
mrege 收件/ | 没有“mrege”这个命令，也没有这个名称的文件或文件夹。是不是 merge？\\n用法见：hrss12333 --help
check x --strikt | 没有“--strikt”这个选项。可能是：--strict。\\n用法见：hrss12333 check --help
check x --zzz | 没有“--zzz”这个选项。\\n用法见：hrss12333 check --help
check x --format | 选项 --format 后面要写一个值。
check x --format xml | --format 的值“xml”不对。可能是：{"、".join(offered("check"))}。\\n用法见：hrss12333 check --help
check x --format "" | --format 的值“”不对。可能是：{"、".join(offered("check"))}。\\n用法见：hrss12333 check --help
check "" | 有一个路径是空的，请写出文件或文件夹的名称。
check . --annotate "" | 有一个路径是空的，请写出文件或文件夹的名称。
check . --report "" | 有一个路径是空的，请写出文件或文件夹的名称。
check . --report / | --report 的文件名应以.html结尾，例如 --report /报告.html。
template --all -o "" | 有一个路径是空的，请写出文件或文件夹的名称。
merge x -o | 选项 -o 后面要写一个值。
merge x --force=1 | 选项 --force 后面不需要写值。
merge x --year "19'" | --year 的值“19'”不是整数。\\n用法见：hrss12333 merge --help
merge . --deadline 2021-02-30 | --deadline 后面应是日期，例如 --deadline 2021-01-15；写的是“2021-02-30”。
fix x y | 多出了参数：y。\\n用法见：hrss12333 fix --help
template --rows "" | --rows 的值“”不是整数。\\n用法见：hrss12333 template --help
template --rows 多 | --rows 的值“多”不是整数。\\n用法见：hrss12333 template --help
"""


@pytest.mark.parametrize(("given", "told"), [words(line) for line in SLIPS.strip().split("\n")])
def test_usage_errors_are_chinese(given: str, told: str) -> None:
    """click's own words, for every kind of slip; all end with 2 and say where to read on."""
    assert refused(2, *shlex.split(given)) == f"错误：{told}\n"


@pytest.mark.parametrize("command", ["template", "check", "merge", "fix", "compile", "rules"])
def test_help_is_chinese(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"用法：hrss12333 {command} [选项]")
    assert "显示这份说明。" in result.stdout
    for english in ("Usage", "Options", "Show this message", "OPTIONS"):
        assert english not in result.stdout


def test_a_file_that_cannot_be_proven_is_left_out_and_named(
    tmp_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file's rows do not come back as they were read: it is an error of that file, and the rest is delivered."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for unit in ("广东", "福建"):
        write_filing(inbox / f"{unit}.xlsx", unit)
    write = national_workbook.write_national

    def mishandle(path: Path, national: Any, **about: Any) -> None:
        entries = [
            replace(item, row=item.row.changed({"seats": replace(item.row.get("seats"), value=0)}))
            if item.file.endswith("福建.xlsx") and item.form.has("seats")
            else item
            for item in national.entries
        ]
        write(path, replace(national, entries=tuple(entries)), **about)

    monkeypatch.setattr(national_workbook, "write_national", mishandle)
    result = run("merge", inbox, "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [unit["unit"] for unit in found["units"] if unit["status"] == "accepted"] == ["广东省"]
    assert [Path(f["file"]).name for f in found["findings"] if f["rule"] == "F001"] == ["福建.xlsx"]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_a_terminal_of_80_columns(command: str) -> None:
    shown = CliRunner().invoke(cli, [*command.split(), "--help"], terminal_width=80)
    assert shown.exit_code == 0
    assert [line for line in shown.output.splitlines() if display_width(line) > 80] == []
