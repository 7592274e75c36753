"""From the checked files of one unit to its rows that count and to all findings about it, by a table of steps: each works out
one thing from what the steps before it found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.checking.counting import counted_tables, identity, left_out_of, not_counted, not_counted_by, without_rows
from hrss12333.checking.engine import Checked, RuleResults, judge_unit
from hrss12333.checking.rule import Case, Comparisons, LeftOut
from hrss12333.checking.rules.rows import own_samples
from hrss12333.merging.sent import Verdict
from hrss12333.merging.versions import judge_versions, rows_never_read
from hrss12333.model.check_code import code_of
from hrss12333.model.filing import Filing, Table
from hrss12333.model.finding import Finding, Severity, Where, row_where, table_where
from hrss12333.model.message import base_name
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import regions_in
from hrss12333.survey.regions import Unit


class Joined(Struct):
    """All files of one unit, or one file of an unknown unit; the steps fill it from top to bottom."""

    unit: Unit | None
    checked: Sequence[Checked]
    edition: Edition
    comparisons: Comparisons
    verdict: Verdict
    """The rows that give way to other versions."""
    refused: Sequence[Finding] = ()
    """Findings about the unit's files that were not read and must be sent anew."""
    superseded: Mapping[str, str] = field(default_factory=dict)
    """File of which other files replace every row → the one that replaces most of them."""
    current: Sequence[Filing] = ()
    """The other filings."""
    case: Case | None = None
    """The rows that no other file replaces, as one filing."""
    dropped: Mapping[Where, str] = field(default_factory=dict)
    """Row → why it does not count: Chinese; ``{file}`` stands for the file that replaces it."""
    counted: tuple[Table, ...] = ()
    """The rows that count."""
    regions: Mapping[str, Collection[str | None]] = field(default_factory=dict)
    """Form key → the regions of the rows that no other file replaces."""
    moot: frozenset[Where] = frozenset()
    """Files, tables and rows about which findings no longer matter."""
    judged: RuleResults = RuleResults()
    """The results of the rules that see the whole unit."""
    findings: Sequence[Finding] = ()

    @property
    def filings(self) -> list[Filing]:
        """Its files that were read as filings."""
        return [item.document for item in self.checked if isinstance(item.document, Filing)]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The rows that no other file replaces."""
        return self.case.filing.tables if self.case else ()

    def code_of(self, filings: Iterable[Filing]) -> str | None:
        """校验码 over the counted rows of these files; each paper of forms that came in several files bears it."""
        files = {filing.file for filing in filings}
        counted = [table for table in self.counted if table.file in files]
        return code_of(counted, self.unit.name if self.unit else None, self.edition.year)

    @property
    def undecided(self) -> Mapping[str, int]:
        """Rule id → number of rows that still matter and that it could not decide."""
        found = Counter({rule: len(rows) for rule, rows in self.judged.undecided.items()})
        for item in self.checked:
            found.update({rule: sum(map(self.matters, rows)) for rule, rows in item.undecided.items()})
        return +found

    def matters(self, where: Where) -> bool:
        """Whether findings at a place are still to be answered."""
        return not self.moot or self.moot.isdisjoint(where.holders)


def join_unit(
    unit: Unit, checked: Sequence[Checked], edition: Edition, comparisons: Comparisons, refused: Sequence[Finding]
) -> Joined:
    """The files of one unit, after all steps."""
    return _after_steps(Joined(unit, checked, edition, comparisons, judge_versions(checked, comparisons), refused))


def join_unknown(checked: Sequence[Checked], edition: Edition, comparisons: Comparisons) -> list[Joined]:
    """The files of unknown units, each by itself after all steps: no row counts, and a version is only a copy of a whole file."""
    verdict = judge_versions(checked)
    return [_after_steps(Joined(None, [item], edition, comparisons, verdict)) for item in checked]


def _after_steps(joined: Joined) -> Joined:
    for step, _ in STEPS if joined.checked else ():
        step(joined)
    return joined


def _make_case(joined: Joined) -> None:
    filings, verdict = joined.filings, joined.verdict
    joined.superseded = {filing.file: by for filing in filings if (by := _replaced_by(filing.tables, verdict))}
    joined.current = [filing for filing in filings if filing.file not in joined.superseded]
    tables = without_rows((table for filing in joined.current for table in filing.tables), verdict.dropped)
    own = joined.checked[0].case if len(joined.checked) == 1 and not joined.refused else None
    if own and own.filing.unit is joined.unit and own.filing.tables == tables:
        joined.case = own
    elif tables:
        whole = Filing(joined.current[0].file, joined.unit, tables)
        is_unknown = any(finding.region is None for finding in joined.refused)
        joined.case = Case(whole, joined.edition, joined.comparisons, [*_left_out(joined)], is_unknown)


def _left_out(joined: Joined) -> Iterator[LeftOut]:
    """What findings leave out of the unit's files: rows, forms, and files that were not read."""
    forms = [form.key for form in joined.edition.forms]
    for finding in joined.refused:
        yield from (LeftOut(form, finding.region, finding.file) for form in forms if finding.region)
    for filing in joined.filings:
        yield from left_out_of(filing)
        for table in filing.tables:
            dropped = (row for row in table.rows if row_where(table, row) in joined.verdict.dropped)
            yield from (LeftOut(table.form.key, name, filing.file) for row in dropped if (name := identity(row)))


