"""``hrss12333 template``: blank forms for everyone, for one unit, for each unit, or for each region of one unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from hrss12333.cli import options, process, received
from hrss12333.merging.earlier_figures import Previous
from hrss12333.model.errors import UsageStop
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition, Scalar
from hrss12333.wording.text import few_named
from hrss12333.writing import check_folder, check_target, replacing
from hrss12333.writing.official import blank_sheets, write_official
from hrss12333.writing.official.layout import LastYear

_MOST_ROWS = 2000
_MOST_NAMED = 20


class Job(Struct, frozen=True):
    """A workbook to be written."""

    target: Path
    unit: Unit | None
    regions: list[str]
    """Names of the regions in it."""


@options.command(
    "template",
    *("output", "unit", "all", "per_city", "year", "rows", "previous", "reply_by", "contact", "no_protect", "force"),
    output={"metavar": "PATH", "help": "输出文件；与 --all 或 --per-city 同用时为输出文件夹。"},
    unit={"help": "填好该单位及其所辖地区，例如 --unit 广东。"},
    year={"help": "数据所属年度。  [默认：最近一次通知的年度]"},
    previous={"help": "上一年的全国汇总表，或本单位上一年的报送表：上年数据列在表旁，不打印，不计入报送。"},
    reply_by={"help": "表的第一行写明的报送期限。"},
    contact={"help": '表的第一行写明发给谁，例如 --contact "张三 13800000001 a@example.com"。'},
)
def command(args: options.Arguments) -> int:
    """生成空白调查表（附表1、附表2），用 Excel、WPS 或 LibreOffice 填写。

    不带选项时生成 12333调查表_年度.xlsx，各单位通用。

    \b
      hrss12333 template --unit 广东             填好广东省各市
      hrss12333 template --unit 广东 --per-city  每个市一份，发给各市
      hrss12333 template --all                   每个报送单位各一份
    """
    edition = args.edition()
    if args.rows is not None and not 1 <= args.rows <= _MOST_ROWS:
        raise UsageStop(f"--rows 应在1到{_MOST_ROWS}之间，写的是{args.rows}。")
    jobs = _planned(args, edition)
    if args.previous and not (args.unit or args.all):
        raise UsageStop("--previous 要知道是哪个单位的表：请同时用 --unit 写明单位，或用 --all。")
    folder = jobs[0].target.parent
    if args.all or args.per_city:
        if folder.suffix.lower() == ".xlsx" and not folder.is_dir():
            raise UsageStop(f"这里会生成{len(jobs)}个文件，-o 后应写文件夹，不是文件名“{folder}”。")
        check_folder(folder)
    for job in jobs:
        check_target(job.target, force=args.force, ending=".xlsx")
    last_year = received.last_year(args.previous, edition)
    until = f"于{args.reply_by.month}月{args.reply_by.day}日前" if args.reply_by else ""
    contact = args.contact and " ".join(filter(None, (args.contact.name, args.contact.mobile, args.contact.email)))
    send = f"{until}发给{contact}" if contact else until and f"{until}报送"
    for job in jobs:
        shown = _last_year_of(job, edition, last_year) if last_year else None
        sheets = blank_sheets(edition, job.unit, job.regions if args.per_city else None, args.rows, shown, send)
        with replacing(job.target) as temporary:
            write_official(temporary, edition, sheets, protect=not args.no_protect)
    sink = process.sink(args)
    sink.line(_outcome(jobs, args, edition))
    if last_year:
        for line in _unmatched(jobs, edition, last_year):
            sink.line(line)
    return 0


def _outcome(jobs: list[Job], args: options.Arguments, edition: Edition) -> str:
    """A sentence on what was written and where."""
    first = jobs[0].target
    whose = args.unit.name if args.unit else ""
    forms = "、".join(form.key for form in edition.forms)
    if args.all or args.per_city:
        of = f"{whose}各地区" if whose else "各报送单位"
        names = first.name + (" 等" if len(jobs) > 1 else "")
        return f"已在文件夹“{first.parent}”中生成全部{len(jobs)}份空白调查表（{of}，每份含{forms}）：{names}。"
    filled = f"{whose}，地区已填好，" if whose else ""
    return f"已生成空白调查表“{first}”（{filled}含{forms}）。填好后可用 hrss12333 check 审核。"


def _planned(args: options.Arguments, edition: Edition) -> list[Job]:
    """The workbooks to be written; refused if options contradict each other or regions need more rows."""
    unit = args.unit
    stem = f"12333调查表_{edition.year}"
    if args.all and (unit or args.per_city):
        raise UsageStop("--all 为全部单位生成，不能与 --unit 或 --per-city 同用。")
    if args.per_city and not unit:
        raise UsageStop("--per-city 需要同时用 --unit 写明单位，例如 --unit 广东 --per-city。")
    named = {each: [region.name for region in each.regions] for each in ([unit] if unit else edition.units)}
    if args.all:
        folder = args.output or Path(stem)
        jobs = [Job(folder / f"{stem}_{each.name}.xlsx", each, regions) for each, regions in named.items()]
    elif unit and args.per_city:
        folder = args.output or Path(f"{stem}_{unit.name}")
        jobs = [Job(folder / f"{stem}_{unit.name}_{name}.xlsx", unit, [name]) for name in named[unit]]
    else:
        target = args.output or Path(f"{stem}_{unit.name}.xlsx" if unit else f"{stem}.xlsx")
        jobs = [Job(target, unit, named[unit] if unit else [])]
    for job in jobs:
        if args.rows is not None and job.unit and args.rows < len(job.regions):
            raise UsageStop(f"{job.unit.name}有{len(job.regions)}个地区，--rows 至少要写{len(job.regions)}。")
    return jobs


def _last_year_of(job: Job, edition: Edition, last_year: Previous) -> dict[str, LastYear]:
    """Form key → last year's figures of the regions in a workbook."""
    found: dict[str, dict[str, Mapping[str, Scalar]]] = {form.key: {} for form in edition.forms}
    for (unit, region, form), row in last_year.rows.items():
        if job.unit and unit == job.unit.name and region in job.regions and form in found:
            found[form][region] = row
    return {form: LastYear(last_year.year, rows) for form, rows in found.items()}


def _unmatched(jobs: list[Job], edition: Edition, last_year: Previous) -> Iterator[str]:
    """Sentences on last year's figures: where they are printed, and regions of one year only."""
    year = f"（{last_year.year}年度）" if last_year.year else ""
    yield f"上年数据{year}列在表旁：不打印，不计入报送。"
    printed = {(job.unit.name, name) for job in jobs if job.unit for name in job.regions}
    units = {unit for unit, _ in printed}
    for form in edition.forms:
        before = {(unit, name) for unit, name, of in last_year.rows if of == form.key and unit in units}
        for what, regions in (
            (f"{form.key}的这些地区，上年的表里没有", printed - before),
            (f"上年的表里有、今年的{form.key}里没有的地区", before - printed),
        ):
            names = [f"{unit}{name}" if len(units) > 1 else name for unit, name in sorted(regions)]
            if names:
                yield f"{what}：{few_named(names, _MOST_NAMED, f'等{len(names)}个')}。"
