"""Which row counts where a region was sent more than once.

- A row without figures gives way to one with figures.
- Of rows that differ, the newest file's counts (M702); of equal rows, one (M703).
- A newer file with over half of an older one's regions is its corrected version: rows that it lacks no longer count
  (M706). What questions about the older file asked to change or remove is not asked again (`Requested`).
- None counts in a file called void, nor of a region that differs within one file, mail or archive (R203), or in
  several files of which none is newest.
- Parts of the year are never versions of each other: they give way to the whole year; of several alone none counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from itertools import compress

from msgspec.structs import replace

from hrss12333.checking.counting import named_row
from hrss12333.checking.engine import Checked
from hrss12333.checking.reasons import reason_among, spoken_names
from hrss12333.checking.rule import Comparisons, Rule
from hrss12333.checking.rules.merge import COPY_IGNORED, LOST_ROW, SUPERSEDED
from hrss12333.checking.rules.rows import region_twice
from hrss12333.merging.sent import NOT_UNFIT, SentFile, SentRow, Verdict, container_of, leave_parts_out, order
from hrss12333.model.check_code import content_columns, signed_headers
from hrss12333.model.filing import Filing, Table
from hrss12333.model.finding import Finding, Location, Severity, located, row_where
from hrss12333.model.message import File, Message, Quote, RegionName, Several, compose
from hrss12333.patterns import grouped
from hrss12333.survey.periods import Period
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind
from hrss12333.survey.words import Meaning

_BLANK_ROW = "这一行没有填数，以{file}为准"
_CORRECTION, _ASKED = "是注明的更正，不必再确认。", "不同的都是提过的问题，不必再确认。"
_CONFIRM = (
    "请确认：以{file}为准的，在它任一行的备注中写明地区名称和原因，或在它的名称中注明“更正”；"
    "以本文件为准的，请再次报送，名称注明“更正”。"
)
_LOST = "漏填的请补上；有意删去的，在任一行的备注中写明地区名称和原因。"
_RENAMED = "改正名称时把数也改了的，请确认；以更正后的为准的，在它的文件名称中注明“更正”。"
_MOST_NAMED = 5
"""Files that a message lists."""


def judge_versions(checked: Sequence[Checked], comparisons: Comparisons | None = None) -> Verdict:
    """The verdict over a unit's files; over files of unknown owners (no ``comparisons``), only on copies."""
    verdict = Verdict()
    distinct = _without_copies(sorted(checked, key=lambda item: item.file), verdict)
    if comparisons:
        periods = _by_period(distinct, comparisons)
        for files in periods:
            _Versions(files, verdict).judge()
        if len(periods) > 1:
            leave_parts_out([file for files in periods for file in files], verdict)
    return verdict


def _by_period(checked: Iterable[tuple[Checked, Filing]], comparisons: Comparisons) -> list[list[SentFile]]:
    """The filings with their tables of the whole year; then the same for each part of the year."""
    parts: dict[Period | None, list[SentFile]] = {None: []}
    for item, filing in checked:
        for part, tables in grouped(filing.tables, lambda table: table.part).items():
            whole = len(tables) == len(filing.tables)
            of_part = filing if whole else replace(filing, tables=tuple(tables))
            parts.setdefault(part, []).append(SentFile(of_part, item, comparisons))
    return [*parts.values()]


def _without_copies(checked: Iterable[Checked], verdict: Verdict) -> list[tuple[Checked, Filing]]:
    """The filings; of those with the same 校验码, only the newest."""
    filings = [(item, item.document) for item in checked if isinstance(item.document, Filing)]
    signers = [
        (signed_headers(filing.tables, filing.signed_unit), *(table.part for table in filing.tables))
        for _, filing in filings
    ]
    files = Counter(signers)  # codes take a twentieth of a large merge, and hardly any file has a rival
    alike: dict[object, list[tuple[Checked, Filing]]] = defaultdict(list)
    for (item, filing), signer in zip(filings, signers, strict=True):
        alike[((item.code, signer) if item.code and files[signer] > 1 else item.file)].append((item, filing))
    kept = []
    for group in alike.values():
        twin = group[0][1]  # the one sent last, else the first; the time of copying shows nothing
        for _, other in group[1:]:
            twin = other if order(other, twin, by_file=False).sign > 0 else twin
        for item, filing in group:
            if filing is twin:
                kept.append((item, filing))
                continue
            message = compose("这个文件与{file}内容完全相同，只计一次", file=File(twin.file))
            places = Location(filing.file), Location(twin.file)
            verdict.findings.append(COPY_IGNORED.finding(message, filing.unit, *places))
            for table in filing.tables:
                for row in table.rows:
                    verdict.drop(row_where(table, row), "与{file}内容完全相同，只计一次", twin)
    return kept