def _find_overlaps(joined: Joined) -> None:
    if joined.unit and joined.case:
        left_out = {where: item.why for where, item in not_counted(joined.case).items()}
        joined.counted = counted_tables(joined.case)
    else:
        why = "报送单位不明，无法判断是否与其他文件重复"
        left_out = {row_where(table, row): why for table in joined.tables for row in table.rows}
    joined.dropped = {**joined.verdict.dropped, **left_out}


def _find_moot(joined: Joined) -> None:
    moot = {Where(file) for file in joined.superseded}
    regions: dict[str, set[str | None]] = defaultdict(set)
    for table in joined.tables:
        regions[table.form.key].update(row.region for row in table.rows)
        blank = (row for row in table.rows if not row.is_filled)
        moot |= {where for row in blank if (where := row_where(table, row)) in joined.dropped}
    # A blank form is the city's that its name gives, where cities report, else it may be any city's.
    cities = {each.name for each in joined.unit.regions} if joined.unit and joined.comparisons.lists_missing else set()
    joined.regions = regions
    for filing in joined.current:
        named = regions_in(joined.unit, base_name(filing.file)) if joined.unit and cities else set()
        moot |= {*_moot_of(joined, filing, named or cities)}
    joined.moot = frozenset(moot)


def _moot_of(joined: Joined, filing: Filing, cities: Collection[str]) -> Iterator[Where]:
    """The places of a current file about which findings no longer matter: rows and tables that other files replace, and sheets
    with no other table. A table without rows is replaced where other files give the regions of its file, else all ``cities``."""
    replaced = joined.verdict.replaced
    of_replaced, of_current = set[str](), set[str]()
    expected = {row.region for table in filing.tables for row in table.rows} or {*cities}
    for table in filing.tables:
        rows = [where for row in table.rows if (where := row_where(table, row)) in replaced] if replaced else []
        regions = joined.regions.get(table.form.key, ())
        alone = any(item.row.region not in regions for item in table.concealed)
        is_blank = not table.rows and not expected.issubset(regions)
        if len(rows) == len(table.rows) and regions and not (alone or is_blank or own_samples(table)):
            of_replaced.add(table.sheet)
            yield table_where(table)
        else:
            of_current.add(table.sheet)
        yield from rows
    yield from (Where(filing.file, sheet) for sheet in of_replaced - of_current)


def _ask(joined: Joined) -> None:
    joined.judged = judge_unit(joined.case) if joined.case else RuleResults()
    files = {filing.file for filing in joined.filings}
    found = [f for item in joined.checked for f in item.findings if joined.matters(f.where)]
    found += [finding for finding in joined.verdict.findings if finding.file in files]
    for filing in joined.filings:
        for table in filing.tables:
            if not joined.matters(table_where(table)):
                found += _left_behind(filing, table, joined)
    found = [_weighed(finding, joined) for finding in (*found, *joined.judged.findings)]
    joined.findings = found
    explains = _EXPLAINED_BY_UNIT
    joined.findings = [each for each in found if each.rule not in explains or not explains[each.rule](each, joined)]


def _left_behind(filing: Filing, table: Table, joined: Joined) -> Iterator[Finding]:
    """M702 about rows that are left out of a replaced table."""
    form = table.form.key
    again = {item.region for each in joined.current for item in left_out_of(each) if item.form == form}
    others = (other.file for other in joined.tables if other.form.key == form and other.rows)
    by = joined.superseded.get(table.file) or _replaced_by([table], joined.verdict) or next(others, table.file)
    return rows_never_read(filing, table, joined.unit, by, again.union(joined.regions.get(form, ())))


