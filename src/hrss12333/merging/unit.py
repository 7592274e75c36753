"""The files of one unit, joined: the rows that no other file replaces, that count, and all findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.counting import counted_tables, identity, left_out_of, not_counted, not_counted_by, without_rows
from hrss12333.checking.engine import Checked, apply_rules, judge_unit
from hrss12333.checking.rule import Case, Comparisons, LeftOut, Scope
from hrss12333.checking.rules.rows import filled_samples
from hrss12333.merging.sent import Verdict
from hrss12333.merging.versions import rows_never_read
from hrss12333.model.check_code import code_of
from hrss12333.model.filing import Filing, Table
from hrss12333.model.finding import Finding, Severity, Where, row_where, table_where
from hrss12333.model.message import base_name
from hrss12333.patterns import grouped
from hrss12333.survey.gazetteer import regions_in
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition


class Joined(Struct, dict=True, eq=False):
    """All files of one unit, or one file of an unknown unit."""

    unit: Unit | None
    checked: Sequence[Checked]
    edition: Edition
    comparisons: Comparisons
    verdict: Verdict
    """The rows that other versions or periods replace, or that contradict each other."""
    refused: Sequence[Finding] = ()
    """Findings about the unit's files that were not read and must be sent again."""

    @cached_property
    def filings(self) -> list[Filing]:
        """Its filings."""
        return [item.document for item in self.checked if isinstance(item.document, Filing)]

    @cached_property
    def superseded(self) -> dict[str, str]:
        """File of which every row is replaced → the file that replaces most of them."""
        return {each.file: by for each in self.filings if (by := _replaced_by(each.tables, self.verdict))}

    @cached_property
    def current(self) -> list[Filing]:
        """The filings that are not superseded."""
        return [filing for filing in self.filings if filing.file not in self.superseded]

    @cached_property
    def case(self) -> Case | None:
        """The rows that no other file replaces, as one filing to be judged; None without any."""
        tables = without_rows((table for each in self.current for table in each.tables), self.verdict.dropped)
        sole = self.checked[0].case if len(self.checked) == 1 and not self.refused else None
        if sole and sole.filing.unit is self.unit and sole.filing.tables == tables:
            return sole
        if not tables:
            return None
        left_out = [
            LeftOut(form.key, refused.region, refused.file)
            for refused in self.refused
            for form in self.edition.forms
            if refused.region
        ]
        for filing in self.filings:
            left_out += left_out_of(filing)
            for table in filing.tables:
                dropped = (row for row in table.rows if row_where(table, row) in self.verdict.dropped)
                left_out += [LeftOut(table.form.key, name, filing.file) for row in dropped if (name := identity(row))]
        whole = Filing(self.current[0].file, self.unit, tables)
        any_region = any(refused.region is None for refused in self.refused)
        return Case(whole, self.edition, self.comparisons, left_out, refused=any_region)

    @property
    def tables(self) -> tuple[Table, ...]:
        """The rows that no other file replaces."""
        return self.case.filing.tables if self.case else ()

    @cached_property
    def dropped(self) -> Mapping[Where, str]:
        """Row → why it does not count, Chinese; ``{file}`` stands for the file that replaces it."""
        if self.unit and self.case:
            return {**self.verdict.dropped, **{at: item.why for at, item in not_counted(self.case).items()}}
        why = "报送单位不明，无法判断是否与其他文件重复"
        return {**self.verdict.dropped, **{row_where(t, row): why for t in self.tables for row in t.rows}}

    @cached_property
    def counted(self) -> tuple[Table, ...]:
        """The rows that count."""
        return counted_tables(self.case) if self.unit and self.case else ()

    def code_of(self, filings: Iterable[Filing]) -> str | None:
        """校验码 over the counted rows of these files, which each paper of forms in several files bears."""
        files = {filing.file for filing in filings}
        counted = [table for table in self.counted if table.file in files]
        return code_of(counted, self.unit.name if self.unit else None, self.edition.year)

    @cached_property
    def regions(self) -> dict[str, set[str | None]]:
        """Form key → the regions with a row that no other file replaces."""
        of_forms = grouped(self.tables, lambda table: table.form.key)
        return {key: {row.region for table in tables for row in table.rows} for key, tables in of_forms.items()}

    @cached_property
    def _moot(self) -> set[Where]:
        """The files, tables and rows that are replaced or blank: findings about them no longer matter."""
        moot = {Where(file) for file in self.superseded}
        tables = (table for filing in self.current for table in filing.tables)
        blank = (row_where(table, row) for table in tables for row in table.rows if not row.is_filled)
        moot |= {where for where in blank if where in self.dropped}
        # Where cities report, a blank form is the city's in its name; without a name it may be any city's.
        cities = {each.name for each in self.unit.regions} if self.unit and self.comparisons.lists_missing else set()
        for filing in self.current:
            named = regions_in(self.unit, base_name(filing.file)) if self.unit and cities else set()
            moot |= {*_moot_of(self, filing, named or cities)}
        return moot

    def matters(self, where: Where) -> bool:
        """Whether findings at a place must still be answered."""
        return not self._moot or self._moot.isdisjoint(where.holders)

    @property
    def judged(self) -> list[Checked]:
        """The findings of the rules that see the whole unit; none where no row is left."""
        return [judge_unit(self.case)] if self.case else []

    @property
    def _of_disputed(self) -> list[Finding]:
        """Findings on implausible figures in rows that do not count because nothing shows which is right."""
        disputed = self.verdict.disputed - self.verdict.replaced.keys()
        if not disputed or not self.unit:
            return []
        out = self.verdict.dropped.keys() - disputed
        tables = without_rows((table for each in self.current for table in each.tables), out)
        case = Case(Filing(self.current[0].file, self.unit, tables), self.edition, self.comparisons)
        found = apply_rules(case, (Scope.ROWS_OF_UNIT,)).findings
        return [each for each in found if each.rule.startswith("P") and each.doubts and each.where in disputed]

    @property
    def undecided(self) -> Counter[str]:
        """Rule id → number of rows that it could not decide, replaced rows aside."""
        found = Counter({rule: len(rows) for each in self.judged for rule, rows in each.undecided.items()})
        for item in self.checked:
            found.update({rule: sum(map(self.matters, rows)) for rule, rows in item.undecided.items()})
        return +found

    @cached_property
    def found(self) -> list[Finding]:
        """The findings in its files that still matter, those of its versions, and those on the whole unit."""
        files = {filing.file for filing in self.filings}
        found = [each for item in self.checked for each in item.findings if self.matters(each.where)]
        found += [finding for finding in self.verdict.findings if finding.file in files]
        for filing in self.filings:
            for table in filing.tables:
                if not self.matters(table_where(table)):
                    found += _never_read_in(filing, table, self)
        found += self._of_disputed
        return [
            _with_r210_severity(each, self)
            for each in (*found, *(each for item in self.judged for each in item.findings))
        ]

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings left after those that the unit's other files or other findings explain."""
        explains = _EXPLAINED_BY_UNIT
        return [each for each in self.found if each.rule not in explains or not explains[each.rule](each, self)]


