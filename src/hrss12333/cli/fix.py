"""``hrss12333 fix``: a clean official form from a messy one, every change printed and on a sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.rules.rows import concealed
from hrss12333.cli import options, process, received
from hrss12333.inbox import Sent, judge
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import BLANK, Filing, Found, Place, Row, Table, Unreadable, Value
from hrss12333.model.finding import Severity
from hrss12333.model.message import compose
from hrss12333.model.text import TextKind, is_quoted
from hrss12333.patterns import clean, grouped
from hrss12333.questions import Question, questions_of
from hrss12333.reporting import Sink
from hrss12333.reporting.terminal import COLOURS, print_sheets
from hrss12333.survey.editions import edition_named
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import CHANGES, SAMPLE, TOTAL, Edition, Kind, Scalar, answer_word
from hrss12333.survey.words import is_quotable
from hrss12333.wording.text import shorten
from hrss12333.wording.values import answer_text, field_label, found_text
from hrss12333.writing import check_target, replacing
from hrss12333.writing.national.book import SheetColumn
from hrss12333.writing.national.table import write_list
from hrss12333.writing.official.filled import joined_tables, printed_value, write_filled, written_row
from hrss12333.writing.official.layout import total_value

_OF_SHEET = frozenset((TextKind.CELL, TextKind.ABOVE, TextKind.HEADING))
"""Kinds of texts in cells, all of which the clean form leaves out, signatures too."""
_WIDTHS = {"序号": 6, "原工作表": 12, "原单元格": 10, "地区": 18, "栏目": 18, "原内容": 22, "现内容": 22, "原因": 40}
"""Heading → width of a column of the sheet that lists the changes."""
_COLUMNS = tuple(
    SheetColumn("", name, wide, "text" if at else "plain", is_private=True)
    for at, (name, wide) in enumerate(_WIDTHS.items())
)
_MOST_CELLS = 8
"""Cells that the terminal lists for changes of one kind; the sheet 修改记录 lists all."""


@options.command(
    "fix",
    *("file", "output", "unit", "force"),
    output={"help": "输出文件。  [默认：FILE_规范.xlsx]"},
    unit={"help": "表上没有写单位，或者写得认不出时，写明是哪个单位的，例如 --unit 广东。"},
)
def command(args: options.Arguments) -> int:
    """把一份不规范的调查表整理成正式格式，逐条列出改动。

    意思确定的写法（2,500次、√、恩施州……）按规范改写；读不准的内容原样保留并标出，由填报人处理。

    \b
      hrss12333 fix 广东.xls              生成 广东_规范.xlsx
      hrss12333 fix 广东.xls -o 正式.xlsx
    """
    file = args.file
    unit = args.unit
    newest = args.edition()
    if file.is_dir():
        raise UsageStop(f"“{file}”是一个文件夹；fix 一次整理一个文件。")
    target = args.output or Path(f"{file.stem}_规范.xlsx")
    check_target(target, force=args.force, ending=".xlsx")
    filing = _only_filing(file, newest, unit)
    edition = edition_named(newest, filing.year)
    filing = signed(filing, unit) if unit else filing
    changes = changes_of(filing, edition)
    with replacing(target) as temporary:
        clean = replace(filing, file=str(target), own=False)
        written = write_filled(temporary, edition, clean, change_sheet(file.name, changes, edition))
    judged, source = (judge(Sent([each], edition)) for each in (written, filing))
    # Findings name cells of the clean form, where they are to be corrected, except what it leaves out.
    (remaining,), (found,) = judged.files, source.files
    left_out = [finding for finding in found.findings if finding.rule == concealed.id]
    others = [finding for finding in remaining.findings if not (left_out and finding.rule == concealed.id)]
    asked = questions_of("", (*left_out, *others))
    print_changes(filing.file, str(target), changes, asked, edition, process.sink(args))
    # A figure left out of the clean form is as bad as a wrong one.
    lost = any(change.lost for change in changes)
    return process.exit_status(asked, judged.national.faults) or int(lost)


def _only_filing(file: Path, edition: Edition, unit: Unit | None) -> Filing:
    """The file's only filing, as ``unit``'s if it names none; no, several or another unit's are refused."""
    reading = received.read([file], edition, unit)
    documents = reading.documents
    if not documents:
        raise received.nothing_read(reading.skipped)
    if len(documents) != 1:
        raise UsageStop(f"“{file}”里有{len(documents)}份报送；fix 一次整理一份，请先分开（压缩包请先解压）。")
    filing = documents[0]
    if not isinstance(filing, Filing):
        why = filing.message.text if isinstance(filing, Unreadable) else "这是工作总结，不是调查表。"
        raise UsageStop(f"“{file}”不能整理：{why}")
    if unit and filing.unit not in (None, unit):
        raise UsageStop(f"“{file}”是{filing.unit.name}的表，不是{unit.name}的。")
    return filing


