"""All that one unit sent → its rows that count and all findings about it, as a table of steps: each works out one thing
from what the steps before it found, and nothing is worked out twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.checking.counting import identity, is_filled, left_out_of, without_rows
from hrss12333.checking.engine import Checked, RuleResults, judge_unit
from hrss12333.checking.rule import Case, Comparisons, LeftOut
from hrss12333.checking.rules.balance import balance_holds, totals_add_up
from hrss12333.checking.rules.header import code_differs
from hrss12333.checking.rules.merge import other_year
from hrss12333.checking.rules.plausibility import off_by_unit, too_many_calls
from hrss12333.checking.rules.regions import counted_tables, not_counted, not_counted_by, own_samples
from hrss12333.checking.rules.rows import concealed
from hrss12333.checking.rules.values import other_unit, required
from hrss12333.merging.sent import Verdict, rows_of
from hrss12333.merging.versions import judge_versions, rows_never_read
from hrss12333.model.check_code import code_of
from hrss12333.model.filing import Filing, Table
from hrss12333.model.finding import Finding, Severity, Where, row_where, table_where
from hrss12333.model.message import base_name
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import regions_in
from hrss12333.survey.regions import Unit

_NOBODYS = "报送单位不明，无法判断是否与其他文件重复"


class Joined(Struct):
    """All that one unit sent, or one file of an unknown unit; the steps fill it from top to bottom."""

    unit: Unit | None
    checked: Sequence[Checked]
    edition: Edition
    comparisons: Comparisons
    refused: Sequence[Finding] = ()
    """Findings about the unit's files that were not read and must be sent anew."""
    verdict: Verdict = field(default_factory=Verdict)
    """The rows that give way to other versions."""
    superseded: Mapping[str, str] = field(default_factory=dict)
    """File that others replace altogether → the one that does, or most of it."""
    current: Sequence[Filing] = ()
    """The filings that are not replaced altogether."""
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
        """校验码 over the rows of these files that count: of forms that came in several files all bear it."""
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


def join_unit(joined: Joined) -> Joined:
    """Take all steps for one unit."""
    for step, _ in STEPS if joined.checked else ():
        step(joined)
    return joined


def join_nobodys(checked: Sequence[Checked], edition: Edition, comparisons: Comparisons) -> list[Joined]:
    """Files of unknown units: each by itself, none of its rows counts, and they are compared as a whole only."""
    verdict = judge_versions(checked)
    found = [Joined(None, [item], edition, comparisons, verdict=verdict) for item in checked]
    for joined in found:
        for step, _ in STEPS[1:]:
            step(joined)
    return found


def _choose_versions(joined: Joined) -> None:
    joined.verdict = judge_versions(joined.checked, joined.comparisons)


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
    """What is left out of the files, rows for those of other files, and files that were not read."""
    forms = [form.key for form in joined.edition.forms]
    for finding in joined.refused:
        yield from (LeftOut(form, finding.region, finding.file) for form in forms if finding.region)
    for filing in joined.filings:
        yield from left_out_of(filing)
        for sent in rows_of(filing):
            if sent.where in joined.verdict.dropped and (name := identity(sent.row)):
                yield LeftOut(sent.table.form.key, name, filing.file)


def _find_overlaps(joined: Joined) -> None:
    if joined.unit and joined.case:
        left_out = {where: item.why for where, item in not_counted(joined.case).items()}
        joined.counted = counted_tables(joined.case)
    else:
        left_out = {row_where(table, row): _NOBODYS for table in joined.tables for row in table.rows}
    joined.dropped = {**joined.verdict.dropped, **left_out}