def _moot_of(joined: Joined, filing: Filing, cities: Collection[str]) -> Iterator[Where]:
    """The rows, tables and sheets that others replace; a blank table if they have its regions or ``cities``."""
    replaced = joined.verdict.replaced
    replaced_sheets, current_sheets = set[str](), set[str]()
    expected = filing.regions or {*cities}
    for table in filing.tables:
        rows = [where for row in table.rows if (where := row_where(table, row)) in replaced] if replaced else []
        regions = joined.regions.get(table.form.key, ())
        alone = any(item.row.region not in regions for item in table.concealed)
        is_blank = not table.rows and not expected.issubset(regions)
        if len(rows) == len(table.rows) and regions and not (alone or is_blank or filled_samples(table)):
            replaced_sheets.add(table.sheet)
            yield table_where(table)
        else:
            current_sheets.add(table.sheet)
        yield from rows
    yield from (Where(filing.file, sheet) for sheet in replaced_sheets - current_sheets)


def _never_read_in(filing: Filing, table: Table, joined: Joined) -> Iterator[Finding]:
    """M702 about what is left out of a replaced table itself: concealed, of another year, not read."""
    form = table.form.key
    again = {item.region for each in joined.current for item in left_out_of(each) if item.form == form}
    others = (other.file for other in joined.tables if other.form.key == form and other.rows)
    by = joined.superseded.get(table.file) or _replaced_by([table], joined.verdict) or next(others, table.file)
    return rows_never_read(filing, table, joined.unit, by, again.union(joined.regions.get(form, ())))