class _Versions:
    """Decides region by region over the rows of one unit's files of one period."""

    def __init__(self, files: Sequence[SentFile], verdict: Verdict) -> None:
        self._files = files
        self._verdict = verdict
        self._sent: dict[tuple[str, str], dict[SentFile, list[SentRow]]] = defaultdict(dict)
        """(form, region) → file → its rows."""
        for sent in (sent for file in files for sent in file.rows if sent.name is not None):
            self._sent[sent.form, sent.name or ""].setdefault(sent.file, []).append(sent)
        self._order = cache(lambda one, other: order(one.filing, other.filing))
        """The order of two files, worked out once for all their rows."""
        self._corrected_by = cache(self._later_versions)
        self._superseded_rows: dict[str, list[tuple[SentRow, SentRow, bool]]] = defaultdict(list)
        """File → its rows that give way, each with the row that counts instead, and whether both are equal."""
        self._lost: dict[tuple[SentFile, SentFile, str], list[SentRow]] = defaultdict(list)
        """File, its corrected version and form → the rows missing from the corrected version."""

    def judge(self) -> None:
        """Decide on every row."""
        for by_file in self._sent.values():
            candidates = [self._one_of(rows) for rows in by_file.values()]
            filled = [sent for sent in candidates if sent.is_filled]
            if filled:
                self._choose_among(by_file, filled, [sent for sent in candidates if not sent.is_filled])
            else:
                for sent in candidates[1:]:
                    self._verdict.drop(sent.where, _BLANK_ROW, candidates[0].file.filing)
        for sent in (sent for file in self._files for sent in file.rows if sent.name is None):
            for later in self._corrected_by(sent.form, sent.file)[:1]:
                self._lost[sent.file, later, sent.form].append(sent)
        for (file, later, form), rows in self._lost.items():
            self._ask_for_lost(file, later, form, rows)
        for pairs in self._superseded_rows.values():
            self._verdict.findings += _repeated((sent, first) for sent, first, same in pairs if same)
            self._verdict.findings += [self._superseded(sent, first) for sent, first, same in pairs if not same]

    def _one_of(self, rows: Sequence[SentRow]) -> SentRow:
        """The row that is taken of all rows of one region in one file; the others are left out."""
        if len(rows) == 1:
            return rows[0]
        filled = [sent for sent in rows if sent.is_filled]
        first = next((sent for sent in filled if sent.row.text("remarks")), (filled or rows)[0])
        if any(sent.answers != first.answers for sent in filled):
            for sent in rows:
                self._verdict.disputed.add(sent.where)
                self._verdict.drop(sent.where, "同一文件中这个地区填了两次，内容不同，都不计入（R203）")
            return replace(first, disputed=True)
        for sent in rows:
            if sent is not first:
                same = "内容相同，只计一次" if sent.is_filled else "没有填数的一行不计"
                self._verdict.drop(sent.where, f"与{first.row.place.a1}那一行重复，{same}")
        return first

    def _choose_among(
        self, by_file: Mapping[SentFile, Sequence[SentRow]], filled: Sequence[SentRow], blank: Sequence[SentRow]
    ) -> None:
        """Count the newest row of one region, unless it is void (R210) or a corrected version lacks it (M706)."""
        first = self._winner(filled)
        if first is None:
            self._none_is_newest(filled)
            return
        same = [sent is first or sent.agrees(first) for sent in filled]
        later = self._lost_in(first)
        if later:  # among equal rows of the same age, one that no corrected version lacks still counts
            alike = (sent for sent in compress(filled, same) if not self._order(first.file, sent.file).sign)
            kept = next((sent for sent in alike if not self._lost_in(sent)), None)
            first, later = (kept, None) if kept else (first, later)
        counted = first.file.filing
        for sent, is_same in zip(filled, same, strict=True):
            if sent is not first:
                rows = by_file[sent.file]
                if len(rows) > 1:  # findings about any of them no longer matter
                    self._verdict.replaced.update((other.where, counted.file) for other in rows)
                why = "与{file}中的内容相同，只计一次" if is_same else "已被{file}取代"
                self._verdict.drop(sent.where, why, counted)
                self._superseded_rows[sent.table.file].append((sent, first, is_same))
        for sent in blank:
            if sent.file is not later:
                self._verdict.drop(sent.where, _BLANK_ROW, counted)
        if later:
            self._lost[first.file, later, first.form].append(first)
        elif why := counted.unfit or first.table.unfit:
            self._verdict.drop(first.where, f"{why}，不计入（R210）")

    def _winner(self, sent: Sequence[SentRow]) -> SentRow | None:
        """The row that is newer than every other that differs from it; None where there is none."""
        found = reduce(lambda found, other: other if self._is_newer(other, found) else found, sent)
        for candidate in (found, *sent):
            if all(one is candidate or one.agrees(candidate) or self._is_newer(candidate, one) for one in sent):
                return candidate
        return None

    def _is_newer(self, one: SentRow, other: SentRow) -> bool:
        return self._order(one.file, other.file).sign > 0

    def _lost_in(self, sent: SentRow) -> SentFile | None:
        """The corrected version of a row's file, if it lacks the row's region."""
        later = self._corrected_by(sent.form, sent.file)
        return next((file for file in later if sent.name not in file.names[sent.form]), None)

    def _none_is_newest(self, filled: Sequence[SentRow]) -> None:
        """Leave out all of a region's rows because none is surely the newest; one finding names the files."""
        containers = {container_of(sent.table.file) for sent in filled}
        together = len(containers) == 1 and "" not in containers
        rule = region_twice if together else SUPERSEDED
        for sent in filled:
            self._verdict.disputed.add(sent.where)
            self._verdict.drop(sent.where, f"几个文件中内容不同，分不出先后，都不计入（{rule.id}）")
        places = [located(sent.table, sent.row) for sent in filled[:_MOST_NAMED]]
        came = "是一起寄来的，" if together else "从日期和文件名都"
        more = "等" if len(filled) > _MOST_NAMED else ""
        fact = f"{{region}}在{{number}}个文件中都有而内容不同（{{files:、}}{more}），{came}分不出哪个是最新的，都不计入汇总"
        request = "请确认以哪个为准，删去其余的，或在文件名中注明“更正”。"
        region, files = RegionName(filled[0].row.region or ""), Several(File(place.file) for place in places)
        message = compose(fact, request, region=region, number=len(filled), files=files)
        self._verdict.findings.append(_row_finding(rule, message, filled[0], *places, severity=Severity.ERROR))

    def _ask_for_lost(self, file: SentFile, later: SentFile, form: str, rows: Sequence[SentRow]) -> None:
        """Leave out rows that a corrected version lacks, and ask for them (M706).

        Nothing is asked about a row that the version does not count (R210), or has under a new name with no
        other change; nor about one that a question asked to remove, unless a new row takes its place."""
        of_form = [sent for sent in later.rows if sent.form == form and sent.is_filled]
        new = [sent for sent in of_form if sent.name not in file.names[form]]
        unnamed = [sent for sent in file.rows if sent.form == form and sent.is_filled and not sent.is_known]
        answering = [table for each in self._corrected_by(form, file) for table in each.filing.tables]
        for sent in rows:
            is_kept = (form, sent.row.region) in later.left_out or any(_is_renamed(sent, other) for other in new)
            is_traded = 0 < len(new) <= len(unnamed) and any(each is sent for each in unnamed)
            if is_kept or (not is_traded and sent.where in file.requested.removals):
                self._verdict.drop(sent.where, "已被{file}取代", later.filing)
                continue
            self._verdict.drop(sent.where, "更正后的{file}中没有这一行（M706）", later.filing)
            fact = "{row}在更正后的{later}中没有了，不计入汇总"
            request = _RENAMED if is_traded else _LOST
            message = compose(fact, request, row=named_row(sent.row), later=File(later.filing.file))
            place = Location(later.filing.file)
            self._verdict.findings.append(_row_finding(LOST_ROW, message, sent, place, later=answering))

    def _later_versions(self, form: str, file: SentFile) -> list[SentFile]:
        """The newer files that hold over half of a file's regions, by name."""
        names = file.known_names(form)
        holding = (other for name in names for other in self._sent[form, name] if name in other.names[form])
        newer = [other for other in ({*holding} if names else self._files) if self._order(other, file).sign > 0]
        return sorted((other for other in newer if _holds_most(other, form, file)), key=lambda each: each.filing.file)

    def _superseded(self, item: SentRow, first: SentRow) -> Finding:
        """M702; a note if only the newer file is a correction, or only what was asked about has changed."""
        newer = self._order(first.file, item.file)
        columns = content_columns(item.table.form, Kind.REGION, Kind.TEXT)
        answers = zip(columns, item.answers, first.answers, strict=True)
        differing = [column.label for column, old, new in answers if old != new]
        filing, older = first.file.filing, item.file.filing
        corrected = filing.version == Meaning.CORRECTED != older.version
        settled = corrected or item.changes_as_asked(first)
        unfit = older.unfit or item.table.unfit if newer.by == NOT_UNFIT else ""
        message = compose(
            "{region}在多个文件中都有，" + ("{differing}不同" if differing else "各填了不止一次"),
            "取{by}的{file}（{moment}），本文件（{own}）的{unfit}这一行不计入汇总，"
            + (_CORRECTION if corrected else _ASKED if settled else _CONFIRM),
            region=RegionName(item.row.region or ""),
            differing="、".join(differing),
            by=newer.by or "文件名在前",
            file=File(filing.file),
            moment=newer.moment(filing),
            own=newer.moment(older),
            unfit=f"{unfit}，" if unfit else "",
        )
        severity = Severity.NOTE if settled else None
        place = located(first.table, first.row)
        return _row_finding(SUPERSEDED, message, item, place, severity=severity, later=filing.tables)