class FormChange(Struct, frozen=True):
    """A cell whose content the clean form changes or leaves out."""

    sheet: str
    cell: str | None
    form: str
    region: str | None
    field: str | None
    """Field key or header key; None where the cell belongs to no column of the form."""
    found: Found
    written: Scalar
    """The value in the clean form; None if left out."""
    reason: str
    """Chinese."""
    lost: int = 0
    """Number of figures and answers that the clean form leaves out, here or in the cells below."""


def signed(filing: Filing, unit: Unit) -> Filing:
    """The filing with the unit's name in each header that names no unit of the list."""
    tables = []
    for table in filing.tables:
        value = table.header.get("unit", BLANK)
        named = replace(value, value=unit.name, problem=None, note=compose("按 --unit 填写"))
        has_unit = value.value is not None and not value.problem
        tables.append(table if has_unit else replace(table, header={**table.header, "unit": named}))
    return replace(filing, unit=unit, tables=tuple(tables))


def changes_of(filing: Filing, edition: Edition) -> list[FormChange]:
    """Every change except to 序号: lost figures first, then what else is left out, then what is rewritten."""
    joined = joined_tables(filing.tables)
    changes = list[FormChange]()
    for table in filing.tables:
        changes += _left_out(table)
        changes += _header_changes(table, joined[table.form.key].header)
        changes += [change for row in table.rows for change in _row_changes(table, row)]
        changes += _total_changes(table, joined[table.form.key].rows)
    for item in filing.left_out:
        changes.append(_left_at(item.place, item.form, item.place.sheet, f"这张工作表{item.reason}"))
    for block in filing.loose_figures:
        several = f"表外的数，连同旁边共{block.cells}格" if block.cells > 1 else "表外的数"
        changes.append(_left_at(block.place, "", block.texts[0], several, block.cells))
    changes += _left_texts(filing, edition, {(change.sheet, change.cell) for change in changes})
    order = {sheet: place for place, sheet in enumerate(dict.fromkeys(change.sheet for change in changes))}
    return sorted(changes, key=lambda change: (-change.lost, change.written is not None, order[change.sheet]))


def _header_changes(table: Table, written: Mapping[str, Value]) -> Iterator[FormChange]:
    for key, value in table.header.items():
        kept = written[key].found if written[key].value is None else written[key].value
        if value.found != kept:
            other = "" if value == written[key] else "各表头不同，取前面一张的内容"
            yield _form_change(table, key, value, kept, other)


def _left_out(table: Table) -> Iterator[FormChange]:
    """Rows and cells that the clean form leaves out, and headings that it prints otherwise."""
    key = table.form.key
    for aside in table.asides:
        field = next((each for each, place in table.headings.items() if place == aside.place), None)
        label = table.form.by_key[field].label if field else None
        yield replace(_left_at(aside.place, key, aside.text, aside.reason), field=field, written=label)
    for row in table.samples:
        yield _left_at(row.place, key, row.get(table.form.region.key).found or SAMPLE, "样例行不是数据")
    for item in table.concealed:
        yield _left_at(item.row.place, key, item.text, f"这一行{item.how.lstrip('：')}")


def _left_at(place: Place, form: str, found: Found, reason: str, lost: int = 0) -> FormChange:
    return FormChange(place.sheet, place.a1, form, None, None, found, None, reason, lost)


def _left_texts(filing: Filing, edition: Edition, reported: set[tuple[str, str | None]]) -> Iterator[FormChange]:
    """Texts in cells not yet ``reported``, except headers and 备注, which the clean form keeps."""
    heads = {(v.place.sheet, v.place.row) for t in filing.tables for v in t.header.values() if v.place}
    for text in filing.texts:
        cell = text.place.a1 if text.place else None
        is_head = text.place is not None and (text.place.sheet, text.place.row) in heads
        if text.kind is TextKind.REMARK or is_head or (text.sheet or "", cell) in reported:
            continue
        if text.kind in _OF_SHEET or (is_quoted(text) and is_quotable(text.text, edition)):
            heading, _, rest = text.text.partition("\n")
            figures = sum(word.replace(".", "").isdecimal() for word in rest.split())
            reason = f"没有读取的栏目或表，其中有{figures}个数" if figures else f"{text.kind}的文字"
            found = heading if figures else text.text
            about = text.form or "", text.region, text.field, found
            yield FormChange(text.sheet or "", cell, *about, None, reason, figures)


