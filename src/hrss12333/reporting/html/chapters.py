"""The chapters of the HTML report: for each who reports, what was found, file by file, sheet by sheet, row by row; a row as it
is in the sender's sheet, under the sheet's headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.rules.catalogue import is_of_whole_unit
from hrss12333.merging.since import Progress
from hrss12333.model.filing import Filing, Found, Row, Table, column_letters
from hrss12333.model.finding import Finding, Severity, count
from hrss12333.reporting.standing import Standing, State
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Kind
from hrss12333.wording.finding_lines import finding_text, suggestion_text
from hrss12333.wording.places import FileNames, by_sheet
from hrss12333.wording.privacy import public_finding, public_text
from hrss12333.wording.text import clean, shorten
from hrss12333.wording.values import answer_text, found_text
from hrss12333.wording.verdicts import counts_text

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked

OFTEN = 50
"""Times that a sentence is said before it becomes a footnote."""
LONGEST = 60
"""Characters of one cell that are shown."""
_STATES = {State.CORRECT: "e", State.CONFIRM: "q", State.MISSING: "m", State.USABLE: "u"}


class SheetCell(Struct, frozen=True):
    """One cell of a row."""

    text: str
    mark: str = ""
    """Class of the severest finding at it; empty for none."""
    proposed: str = ""
    """What a finding suggests that this cell should hold."""


class Head(Struct, frozen=True):
    """One column of the sender's sheet."""

    letter: str
    label: str


class Point(Struct, frozen=True):
    """One finding in words."""

    kind: str
    """e, q or n, by severity; x for a query that is explained or settled."""
    label: str
    rule: str
    text: str
    advice: str = ""
    remark: str = ""
    since: str = ""
    """What became of it since an earlier workbook: 新 or 仍未解决."""


class SheetLine(Struct, frozen=True):
    """A row of the sender's sheet with what was found in it; without cells where the findings are about no row."""

    number: int
    cells: tuple[SheetCell, ...]
    points: tuple[Point, ...]


class SheetBlock(Struct, frozen=True):
    """The rows of a table under its headings."""

    heads: tuple[Head, ...]
    lines: tuple[SheetLine, ...]
    shared: int | None = None
    """Number of the headings among those that the style spells out, once for all tables."""


class Section(Struct, frozen=True):
    """One sheet of one file."""

    file: str
    sheet: str
    blocks: tuple[SheetBlock, ...]


class Chapter(Struct, frozen=True):
    """One who reports."""

    anchor: str
    name: str
    state: str
    """Class of the state."""
    label: str
    places: int
    counts: str
    files: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing is to be done."""
        return self.label == State.USABLE.label


class Brief:
    """What very many findings have in common is reported once: with their rule, or in a footnote."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        counts: dict[str, Counter[str]] = {}
        number: Counter[str] = Counter()
        for finding in findings:
            number[finding.rule] += 1
            counts.setdefault(finding.rule, Counter()).update(set(finding.full_message.others))
        self.common = {
            rule: [sentence for sentence, times in counted.items() if times > 1 and times == number[rule]]
            for rule, counted in counts.items()
        }
        """Rule → sentences that all of its findings say."""
        often = (
            sentence
            for rule, counted in counts.items()
            for sentence, times in counted.items()
            if times >= OFTEN and sentence not in self.common[rule]
        )
        self.footnotes = {sentence: mark for mark, sentence in enumerate(dict.fromkeys(often), start=1)}
        """Sentence → number of its footnote."""

    def shortened(self, finding: Finding) -> str:
        """The message, its first sentence whole."""
        message, common = finding.full_message, self.common.get(finding.rule, ())
        rest = (other for other in message.others if other not in common)
        marked = (f"〔{self.footnotes[other]}〕" if other in self.footnotes else other for other in rest)
        return clean(f"{message.phrase}。" + "".join(marked))