def _with_r210_severity(finding: Finding, joined: Joined) -> Finding:
    """The finding; R210 as an error if it leaves out a row that no other replaces."""
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
    """H109: whether the code is that of all files with the same regions, or of all the unit's files."""
    about = next((filing for filing in joined.filings if filing.file == finding.file), None)
    alike = [filing for filing in joined.current if about and filing.regions == about.regions]
    return finding.value in (joined.code_of(alike), joined.code_of(joined.current))


def _is_asked_together(finding: Finding, joined: Joined) -> bool:
    """M705: whether one question to the unit asks about the periods of all these tables."""
    tables = (table for filing in joined.filings if filing.file == finding.file for table in filing.tables)
    places = {table_where(table) for table in tables if finding.sheet in (None, table.sheet)}
    return finding.severity is Severity.QUERY and bool(places) and places <= joined.verdict.asked_together


def _is_sum_of_all(finding: Finding, joined: Joined) -> bool:
    """B403: whether the 合计 is the sum of all the unit's rows, though its file, a correction, has only some."""
    key = finding.field or ""
    tables = (table for filing in joined.filings for table in filing.tables)
    totals = [t.total.number(key) for t in tables if t.total and table_where(t) == finding.where.holders[2]]
    rows = [row for table in joined.counted if table.form.key == finding.form for row in table.rows]
    return totals == [sum(row.number(key) or 0 for row in rows)]


def _compares_measures(finding: Finding, joined: Joined) -> bool:
    """Whether an open V309 is about some, not all, of these figures; for P502: whether V309, open or not, is about all."""
    is_of_measure = finding.rule == "P502"
    table = finding.where.holders[2]
    rows = {row.place.row for each in joined.tables if table_where(each) == table for row in each.rows}
    of_table = (each for each in joined.found if each.rule == "V309" and each.where.holders[2] == table)
    asking = (each for each in of_table if each.is_open or is_of_measure)
    fields = {each.field for each in asking if each.row == finding.row or each.row not in rows}
    fields.intersection_update(finding.figures)
    return bool(fields) and fields.issuperset(finding.figures) == is_of_measure


_EXPLAINED_BY_UNIT: Mapping[str, Callable[[Finding, Joined], bool]] = {
    "H109": _is_code_of_several,
    "M705": _is_asked_together,
    "V301": lambda finding, joined: joined.case is not None and finding.where in not_counted_by(joined.case, "R209"),
    "B403": _is_sum_of_all,
    **dict.fromkeys(("B401", "P501", "P502"), _compares_measures),
}
"""Rule → whether the unit's other files, or another finding, explain a finding of it."""


def _replaced_by(tables: Iterable[Table], verdict: Verdict) -> str:
    """The file that replaces most rows of these tables; empty where any row is not replaced."""
    if not verdict.replaced:
        return ""
    by = [verdict.replaced.get(row_where(table, row), "") for table in tables for row in table.rows]
    return max(sorted(set(by)), key=by.count) if by and all(by) else ""