def _holds_most(later: SentFile, form: str, file: SentFile) -> bool:
    """Whether a newer file holds over half of a file's regions, regions that a question asked to remove
    aside.

    If the form has no region of the unit, the file's other form decides; failing that, the figures."""
    names, later_names = file.known_names(form), later.names[form].keys()
    if names:
        if 2 * len(names & later_names) > len(names):
            return True
        removals = file.requested.removals
        names = names - {sent.name for sent in file.rows if sent.form == form and sent.where in removals}
        return bool(names) and 2 * len(names & later_names) > len(names)
    if of_any_form := file.known_names(*file.names):
        return 2 * len(of_any_form & later_names) > len(of_any_form)
    return bool(later_names and file.figures) and 2 * len(file.figures & later.figures) > len(file.figures)


def _is_renamed(sent: SentRow, other: SentRow) -> bool:
    """Whether a newer row is an older one renamed, otherwise changed only as asked.

    A file called a correction may rename a row whatever its figures, but not one region of the unit into
    another."""
    corrected = other.file.filing.version == Meaning.CORRECTED != sent.file.filing.version
    return (corrected and not (sent.is_known and other.is_known)) or sent.changes_as_asked(other)


def rows_never_read(
    filing: Filing, table: Table, unit: Unit | None, by: str, given: Collection[str | None]
) -> Iterator[Finding]:
    """M702 about uncounted rows of a table that the file ``by`` replaces; a note where that file has them.

    ``given``: the regions that other files have."""
    left = [(item.rows[0].place, item.names, f"注明是{item.period}的", True) for item in table.other_years]
    left += [(item.row.place, (item.text,), f"一行{item.how}", item.row.region in given) for item in table.concealed]
    spare = [item for item in filing.left_out if item.form == table.form.key and item.lost]
    left += [(item.place, item.lost, "在没有读取的工作表中", {*item.lost} <= {*given}) for item in spare]
    for place, names, how, is_given in left:
        request = "本文件的{form}已被{file}取代，这一处没有计入，" + ("也不再核对。" if is_given else "请确认。")
        words = {"how": how, "form": table.form.key, "file": File(by)}
        message = compose("{names:、}{how}", request, names=Several(map(Quote, names)), **words)
        region = names[0] if len(names) == 1 else None
        at = replace(located(table, place=place), sheet=place.sheet, region=region)
        yield SUPERSEDED.finding(message, unit, at, Location(by), severity=Severity.NOTE if is_given else None)