def _weighed(finding: Finding, joined: Joined) -> Finding:
    """The finding; R210 as an error where no row counts in place of any that it leaves out."""
    if finding.rule != "R210" or finding.severity is not Severity.QUERY:
        return finding
    left_out = {(finding.form, finding.region)}
    if not finding.region:  # a table, or all of a file
        tables = (table for each in joined.filings if each.file == finding.file for table in each.tables)
        unfit = (table for table in tables if finding.sheet is None or (finding.sheet == table.sheet and table.unfit))
        left_out = {(table.form.key, row.region) for table in unfit for row in table.rows}
    counted = {(t.form.key, row.region) for t in joined.counted for row in t.rows if row.is_filled}
    return finding if left_out <= counted else replace(finding, severity=Severity.ERROR)


def _is_code_of_several(finding: Finding, joined: Joined) -> bool:
    """Whether a printed code is that of all files of the same regions, or of the unit's."""
    own = next((filing for filing in joined.filings if filing.file == finding.file), None)
    alike = [filing for filing in joined.current if own and filing.regions == own.regions]
    return finding.value in (joined.code_of(alike), joined.code_of(joined.current))


def _is_asked_together(finding: Finding, joined: Joined) -> bool:
    """Whether one question asks for the year's figures of all tables that this one is about."""
    tables = (table for filing in joined.filings if filing.file == finding.file for table in filing.tables)
    places = {table_where(table) for table in tables if finding.sheet in (None, table.sheet)}
    return finding.severity is Severity.QUERY and bool(places) and places <= joined.verdict.asked_together


def _is_sum_of_all(finding: Finding, joined: Joined) -> bool:
    """Whether the 合计 is the sum of all the unit's rows, of which a correction brought some alone."""
    key = finding.field or ""
    tables = (table for filing in joined.filings for table in filing.tables)
    totals = [t.total.number(key) for t in tables if t.total and table_where(t) == finding.where.holders[2]]
    rows = [row for table in joined.counted if table.form.key == finding.form for row in table.rows]
    return totals == [sum(row.number(key) or 0 for row in rows)]


def _compares_measures(finding: Finding, joined: Joined) -> bool:
    """Whether V309 asks about the measure of some of the figures, in their row or a whole column; for P502, which doubts the
    measure too, whether V309 has found all of them, answered or not."""
    is_of_measures, table = finding.rule == "P502", finding.where.holders[2]
    rows = {row.place.row for each in joined.tables if table_where(each) == table for row in each.rows}
    doubted = (each for each in joined.findings if each.rule == "V309" and each.where.holders[2] == table)
    asked = (each for each in doubted if each.is_open or is_of_measures)
    fields = {each.field for each in asked if each.row == finding.row or each.row not in rows}
    fields.intersection_update(finding.figures)
    return bool(fields) and fields.issuperset(finding.figures) == is_of_measures


_EXPLAINED_BY_UNIT: Mapping[str, Callable[[Finding, Joined], bool]] = {
    "H109": _is_code_of_several,
    "M705": _is_asked_together,
    "V301": lambda finding, joined: joined.case is not None and finding.where in not_counted_by(joined.case, "R209"),
    "B403": _is_sum_of_all,
    **dict.fromkeys(("B401", "P501", "P502"), _compares_measures),
}
"""Rule → what explains a finding of it in view of all the unit's files."""
STEPS: tuple[tuple[Callable[[Joined], None], str], ...] = (
    (_make_case, "what no file replaces is one filing, whoever sent it"),
    (_find_overlaps, "among its rows, no region counts twice"),
    (_find_moot, "what is replaced, or a heading without figures, is not to be answered"),
    (_ask, "the findings that are still to be answered, and those that only all rows together show"),
)
"""The steps for each unit, in this order, each with the reason for its place."""


def _replaced_by(tables: Iterable[Table], verdict: Verdict) -> str:
    """The file that replaces these tables, or most of their rows; empty where any row is not replaced."""
    if not verdict.replaced:
        return ""
    by = [verdict.replaced.get(row_where(table, row), "") for table in tables for row in table.rows]
    return max(sorted(set(by)), key=by.count) if by and all(by) else ""
