"""What stops a command: its message, its exit status, and that nothing half-written is left behind."""

from __future__ import annotations

import errno
import os
import re
import shlex
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from cases import words
from cli_runs import contents, names, refused, run
from damaged import archive
from factory import filing as workbook_of
from factory import write_filing
from hrss12333.cli import COMMANDS, cli
from hrss12333.cli.process import on_screen
from hrss12333.model.national import Entry
from hrss12333.reporting import offered
from hrss12333.wording.text import display_width
from hrss12333.writing.national import write_national
from hrss12333.writing.official import write_official

pytestmark = pytest.mark.usefixtures("here")
FORMATS = "、".join(offered("check"))
NO_FILE = "找不到“没有.xlsx”。请检查路径是否写对；路径中有空格时要加引号。"
NO_FOLDER = "文件夹“哪里”不存在，请先建好，或用 -o 换一个位置。"
IS_FOLDER = "“结果”是一个文件夹，请在 -o 后写出文件名，例如 结果/结果.xlsx。"
NOTHING = "“空”里没有可读的文件。请放入各单位报送的"
OURS = "没有可以处理的报送材料：“12333全国汇总.xlsx”是本工具生成的汇总结果，不是报送材料。"
REFUSED = f"""
check 没有.xlsx | {NO_FILE}
merge 没有.xlsx | {NO_FILE}
check 空 | {NOTHING}
check 收件 | “收件”里没有可读的文件
fix 表.xlsx | “表.xlsx”不能整理：
fix 收件 | “收件”是一个文件夹；fix 一次整理一个文件
fix 包.zip | “包.zip”里有2份报送；fix 一次整理一份
check 12333全国汇总.xlsx | {OURS}
fix 12333全国汇总.xlsx | {OURS}
merge 广东.xlsx -o 结果 | {IS_FOLDER}
template -o 结果 | {IS_FOLDER}
merge 广东.xlsx -o 哪里/结果.xlsx | {NO_FOLDER}
template -o 哪里/结果.xlsx | {NO_FOLDER}
check 广东.xlsx --report a.html | “a.html”已经存在。要覆盖它请加 --force，或用 --report 换一个位置。
merge 广东.xlsx --csv 旧 | “旧/附表2明细.csv”已经存在
merge 广东.xlsx --csv 结果 --force | “结果/附表1汇总.csv”是一个文件夹
merge 广东.xlsx --csv a.html | “a.html”是一个文件，这里需要文件夹
merge 广东.xlsx --returns 旧 | “旧/催报函_北京市.docx”已经存在
template --all -o 旧 | “旧/12333调查表_2019_西藏自治区.xlsx”已经存在
template --all -o a.html | “a.html”是一个文件，这里需要文件夹
template --unit 宁夏 --per-city -o 旧 | “旧/12333调查表_2019_宁夏回族自治区_银川市.xlsx”已经存在
template --unit 广冬 | “广冬”不是32个报送单位之一。名称最接近的是：广西壮族自治区、广东省
merge 广东.xlsx --unit 内蒙右 | “内蒙右”不是32个报送单位之一。名称最接近的是：内蒙古自治区
check 广东.xlsx --unit XYZ | “XYZ”不是32个报送单位之一。
fix 广东.xlsx --unit 厦门 | 厦门市属福建省，请写 --unit 福建。
merge 广东.xlsx --unit 吉林市 | 吉林市属吉林省，请写 --unit 吉林。
check | 没有写要处理的文件或文件夹。\\n用法见：hrss12333 check --help
fix | 没有写要处理的文件或文件夹。\\n用法见：hrss12333 fix --help
chek | 没有“chek”这个命令，也没有这个名称的文件或文件夹。命令有：template、check、merge、fix、compile、rules。\\n用法见：hrss12333 --help
mrege 收/ | 找不到“mrege”
check x --strikt | 没有“--strikt”这个选项。可能是：--strict。\\n用法见：hrss12333 check --help
check x --zzz | 没有“--zzz”这个选项。\\n用法见：hrss12333 check --help
check x --format | 选项 --format 后面要写一个值。
check x --format xml | --format 的值“xml”不对。可能是：{FORMATS}。\\n用法见：hrss12333 check --help
check x --format "" | --format 的值“”不对。可能是：{FORMATS}。\\n用法见：hrss12333 check --help
check . --report / | --report 的文件名应以.html结尾，例如 --report /报告.html。
merge x -o | 选项 -o 后面要写一个值。
merge x --force=1 | 选项 --force 后面不需要写值。
merge x --year "19'" | --year 的值“19'”不是整数。\\n用法见：hrss12333 merge --help
merge . --deadline 2021-02-30 | --deadline 后面应是日期，例如 --deadline 2021-01-15；写的是“2021-02-30”。
merge . --deadline 2020115 | --deadline 后面应是日期，例如 --deadline 2021-01-15；写的是“2020115”。
merge . --returns 信 --reply-by 明天 | --reply-by 后面应是日期，例如 --reply-by 2021-01-15；写的是“明天”。
merge . --reply-by 2020-01-23 | --reply-by 是信函里的回复期限，要和 --returns 一起用。
check 广东.xlsx --previous 没有.xlsx | --previous 后面的文件“没有.xlsx”不存在。
merge 广东.xlsx --since 收件 | --since 后面应是一个文件，“收件”不是普通文件。
template --per-city | --per-city 需要同时用 --unit
template --all --unit 广东 | --all 为全部单位生成
template --all --per-city | --all 为全部单位生成
template --unit 广东 --rows 20 | 广东省有21个地区，--rows 至少要写21。
template --all --rows 37 | 重庆市有38个地区
template --previous 广东.xlsx | --previous 要知道是哪个单位的表
template --rows 0 | --rows 应在1到2000之间，写的是0。
template --year 19 | --year 后面应是四位的年份，例如 --year 2020；写的是19。
template -o 表.doc | 输出文件是.xlsx格式，“表.doc”的扩展名不对，请改为“表.xlsx”。
template --all -o 新.xlsx | 这里会生成32个文件，-o 后应写文件夹
fix x y | 多出了参数：y。\\n用法见：hrss12333 fix --help
template --rows "" | --rows 的值“”不是整数。\\n用法见：hrss12333 template --help
rules Z999 | 没有编号为“Z999”的规则。用 hrss12333 rules 查看全部编号。
template --rows 多 | --rows 的值“多”不是整数。\\n用法见：hrss12333 template --help
"""
"""Command, and how what it says begins: all end with 2."""


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    return write_filing(tmp_path / "广东.xlsx")


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The workbook that an earlier run wrote."""
    folder = tmp_path_factory.mktemp("earlier")
    run("merge", write_filing(folder / "广东.xlsx"), "-o", folder / "全国.xlsx")
    return (folder / "全国.xlsx").read_bytes()


@pytest.mark.parametrize(("given", "told"), [words(line) for line in REFUSED.strip().split("\n")])
def test_what_cannot_be_done_is_refused_in_chinese_and_nothing_is_written(
    given: str, told: str, here: Path, national: bytes
) -> None:
    for folder in ("空", "收件", "旧", "结果/附表1汇总.csv"):
        (here / folder).mkdir(parents=True)
    of_before = (
        "附表2明细.csv 催报函_北京市.docx 12333调查表_2019_西藏自治区.xlsx 12333调查表_2019_宁夏回族自治区_银川市.xlsx"
    )
    for name in of_before.split():
        (here / "旧" / name).touch()
    (here / "收件" / "说明.txt").write_text("这里没有调查表", encoding="utf-8")
    (here / "表.xlsx").write_text("这不是工作簿", encoding="utf-8")
    (here / "包.zip").write_bytes(archive([(f"{unit}.xlsx", workbook_of(unit)) for unit in ("广东", "福建")]))
    (here / "12333全国汇总.xlsx").write_bytes(national)
    (here / "a.html").touch()
    write_filing(here / "广东.xlsx")
    before = names(here)
    message = refused(2, *shlex.split(given))
    assert message.startswith(f"错误：{told}")
    assert names(here) == before


@pytest.mark.parametrize(
    ("line", "default", "beside"),
    [
        ("template", "12333调查表_2019.xlsx", []),
        ("merge FILING", "12333全国汇总_2019.xlsx", []),
        ("merge FILING --unit 广东", "12333报送表_2019_广东省.xlsx", ["12333汇总_2019_广东省.xlsx"]),
        ("fix FILING", "广东_规范.xlsx", []),
        ("compile FILING", "12333参阅文件_2019.docx", []),
    ],
)
def test_a_target_that_exists_needs_force(line: str, default: str, beside: list[str], filing: Path, here: Path) -> None:
    arguments = [str(filing) if word == "FILING" else word for word in line.split()]
    (here / default).write_bytes(b"mine")
    assert refused(2, *arguments) == f"错误：“{default}”已经存在。要覆盖它请加 --force，或用 -o 换一个位置。\n"
    assert (here / default).read_bytes() == b"mine"
    assert run(*arguments, "--force").exit_code in (0, 1)
    assert (here / default).read_bytes()[:2] == b"PK"
    assert names(here) == [default, *beside]


def test_help_is_a_result() -> None:
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == run("--help").stdout
    assert "一般步骤" in result.stdout


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_chinese_and_fits_a_terminal_of_80_columns(command: str) -> None:
    shown = CliRunner().invoke(cli, [*command.split(), "--help"], terminal_width=80, prog_name="hrss12333")
    assert (shown.exit_code, "显示这份说明。" in shown.output) == (0, True)
    assert shown.output.startswith(f"用法：hrss12333 {command or '[选项] 命令'}")
    assert not [word for word in ("Usage", "Options", "Show this message", "OPTIONS") if word in shown.output]
    lines = shown.output.splitlines()
    assert [line for line in lines if display_width(line) > 80] == []
    examples = [re.fullmatch(r"(    hrss12333 .*?  +)(\S.*)", line) for line in lines]
    assert len({display_width(found[1]) for found in examples if found}) <= 1


def test_a_remark_is_broken_at_the_terminals_width_but_for_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((40, 24)))
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    line, command = (
        "提示：与上一年比较时，两年的表都有的栏目才能比较。" * 3,
        "  hrss12333 merge 收件文件夹 --since 上次的汇总表.xlsx",
    )
    *broken, last = on_screen(f"{line}\n{command}").split("\n")
    assert last == command
    assert ("".join(broken), max(map(display_width, broken)) <= 40) == (line, True)


def test_help_of_check_names_every_format() -> None:
    named = set(re.findall(r"\.[a-z0-9]+", run("check", "--help").stdout.partition("hrss12333 check 广东")[0]))
    assert named == {
        *[".xlsx", ".xlsm", ".xls", ".et", ".docx", ".docm", ".doc", ".wps", ".rtf", ".zip", ".7z", ".rar", ".eml"]
    }


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
    monkeypatch.setattr(ZipFile, "writestr", raising(OSError(errno.ENOSPC, "No space left on device")))
    for arguments in (("merge", filing), ("merge", filing, "--unit", "广东"), ("fix", filing), ("template",)):
        assert refused(3, *arguments).startswith("错误：无法写入“")
    assert names(here) == []


def raising(error: BaseException) -> Callable[..., NoReturn]:
    """What stands for a function that breaks off."""

    def broken(*_: Any, **__: Any) -> NoReturn:
        raise error

    return broken


STILL_OPEN = ValueError("open writing handle")
STILL_OPEN.__context__ = KeyboardInterrupt()


@pytest.mark.parametrize(
    ("place", "error", "command", "told"),
    [
        (
            "hrss12333.inbox.merge",
            ZeroDivisionError("by zero"),
            "merge",
            "错误：程序内部出错（ZeroDivisionError: by zero）。",
        ),
        ("hrss12333.cli.merge.prove", KeyboardInterrupt(), "merge", "已中断。\n"),
        ("hrss12333.writing.workbook.ZipFile.close", STILL_OPEN, "merge", "已中断。\n"),
        ("hrss12333.reading.documents.open_document", KeyboardInterrupt(), "check", "已中断。\n"),
    ],
)
def test_an_internal_fault_and_an_interrupt_are_a_message_and_leave_nothing(
    place: str, error: BaseException, command: str, told: str, filing: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, raising(error))
    assert refused(3, command, filing).lstrip().startswith(told)
    assert names(here) == []


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_totals_that_do_not_prove_equal_leave_no_output(
    force: tuple[str, ...], filing: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_more(entry: Entry) -> Entry:
        if entry.row.region != "广州市" or not entry.form.has("calls_total"):
            return entry
        calls = entry.row.get("calls_total")
        return replace(entry, row=entry.row.changed({"calls_total": replace(calls, value=int(calls.value or 0) + 1)}))

    def wrongly(path: Path, national: Any, **about: Any) -> None:
        write_national(path, replace(national, entries=tuple(map(one_more, national.entries))), **about)

    monkeypatch.setattr("hrss12333.cli.merge.write_national", wrongly)
    before = {"12333全国汇总_2019.xlsx": b"last week's"} if force else {}
    for name, data in before.items():
        (here / name).write_bytes(data)
    message = refused(3, "merge", filing, *force)
    assert message.startswith("错误：写出后复核未通过：")
    assert "“附表1明细”广东省第6行" in message
    assert contents(here) == before


def test_a_units_filing_that_does_not_read_back_leaves_no_output(
    filing: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_a_row(path: Path, edition: Any, sheets: Any, **about: Any) -> None:
        for sheet in sheets:
            del sheet.rows[-1]
        write_official(path, edition, sheets, **about)

    monkeypatch.setattr("hrss12333.writing.official.filled.write_official", lose_a_row)
    for arguments in (("merge", filing, "--unit", "广东"), ("fix", filing)):
        assert (
            refused(3, *arguments)
            == "错误：写出的调查表读回来与读入的内容不一致，没有保存。请把所用文件反馈给开发者。\n"
        )
    assert names(here) == []


def test_outputs_have_ordinary_permissions(filing: Path, here: Path) -> None:
    """Not those of a temporary file, which only its maker may read."""
    assert run("fix", filing, "-o", "a.xlsx").exit_code == 0
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((here / "a.xlsx").stat().st_mode) == 0o666 & ~mask


def test_merge_of_a_unit_without_any_row_or_without_one_that_counts_writes_nothing(here: Path) -> None:
    assert run("template", "-o", "空白.xlsx").exit_code == 0
    for name, trained in (("一", 1), ("二", 2)):
        cells = {"附表1": {f"training_attendances{row}": trained for row in range(6, 27)}}
        path = write_filing(here / f"{name}.xlsx", forms=("附表1",), cells=cells)
        os.utime(path, (0, 0))
    before = names(here)
    blank, undecided = run("merge", "空白.xlsx", "--unit", "广东"), run("merge", "一.xlsx", "二.xlsx", "--unit", "广东")
    assert (blank.exit_code, undecided.exit_code) == (1, 1)
    assert "没有读到广东省的任何数据行，没有写出报送表和汇总表。" in blank.stdout.splitlines()
    assert "R205" in blank.stdout
    why = "几个文件中内容不同，分不出先后，都不计入（M702）"
    assert f"广东省的各行都不计入：{why}，没有写出报送表和汇总表。" in undecided.stdout.splitlines()
    assert names(here) == before