def _repeated(pairs: Iterable[tuple[SentRow, SentRow]]) -> Iterator[Finding]:
    """M703 about rows of one file, each with the equal row that counts: one for each form and other file."""
    found = grouped(pairs, lambda pair: (pair[0].form, pair[1].table.file))
    for (form, file), alike in found.items():
        regions = Several(sent.row.region or "" for sent, _ in alike)
        fact = "{form}中{number}个地区与{file}内容相同（{regions:、}），只计一次"
        message = compose(fact, form=form, number=len(alike), file=File(file), regions=regions)
        filing = alike[0][0].file.filing
        yield COPY_IGNORED.finding(message, filing.unit, Location(filing.file, form=form), Location(file))


def _row_finding(
    rule: Rule,
    message: Message,
    sent: SentRow,
    *further: Location,
    severity: Severity | None = None,
    later: Collection[Table] = (),
) -> Finding:
    """A finding about a row, explained where a 备注 of the ``later`` tables gives a reason."""
    place = located(sent.table, sent.row)
    found = rule.finding(message, sent.file.filing.unit, place, *further, severity=severity)
    names = spoken_names(sent.row.region) if later and found.severity is Severity.QUERY else ()
    reason = reason_among(later, names) if later and names else ""
    return replace(found, explained=True, reason=reason) if reason else found
