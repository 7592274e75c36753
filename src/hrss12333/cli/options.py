"""Every option in one table, the values that commands get from them, and how a command names its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from hrss12333.model.errors import UsageStop
from hrss12333.model.national import Contact
from hrss12333.patterns import clean
from hrss12333.reporting import offered
from hrss12333.survey.editions import edition_of
from hrss12333.survey.periods import written_day
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition
from hrss12333.writing import check_target, protect_input

_YEARS = range(1990, 2100)


class Arguments(Struct, frozen=True):
    """The values of the arguments and options; an option that a command lacks has its default."""

    paths: tuple[Path, ...] = ()
    file: Path = Path()
    rule_id: str | None = None
    output: Path | None = None
    unit: Unit | None = None
    all: bool = False
    per_city: bool = False
    rows: int | None = None
    no_protect: bool = False
    format: str = ""
    strict: bool = False
    annotate: Path | None = None
    report: Path | None = None
    previous: Path | None = None
    since: Path | None = None
    year: int | None = None
    deadline: date | None = None
    notice: str | None = None
    returns: Path | None = None
    reply_by: date | None = None
    contact: Contact | None = None
    csv: Path | None = None
    verbose: bool = False
    force: bool = False

    def edition(self, year: int | None = None) -> Edition:
        """The edition of the option's year, else of ``year``, with the options' deadline and number."""
        return edition_of(self.year or year).with_notice(number=self.notice, deadline=self.deadline)


def check_report(args: Arguments) -> None:
    """Refuse, before anything is read, an audit report whose name is not .html or whose file exists."""
    if (report := args.report) is not None:
        if report.suffix.lower() not in (".html", ".htm"):
            example = report.parent / f"{report.stem or '报告'}.html"
            raise UsageStop(f"--report 的文件名应以.html结尾，例如 --report {example}。")
        check_target(report, force=args.force, option="--report")


def command(
    name: str, *options: str, **own: Mapping[str, Any]
) -> Callable[[Callable[[Arguments], int]], click.Command]:
    """A decorator that makes a command with these options; ``own``: what differs from the table."""

    def made(run: Callable[[Arguments], int]) -> click.Command:
        parameters = [_parameter(option, own.get(option, {})) for option in options]
        return click.Command(
            name, params=parameters, callback=lambda **values: run(Arguments(**values)), help=run.__doc__
        )

    return made


def _parameter(name: str, own: Mapping[str, Any]) -> click.Parameter:
    if name in _ARGUMENTS:
        return click.Argument([name], **_ARGUMENTS[name])
    short = {"output": ["-o"], "verbose": ["-v"]}.get(name, [])
    return click.Option([name, *short, f"--{name.replace('_', '-')}"], **{**_OPTIONS[name], **own})


def formats(name: str) -> Mapping[str, Any]:
    """``--format`` with the formats that a command offers."""
    purposes = offered(name)
    names = list(purposes)
    words = f"输出方式：{'，'.join(purposes.values())}。  [默认：{names[0]}]"
    return {"type": click.Choice(names), "default": names[0], "metavar": "|".join(names), "help": words}


class _Path(click.Path):
    """A path that is not empty: an unset variable leaves an empty one, which would be the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            raise UsageStop("有一个路径是空的，请写出文件或文件夹的名称。")
        return super().convert(value, param, ctx)