def _row_changes(table: Table, row: Row) -> Iterator[FormChange]:
    for key, written in written_row(table.form, row).items():
        value = row.get(key)
        if _is_printed_otherwise(value.found, written):
            yield replace(_form_change(table, key, value, written), region=row.region)


def _total_changes(table: Table, rows: Sequence[Row]) -> Iterator[FormChange]:
    """Figures of 合计 that differ from the clean form's formula, whichever is right."""
    if table.total is None:
        return
    for column in table.form.columns:
        value = table.total.get(column.key)
        if column.kind in (Kind.SERIAL, Kind.REGION) or value.found is None:
            continue
        if column.kind is not Kind.COUNT:
            yield _form_change(table, column.key, value, None, f"{TOTAL}行只合计数量")
            continue
        written = total_value([written_row(table.form, row) for row in rows], column.key)
        if value.found != written and value.value != written:
            yield _form_change(table, column.key, value, written, f"{TOTAL}按各行重新计算")


def _is_printed_otherwise(found: Found, written: Found) -> bool:
    """Whether the clean form prints other content; 是 for True, or 2500 for "2,500", is the same."""
    if isinstance(written, bool):
        return not isinstance(found, str) or found != answer_word(written)
    if isinstance(found, str) and isinstance(written, int):
        return found.strip() not in (str(written), f"{written:,}")
    return isinstance(found, bool) or found != written


def _form_change(table: Table, field: str, value: Value, written: Found, reason: str = "") -> FormChange:
    cell = value.place.a1 if value.place else None
    why = reason or str(value.note or "按规范写法填写")
    now = str(written) if isinstance(written, float) else written
    return FormChange(table.sheet, cell, table.form.key, None, field, value.found, now, why)


def change_sheet(source: str, changes: Sequence[FormChange], edition: Edition) -> Callable[[Any], None]:
    """A function that writes the sheet 修改记录 into a workbook, for `write_official`."""
    lines = []
    for change in changes:
        label = field_label(edition, change.form, change.field)
        now = "（不保留）" if change.written is None else printed_value(change.written)
        at = (change.sheet, change.cell or "", change.region or "", label)
        lines.append((*at, printed_value(change.found), now, change.reason))
    title = f"{CHANGES}{source}）"
    return lambda workbook: write_list(workbook, edition.year, "修改记录", title, _COLUMNS, lines)


def print_changes(
    file: str, output: str, changes: Sequence[FormChange], questions: Iterable[Question], edition: Edition, sink: Sink
) -> None:
    """Print the changes, similar ones on one line, the open questions, and where the form is."""
    sink.line(clean(file), style="bold")
    red = COLOURS[Severity.ERROR]
    parts = (
        ("注意：下列数据没有转入规范表，请先核对：", red, [c for c in changes if c.lost]),
        ("规范表中不保留：", "bold", [c for c in changes if not c.lost and c.written is None]),
        ("改写：", "bold", [c for c in changes if not c.lost and c.written is not None]),
    )
    for title, style, of_kind in parts:
        if of_kind:
            sink.line(title, 2, style)
        for alike in grouped(of_kind, attrgetter("field", "found", "written", "reason")).values():
            sink.line(_change_line(alike, edition), 4)
    sink.line(f"共{len(changes)}处，逐处列在“修改记录”工作表。" if changes else "内容无需改写，只统一了格式。", 2)
    if remaining := [question for question in questions if question.is_open]:
        sink.line("规范表仍有以下问题，需要填报人处理：", 2, "bold")
        print_sheets(sink, remaining, edition, 4)
    sink.line(f"已写入：{clean(output)}")


def _change_line(alike: Sequence[FormChange], edition: Edition) -> str:
    """地区“昆明”→“昆明市”，32处：附表1 B7、B8…（按规范名称填写）."""
    first = alike[0]
    label = field_label(edition, first.form, first.field)
    found = f"“{shorten(found_text(first.found))}”" if first.found is not None else "空着"
    now = f"→“{shorten(answer_text(first.written))}”" if first.written is not None else ""
    places = [
        f"{clean(sheet)} {'、'.join(change.cell for change in listed if change.cell)}".strip()
        for sheet, listed in grouped(alike[:_MOST_CELLS], attrgetter("sheet")).items()
    ]
    where = f"：{'；'.join(places)}" if any(places) else ""
    more = "…" if len(alike) > _MOST_CELLS else ""
    number = f"，{len(alike)}处" if len(alike) > 1 else ""
    return f"{label}{found}{now}{number}{where}{more}（{clean(first.reason)}）"