def _find_moot(joined: Joined) -> None:
    moot = {Where(file) for file in joined.superseded}
    regions: dict[str, set[str | None]] = defaultdict(set)
    for table in joined.tables:
        regions[table.form.key].update(row.region for row in table.rows)
        blank = (row for row in table.rows if not is_filled(table.form, row))
        moot |= {where for row in blank if (where := row_where(table, row)) in joined.dropped}
    # A blank form is the city's that its name gives, where cities report, else it may be any city's.
    cities = {each.name for each in joined.unit.regions} if joined.unit and joined.comparisons.lists_missing else set()
    for filing in joined.current:
        named = regions_in(joined.unit, base_name(filing.file)) if joined.unit and cities else set()
        moot |= {*_moot_of(filing, joined.verdict.replaced, regions, named or cities)}
    joined.regions, joined.moot = regions, frozenset(moot)


def _moot_of(
    filing: Filing,
    replaced: Mapping[Where, str],
    given: Mapping[str, Collection[str | None]],
    cities: Collection[str | None],
) -> Iterator[Where]:
    """The moot places of a file that is not replaced altogether: tables and rows that other files replace, and a sheet
    all of whose tables are replaced, as 附表1 in a file of which a correction sent 附表1 alone; a table without rows is where its
    file's other regions, else all ``cities``, are ``given``: form key → the regions of the rows that no file replaces."""
    gone, standing = set[str](), set[str]()
    expected = {row.region for table in filing.tables for row in table.rows} or {*cities}
    for table in filing.tables:
        rows = [where for row in table.rows if (where := row_where(table, row)) in replaced] if replaced else []
        regions = given.get(table.form.key, ())
        alone = any(item.row.region not in regions for item in table.concealed)
        is_blank = not table.rows and not expected.issubset(regions)
        if len(rows) == len(table.rows) and regions and not (alone or is_blank or own_samples(table)):
            gone.add(table.sheet)
            yield table_where(table)
        else:
            standing.add(table.sheet)
        yield from rows
    yield from (Where(filing.file, sheet) for sheet in gone - standing)


def _ask_of_files(joined: Joined) -> None:
    files = {filing.file for filing in joined.filings}
    together = joined.verdict.asked_together
    found = [f for item in joined.checked for f in item.findings if joined.matters(f.where)]
    found = [f for f in found if f.rule != code_differs.id or not _is_code_of_several(f, joined)]
    found = [f for f in found if f.rule != other_year.id or not _is_asked_together(f, joined.filings, together)]
    found += [finding for finding in joined.verdict.findings if finding.file in files]
    for filing in joined.filings:
        for table in filing.tables:
            if not joined.matters(table_where(table)):
                again = {
                    item.region for each in joined.current for item in left_out_of(each) if item.form == table.form.key
                }
                given = again.union(joined.regions.get(table.form.key, ()))
                found += rows_never_read(filing, table, joined.unit, _successor(table, joined), given)
    joined.findings = [_weighed(each, joined) for each in found if not _is_of_left_out(each, joined)]


def _is_asked_together(finding: Finding, filings: Iterable[Filing], together: Collection[Where]) -> bool:
    """Whether one question for the unit asks for the year's figures in place of this one about a table, or a file's tables."""
    tables = (table for filing in filings if filing.file == finding.file for table in filing.tables)
    places = {table_where(table) for table in tables if finding.sheet in (None, table.sheet)}
    return finding.severity is Severity.QUERY and bool(places) and places <= set(together)


def _is_code_of_several(finding: Finding, joined: Joined) -> bool:
    """Whether a printed code is that of all files of the same regions, or of the unit's."""
    own = next((filing for filing in joined.filings if filing.file == finding.file), None)
    alike = [filing for filing in joined.current if own and filing.regions == own.regions]
    return finding.value in (joined.code_of(alike), joined.code_of(joined.current))


def _successor(table: Table, joined: Joined) -> str:
    """The file that replaces a table."""
    others = (other.file for other in joined.tables if other.form.key == table.form.key and other.rows)
    by = _replaced_by([table], joined.verdict) or joined.superseded.get(table.file)
    return by or next(others, table.file)


def _ask_of_unit(joined: Joined) -> None:
    joined.judged = judge_unit(joined.case) if joined.case else RuleResults()
    joined.findings = [*joined.findings, *joined.judged.findings]
    joined.findings = [each for each in joined.findings if not _compares_measures(each, joined)]