def _checked(check: Callable[[str, Any], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """A callback for click that passes the option's name and the value entered to ``check``."""
    return lambda _, option, written: None if written is None else check(option.opts[0], written)


def _regular(name: str, path: Path) -> Path:
    """The path of a workbook to read; refused if it is no file."""
    if not path.exists():
        raise UsageStop(f"{name} 后面的文件“{path}”不存在。")
    if not path.is_file():  # a pipe would never end
        raise UsageStop(f"{name} 后面应是一个文件，“{path}”不是普通文件。")
    protect_input(path)
    return path


def _year(name: str, written: int) -> int:
    if written not in _YEARS:
        raise UsageStop(f"{name} 后面应是四位的年份，例如 {name} 2020；写的是{written}。")
    return written


def _day(name: str, written: str) -> date:
    day = written_day(written)
    if day is None:
        raise UsageStop(f"{name} 后面应是日期，例如 {name} 2021-01-15；写的是“{written}”。")
    return day


def _contact(name: str, written: str) -> Contact:
    """The contact that was entered as one text."""
    from hrss12333.reading.layout.header import read_field

    parts = written.split()
    keys = ("name", "mobile", "email")
    values = [read_field(key, part) for key, part in zip(keys, [*parts, ""], strict=False)]
    if not 2 <= len(parts) <= len(keys) or any(value.problem for value in values[: len(parts)]):
        example = f'{name} "张三 13800000000 zhangsan@example.com"'
        raise UsageStop(f"{name} 后面应是“姓名 手机号 邮箱”（邮箱可以不写），例如 {example}；写的是“{written}”。")
    person, mobile, email = (str(value.value) if value.value else None for value in values)
    return Contact("", person, mobile, email)


def _reporting_unit(_: str, written: str) -> Unit:
    """The unit of this name; a refusal names the unit that has such a region, or the nearest units."""
    gazetteer = edition_of().gazetteer
    match, name = gazetteer.match(written), written.strip()
    if match.unit is not None and (name in match.unit.spellings or name not in match.unit.certain):
        return match.unit
    for unit in gazetteer.units:
        if region := unit.certain.get(name):
            raise UsageStop(f"{region}属{unit.name}，请写 --unit {unit.short}。")
    hint = f"名称最接近的是：{'、'.join(match.nearest)}。" if match.nearest else ""
    raise UsageStop(f"“{written}”不是{len(gazetteer.units)}个报送单位之一。{hint}")


def _value_option(metavar: str, words: str = "", **more: Any) -> Mapping[str, Any]:
    return {"metavar": metavar, "help": words, **more}


_PATH: Mapping[str, Any] = {"type": _Path(path_type=Path, readable=False)}
_ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "paths": {**_PATH, "nargs": -1, "required": True, "metavar": "PATH..."},
    "file": {**_PATH, "metavar": "FILE"},
    "rule_id": {"required": False, "metavar": "[ID]"},
}
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "output": _value_option("OUT.xlsx", **_PATH),
    "unit": _value_option("单位", callback=_checked(_reporting_unit)),
    "all": {"is_flag": True, "help": "每个报送单位各生成一份，放在一个文件夹里。"},
    "per_city": {"is_flag": True, "help": "为 --unit 所辖每个地区各生成一份。"},
    "rows": _value_option("N", "供填写的行数；不写则按单位的地区数留足。", type=int),
    "no_protect": {"is_flag": True, "help": "不加工作表保护（保护本身不设密码，可随时撤销）。"},
    "format": {},
    "strict": {"is_flag": True, "help": "没有说明原因的核实性错误也算不通过（退出码1）。"},
    "annotate": _value_option("DIR", "另存一份标出问题的副本到这个文件夹。", **_PATH),
    "report": _value_option("OUT.html", "另写一份HTML报告：用浏览器打开，不需要联网，可筛选、可打印。", **_PATH),
    "previous": _value_option(
        "FILE", "上一年的全国汇总表，或本单位上一年的汇总表、报送表，用于同比。", callback=_checked(_regular), **_PATH
    ),
    "since": _value_option(
        "FILE",
        "本年度上次的汇总表（加 --unit 时为本单位的）：列出新增、已改正、仍未解决的问题，沿用其中的核实情况。",
        callback=_checked(_regular),
        **_PATH,
    ),
    "year": _value_option("年份", "数据所属年度；不写时以多数单位填报的年度为准。", type=int, callback=_checked(_year)),
    "deadline": _value_option("日期", "报送截止日期；不写时用该年通知规定的日期。", callback=_checked(_day)),
    "notice": _value_option(
        "文号", "该年通知的文号；不写时用已知的文号。", callback=_checked(lambda _, written: clean(written) or None)
    ),
    "returns": _value_option(
        "DIR", "为每个要改、要核实、没报的单位生成邮件草稿（附函件和标红副本）和Word函件，另有发送清单。", **_PATH
    ),
    "reply_by": _value_option("日期", "信函里写明的回复期限；不写时信函里不提期限。", callback=_checked(_day)),
    "contact": _value_option(
        '"姓名 手机号 邮箱"',
        "本单位的联系人，也写在给各市的信函里；写一次，以后由 --since 沿用。",
        callback=_checked(_contact),
    ),
    "csv": _value_option("DIR", "另把明细和汇总存为CSV，供其他软件使用。", **_PATH),
    "verbose": {
        "is_flag": True,
        "help": "多个文件时列出全部问题，连同提示、附注、各项合计、没有问题的文件和跳过的文件。",
    },
    "force": {"is_flag": True, "help": "覆盖已有的文件。"},
}
"""Name of an option in `Arguments` → click's arguments for it."""