class Writer:
    """Makes chapters of standings."""

    def __init__(
        self,
        edition: Edition,
        files: Iterable[Checked],
        names: FileNames,
        brief: Brief | None,
        progress: Progress | None = None,
    ) -> None:
        self._edition = edition
        self._rows = {
            (item.file, row.place.sheet, row.place.row): (table, row)
            for item in files
            if isinstance(item.document, Filing)
            for table in item.document.tables
            for row in (*table.rows, *table.samples, *((table.total,) if table.total else ()))
        }
        self._name = names
        self._brief = brief
        of_kind = (("新", progress.new), ("仍未解决", progress.still_open)) if progress else ()
        self._since = {_key(finding): kind for kind, findings in of_kind for finding in findings}
        self.shared: dict[tuple[Head, ...], int] = {}
        """Headings that the style spells out, with their numbers: where there are very many tables."""

    def chapter(self, number: int, standing: Standing) -> Chapter:
        """The chapter of one who reports."""
        by_file: dict[str, list[Finding]] = {}
        for finding in standing.findings:
            whole = len(standing.files) > 1 and is_of_whole_unit(finding)
            by_file.setdefault("" if whole else finding.file, []).append(finding)
        sections = tuple(
            self._section(file, sheet, listed)
            for file, findings in by_file.items()
            for sheet, listed in by_sheet(findings)
        )
        return Chapter(
            f"c{number}",
            clean(standing.name) + (f"（{standing.note}）" if standing.note else ""),
            _STATES[standing.state],
            standing.state.label,
            standing.places,
            counts_text(count(standing.findings)),
            tuple(self._name(file) for file in standing.files if file),
            sections,
        )

    def _section(self, file: str, sheet: str | None, findings: Sequence[Finding]) -> Section:
        rows: dict[int, list[Finding]] = {}
        for finding in findings:
            rows.setdefault(finding.row or 0, []).append(finding)
        blocks = tuple(self._blocks([rows[number] for number in sorted(rows)]))
        return Section(self._name(file) if file else "", clean(sheet or ""), blocks)

    def _blocks(self, rows: Sequence[Sequence[Finding]]) -> Iterator[SheetBlock]:
        """What is about no row; the rows of each table in which something is to be looked at; the others."""
        blocks: dict[object, tuple[Table | None, list[SheetLine]]] = {}
        for findings in rows:
            place = findings[0].file, findings[0].sheet or "", findings[0].row or 0
            found = self._rows.get(place) if any(map(_is_question, findings)) else None
            table = found[0] if found else None
            key = id(table) if table else bool(findings[0].row)
            blocks.setdefault(key, (table, []))[1].append(self._sheet_line(found, findings))
        last = blocks.pop(True, None)
        yield from (self._block(*block) for block in (*blocks.values(), *([last] if last else [])))

    def _block(self, table: Table | None, lines: Sequence[SheetLine]) -> SheetBlock:
        heads = tuple(head for _, head in _heads_of(table)) if table else ()
        shared = self.shared.setdefault(heads, len(self.shared)) if self._brief and heads else None
        return SheetBlock(heads, tuple(lines), shared)

    def _sheet_line(self, found: tuple[Table, Row] | None, findings: Sequence[Finding]) -> SheetLine:
        cells = tuple(_cells_of(*found, findings)) if found else ()
        points = (self._point(finding, in_row=found is not None) for finding in findings)
        return SheetLine(findings[0].row or 0, cells, tuple(points))

    def _point(self, finding: Finding, *, in_row: bool) -> Point:
        hidden = replace(public_finding(self._name.of(finding)), value=None)
        kind = finding.severity.value[0]
        settled = finding.verification if finding.is_settled else None
        when = f"，{settled.when:%Y-%m-%d}" if settled and settled.when else ""
        remark = f"已核实（{clean(settled.who)}{when}）：{clean(settled.text)}" if settled else ""
        if finding.reason and not remark:
            remark = f"备注说明：{clean(finding.reason)}"
        brief = self._brief is not None and in_row
        advice = "" if brief else suggestion_text(self._edition, finding)
        return Point(
            "x" if kind == "q" and not finding.is_open_query else kind,
            finding.severity.label,
            finding.rule,
            self._point_text(hidden, in_row=in_row),
            advice,
            remark,
            self._since.get(_key(finding), ""),
        )

    def _point_text(self, finding: Finding, *, in_row: bool) -> str:
        """In words; in brief without what is in the row above or with the rule."""
        if not self._brief or not in_row:
            return finding_text(finding, self._edition)
        return f"{finding.cell or ''}：{self._brief.shortened(finding)}"


def _is_question(finding: Finding) -> bool:
    """Whether something is to be looked at in the row itself."""
    return finding.severity is not Severity.NOTE


def _key(finding: Finding) -> tuple[object, ...]:
    """By which a finding is known where cities are in the units' place."""
    return finding.rule, finding.file, finding.form, finding.region, finding.field


def _heads_of(table: Table) -> list[tuple[str, Head]]:
    """Key and heading of each column that the sheet has but 序号, as written from left to right."""
    serial = {column.key for column in table.form.of_kind(Kind.SERIAL)}
    placed = sorted((place.column, key) for key, place in table.headings.items() if key not in serial)
    return [(key, Head(column_letters(column), table.form.by_key[key].label)) for column, key in placed]


def _cells_of(table: Table, row: Row, findings: Sequence[Finding]) -> Iterator[SheetCell]:
    """The row's cells, the wrong ones marked."""
    marks: dict[str, str] = {}
    proposed: dict[str, str] = {}
    for finding in sorted(findings, key=lambda each: each.severity.rank):
        if finding.field:
            marks.setdefault(finding.field, finding.severity.value[0])
        for new in finding.suggestion.values if finding.suggestion else ():
            if new.row == finding.row:
                proposed.setdefault(new.field, answer_text(new.value))
    for key, _ in _heads_of(table):
        text = public_text(_found_text(row.get(key).found))  # before half of a number is cut off
        yield SheetCell(shorten(text, LONGEST), marks.get(key, ""), proposed.get(key, ""))


def _found_text(found: Found) -> str:
    """A cell's content, a whole number with separators as in messages, where it is no telephone's."""
    text = found_text(found)
    number = type(found) in (int, float) and text.lstrip("-").isdigit() and public_text(text) == text
    return answer_text(int(text)) if number else text