def _weighed(finding: Finding, joined: Joined) -> Finding:
    """R210 as an error where no other row counts in place of one that is left out: a row, those of a table or a file."""
    if finding.rule != concealed.id or finding.severity is not Severity.QUERY:
        return finding
    unfit = (
        table
        for filing in joined.filings
        for table in filing.tables
        if filing.file == finding.file and finding.sheet in (None, table.sheet) and (filing.unfit or table.unfit)
    )
    of_tables = {(table.form.key, row.region) for table in unfit for row in table.rows}
    left_out = {(finding.form, finding.region)} if finding.region else of_tables
    counted = {(t.form.key, row.region) for t in joined.counted for row in t.rows if is_filled(t.form, row)}
    return finding if left_out <= counted else replace(finding, severity=Severity.ERROR)


def _is_of_left_out(finding: Finding, joined: Joined) -> bool:
    """Whether a finding follows from rows that another leaves out: V301 of a row that holds others, B403 of a correction."""
    if finding.rule == required.id:
        return joined.case is not None and finding.where in not_counted_by(joined.case, "R209")
    return finding.rule == totals_add_up.id and _is_sum_of_all(finding, joined)


_COMPARED = frozenset((balance_holds.id, too_many_calls.id, off_by_unit.id))
"""Rules that compare figures which V309 may have found in other measures."""


def _compares_measures(finding: Finding, joined: Joined) -> bool:
    """Whether a finding cannot be decided while V309 asks about the measure of some of its figures; P502, of all."""
    if finding.rule not in _COMPARED:
        return False
    asked = _measures_asked(finding, joined).intersection(finding.figures)
    return bool(asked) and asked.issuperset(finding.figures) == (finding.rule == off_by_unit.id)


def _measures_asked(finding: Finding, joined: Joined) -> set[str | None]:
    """The fields of a row about whose measure V309 asks, there or for the whole column; of P502, which doubts the same,
    also where that is answered."""
    table = finding.where.holders[2]
    rows = {row.place.row for each in joined.tables if table_where(each).holders[2] == table for row in each.rows}
    doubted = (each for each in joined.findings if each.rule == other_unit.id)
    asked = (each for each in doubted if each.is_open or finding.rule == off_by_unit.id)
    of_table = (each for each in asked if each.where.holders[2] == table)
    return {each.field for each in of_table if each.row == finding.row or each.row not in rows}


def _is_sum_of_all(finding: Finding, joined: Joined) -> bool:
    """Whether a 合计 that differs from the rows beside it is that of all the unit's rows: the corrected ones came alone."""
    key = finding.field or ""
    tables = (table for filing in joined.filings for table in filing.tables)
    totals = [t.total.number(key) for t in tables if t.total and table_where(t).holders[2] == finding.where.holders[2]]
    rows = [row for table in joined.counted if table.form.key == finding.form for row in table.rows]
    return totals == [sum(row.number(key) or 0 for row in rows)]


STEPS: tuple[tuple[Callable[[Joined], None], str], ...] = (
    (_choose_versions, "which file counts for each region comes first: what a correction replaces is asked no more"),
    (_make_case, "what no file replaces is one filing, whoever sent it"),
    (_find_overlaps, "among its rows, no region counts twice"),
    (_find_moot, "what is replaced, or a heading without figures, is not to be answered"),
    (
        _ask_of_files,
        "what was found in the files, as far as it is still to be answered and no row left out explains it",
    ),
    (_ask_of_unit, "what can be found only in all rows together; then it is known whose measure is asked about"),
)
"""The steps for each unit, in this order, each with the reason for its place."""


def _replaced_by(tables: Iterable[Table], verdict: Verdict) -> str:
    """The file that replaces these tables, or most of their rows; empty where any row is not replaced."""
    if not verdict.replaced:
        return ""
    by = [verdict.replaced.get(row_where(table, row), "") for table in tables for row in table.rows]
    return max(sorted(set(by)), key=by.count) if by and all(by) else ""
