"""Which row counts where a region was sent more than once.

A row with nothing filled in gives way to one that is filled. Of differing rows the newest file's counts (M702);
identical ones count once (M703). A newer file that holds over half of an older one's regions is its corrected version:
what it lacks no longer counts (M706). What the questions about the older file asked to change or to take away is not asked
again (`Requested`). A file called void never counts; nor does a region twice in one file, mail or archive with different
figures (R203), nor in several files where none is newest. Parts of the year are never versions of each other: they give way
to the year's row of their region, and of several without one none counts (M705).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import compress

from msgspec.structs import replace

from hrss12333.checking.counting import identity, left_out_of, named_row
from hrss12333.checking.engine import Checked
from hrss12333.checking.reasons import reason_among, spoken_names
from hrss12333.checking.rule import Comparisons, Rule
from hrss12333.checking.rules.merge import COPY_IGNORED, LOST_ROW, SUPERSEDED
from hrss12333.checking.rules.rows import region_twice
from hrss12333.merging.sent import (
    NOT_UNFIT,
    Requested,
    SentRow,
    Verdict,
    by_period,
    container_of,
    leave_parts_out,
    moment,
    newest,
    order,
    requested_of,
    rows_of,
)
from hrss12333.model.check_code import content_columns, signed_headers
from hrss12333.model.filing import Filing, Table
from hrss12333.model.finding import Finding, Location, Severity, located
from hrss12333.model.message import File, Message, Quote, RegionName, Several, Words, compose
from hrss12333.patterns import grouped
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Kind, Scalar
from hrss12333.survey.words import CORRECTED_VERSION

_BLANK_ROW = "这一行没有填数，以{file}为准"
_CORRECTION, _ASKED = "是注明的更正，不必再确认。", "不同的都是提过的问题，不必再确认。"
_CONFIRM = "请确认：以{file}为准的，在它任一行的备注中写明地区名称和原因，或在它的名称中注明“更正”。"
_LOST = "漏填的请补上；有意删去的，在任一行的备注中写明地区名称和原因。"
_RENAMED = "改正名称时把数也改了的，请确认；以更正后的为准的，在它的文件名称中注明“更正”。"
_MOST_NAMED = 5
"""Files that a message lists."""


def judge_versions(checked: Sequence[Checked], comparisons: Comparisons | None = None) -> Verdict:
    """The verdict over all files of one unit; without ``comparisons``, over files of unknown units, of which only whole copies are
    left out."""
    verdict = Verdict()
    distinct = _without_copies(sorted(checked, key=lambda item: item.file), verdict)
    if comparisons:
        by_file = {item.file: item for item in checked}
        for filings in by_period(distinct):
            _Versions(filings, verdict, lambda file: requested_of(by_file[file], comparisons)).judge()
        leave_parts_out(distinct, verdict)
    return verdict


def _without_copies(checked: Iterable[Checked], verdict: Verdict) -> list[Filing]:
    """The filings; of several with one 校验码 only the newest."""
    alike: dict[object, list[Filing]] = defaultdict(list)
    given = [(item, item.document) for item in checked if isinstance(item.document, Filing)]
    signers = [
        (signed_headers(filing.tables, filing.signed_unit), *(table.part for table in filing.tables))
        for _, filing in given
    ]
    files = Counter(signers)  # a code is a twentieth of a large merge, and hardly any file has a rival
    for (item, filing), signer in zip(given, signers, strict=True):
        alike[((item.code, signer) if item.code and files[signer] > 1 else item.file)].append(filing)
    kept = []
    for group in alike.values():
        twin = newest(group)
        kept.append(twin)
        for filing in group:
            if filing is not twin:
                message = compose("这个文件与{file}内容完全相同，只计一次", file=File(twin.file))
                places = Location(filing.file), Location(twin.file)
                verdict.findings.append(COPY_IGNORED.finding(message, filing.unit, *places))
                for sent in rows_of(filing):
                    verdict.drop(sent, "与{file}内容完全相同，只计一次", twin)
    return kept


class _Versions:
    """The rows of the files of one unit, region by region."""

    def __init__(self, filings: Sequence[Filing], verdict: Verdict, asked_of: Callable[[str], Requested]) -> None:
        self._verdict = verdict
        self._asked_of = cache(asked_of)
        """File → what the questions about it ask."""
        self._filings = {filing.file: filing for filing in filings}
        self._rows = {filing.file: rows_of(filing) for filing in filings}
        self._sent: dict[tuple[str, str], dict[str, list[SentRow]]] = defaultdict(lambda: defaultdict(list))
        """(form, region) → file → its rows."""
        self._holds: dict[tuple[str, str], set[str]] = defaultdict(set)
        """(form, file) → regions filled there."""
        self._known = set[str]()
        """Names of places that the unit knows."""
        self._nameless: list[SentRow] = []
        for sent in (sent for rows in self._rows.values() for sent in rows):
            form, file, name = sent.table.form.key, sent.filing.file, identity(sent.row)
            if name is None:
                self._nameless.append(sent)
                continue
            self._sent[form, name][file].append(sent)
            if sent.is_filled:
                self._holds[form, file].add(name)
                self._known |= {name} if sent.row.match and sent.row.match.name else set()
        self._order = cache(lambda one, other: order(self._filings[one], self._filings[other]))
        """Which of two files is the newer, whatever the row."""
        self._corrected_by, self._figures_in = cache(self._later_versions), cache(self._figures_of)
        self._new_in, self._unnamed_in = cache(self._rows_new_in), cache(self._rows_unnamed_in)
        self._concealed_in = cache(self._regions_concealed_in)
        self._gave_way: dict[str, list[tuple[SentRow, SentRow, bool]]] = defaultdict(list)
        """File → its rows that give way, each with the row that counts instead and whether both are equal."""

    def judge(self) -> None:
        """Decide on every row."""
        for (_, name), by_file in self._sent.items():
            candidates = [self._one_of(rows) for rows in by_file.values()]
            filled = [sent for sent in candidates if sent.is_filled]
            if filled:
                self._choose_among(by_file, name, filled, [sent for sent in candidates if not sent.is_filled])
            else:
                for sent in candidates[1:]:
                    self._verdict.drop(sent, _BLANK_ROW, candidates[0].filing)
        for sent in self._nameless:
            for later in self._corrected_by(sent.table.form.key, sent.filing.file)[:1]:
                self._lose_row(sent, later)
        for pairs in self._gave_way.values():
            self._verdict.findings += _repeated((sent, first) for sent, first, same in pairs if same)
            self._verdict.findings += [self._superseded(sent, first) for sent, first, same in pairs if not same]

    def _one_of(self, rows: Sequence[SentRow]) -> SentRow:
        if len(rows) == 1:
            return rows[0]
        filled = [sent for sent in rows if sent.is_filled]
        first = next((sent for sent in filled if sent.row.text("remarks")), (filled or rows)[0])
        if any(sent.answers != first.answers for sent in filled):
            for sent in rows:
                self._verdict.drop(sent, "同一文件中这个地区填了两次，内容不同，都不计入（R203）")
            return replace(first, disputed=True)
        for sent in rows:
            if sent is not first:
                same = "内容相同，只计一次" if sent.is_filled else "没有填数的一行不计"
                self._verdict.drop(sent, f"与{first.row.place.a1}那一行重复，{same}")
        return first

    def _choose_among(
        self, by_file: Mapping[str, Sequence[SentRow]], name: str, filled: Sequence[SentRow], blank: Sequence[SentRow]
    ) -> None:
        """Count the newest row of one region, and leave out the others (M702), its copies (M703) too. None counts where none is the
        newest, where a corrected version no longer has the region (M706) or where the newest is unfit (R210)."""
        first = self._winner(filled)
        if first is None:
            self._none_is_newest(filled)
            return
        same = [sent is first or sent.agrees(first) for sent in filled]
        later = self._taken_back(first, name)
        if later:  # among equal rows of the same age, one that no corrected version takes back still counts
            alike = (s for s in compress(filled, same) if not self._order(first.filing.file, s.filing.file).sign)
            kept = next((s for s in alike if not self._taken_back(s, name)), None)
            first, later = (kept, None) if kept else (first, later)
        for sent, says_same in zip(filled, same, strict=True):
            if sent is not first:
                self._give_way(sent, first, by_file[sent.filing.file], same=says_same)
        for sent in blank:
            if not (later and sent.filing.file == later.file):
                self._verdict.drop(sent, _BLANK_ROW, first.filing)
        if later:
            self._lose_row(first, later)
        elif why := first.filing.unfit or first.table.unfit:
            self._verdict.drop(first, f"{why}，不计入（R210）")

    def _winner(self, sent: Sequence[SentRow]) -> SentRow | None:
        found = sent[0]
        for other in sent[1:]:
            if self._is_newer(other, found):
                found = other
        for candidate in (found, *sent):
            if all(one is candidate or one.agrees(candidate) or self._is_newer(candidate, one) for one in sent):
                return candidate
        return None

    def _is_newer(self, one: SentRow, other: SentRow) -> bool:
        return self._order(one.filing.file, other.filing.file).sign > 0

    def _taken_back(self, sent: SentRow, name: str) -> Filing | None:
        form = sent.table.form.key
        later = self._corrected_by(form, sent.filing.file)
        return next((filing for filing in later if name not in self._holds[form, filing.file]), None)

    def _give_way(self, sent: SentRow, first: SentRow, rows: Sequence[SentRow], *, same: bool) -> None:
        """Leave a row out for another file's; findings about the file's ``rows`` of the region no longer matter."""
        if len(rows) > 1:
            self._verdict.replaced.update((other.where, first.filing.file) for other in rows)
        self._verdict.drop(sent, "与{file}中的内容相同，只计一次" if same else "已被{file}取代", first.filing)
        self._gave_way[sent.filing.file].append((sent, first, same))

    def _none_is_newest(self, filled: Sequence[SentRow]) -> None:
        """Leave out all rows of a region, as nothing shows which is the newest; one finding, at the first, names the files."""
        together = len({container_of(sent.filing.file) for sent in filled}) == 1 and container_of(filled[0].filing.file)
        rule = region_twice if together else SUPERSEDED
        for sent in filled:
            self._verdict.drop(sent, f"几个文件中内容不同，分不出先后，都不计入（{rule.id}）")
        places = [located(sent.table, sent.row) for sent in filled[:_MOST_NAMED]]
        came = "是一起寄来的，" if together else "从日期和文件名都"
        message = compose(
            f"{{region}}在{{number}}个文件中都有而内容不同（{{files:、}}{{more}}），{came}分不出哪个是最新的，都不计入汇总",
            "请确认以哪个为准，删去其余的，或在文件名中注明“更正”。",
            region=RegionName(filled[0].row.region or ""),
            number=len(filled),
            files=Several(File(place.file) for place in places),
            more="等" if len(filled) > _MOST_NAMED else "",
        )
        self._verdict.findings.append(_row_finding(rule, message, filled[0], *places, severity=Severity.ERROR))

    def _lose_row(self, sent: SentRow, later: Filing) -> None:
        """Leave out a row that a corrected version no longer has: M706, unless the version leaves it out itself (R210), has it
        under a new name with no change that nobody asked for, or a question asked to take it away and nothing stands for it."""
        form, file = sent.table.form.key, sent.filing.file
        new, unnamed = self._new_in(form, file, later.file), self._unnamed_in(form, file)
        is_kept = sent.row.region in self._concealed_in(form, later.file)
        is_kept = is_kept or any(self._is_renamed(sent, other) for other in new)
        is_traded = 0 < len(new) <= len(unnamed) and any(each is sent for each in unnamed)
        if is_kept or (not is_traded and sent.where in self._asked_of(file).removals):
            self._verdict.drop(sent, "已被{file}取代", later)
            return
        self._verdict.drop(sent, "更正后的{file}中没有这一行（M706）", later)
        message = compose(
            "{row}在更正后的{later}中没有了，不计入汇总",
            _RENAMED if is_traded else _LOST,
            row=named_row(sent.row),
            later=File(later.file),
        )
        self._verdict.findings.append(_row_finding(LOST_ROW, message, sent, Location(later.file), later=later))

    def _rows_new_in(self, form: str, file: str, later: str) -> list[SentRow]:
        """The filled rows of a later version under names that the file does not have."""
        before = self._holds[form, file]
        rows = (sent for sent in self._rows[later] if sent.table.form.key == form)
        return [sent for sent in rows if sent.is_filled and identity(sent.row) not in before]

    def _rows_unnamed_in(self, form: str, file: str) -> list[SentRow]:
        """The filled rows of a file without the name of a region that the unit has."""
        rows = (sent for sent in self._rows[file] if sent.table.form.key == form)
        return [sent for sent in rows if sent.is_filled and identity(sent.row) not in self._known]

    def _regions_concealed_in(self, form: str, file: str) -> set[str]:
        """The regions that a file leaves out itself."""
        left_out = left_out_of(self._filings[file])
        return {item.region for item in left_out if item.form == form and item.region}

    def _is_renamed(self, sent: SentRow, other: SentRow) -> bool:
        """Whether another name is all that nobody asked to change."""
        corrected = other.filing.version == CORRECTED_VERSION != sent.filing.version
        return corrected or self._is_asked(sent, self._differing(sent, other))

    def _later_versions(self, form: str, file: str) -> list[Filing]:
        """The newer files that hold over half of a file's regions."""
        own = self._holds[form, file] & self._known
        rivals = [other for name in own for other in self._sent[form, name] if name in self._holds[form, other]]
        found = sorted({*rivals} if own else self._filings)
        newer = [other for other in found if other != file and self._order(other, file).sign > 0]
        return [self._filings[other] for other in newer if self._holds_most(form, file, other)]

    def _holds_most(self, form: str, file: str, later: str) -> bool:
        """Whether a newer file holds over half of a file's regions, apart from those that a question asked to take away. Where the
        form has no known region, those of the file's other form count, else its figures."""
        own, theirs = self._holds[form, file] & self._known, self._holds[form, later]
        if own:
            if 2 * len(own & theirs) > len(own):
                return True
            removals = self._asked_of(file).removals
            own -= {name for name in own if any(sent.where in removals for sent in self._sent[form, name][file])}
            return bool(own) and 2 * len(own & theirs) > len(own)
        named = {name for (_, each), names in self._holds.items() if each == file for name in names & self._known}
        if named:
            return 2 * len(named & theirs) > len(named)
        before, after = self._figures_in(file), self._figures_in(later)
        return bool(theirs and before) and 2 * len(before & after) > len(before)

    def _figures_of(self, file: str) -> set[tuple[Scalar, ...]]:
        """The answers of a file's rows in forms with a balance, which hardly two regions share."""
        return {sent.answers for sent in self._rows[file] if sent.is_filled and sent.table.form.balances}

    def _superseded(self, item: SentRow, first: SentRow) -> Finding:
        """M702; a note where only the newer file is marked as a correction, or only what was asked about has changed."""
        newer = self._order(first.filing.file, item.filing.file)
        differing = self._differing(item, first)
        corrected = first.filing.version == CORRECTED_VERSION != item.filing.version
        settled = corrected or self._is_asked(item, differing)
        unfit = item.filing.unfit or item.table.unfit if newer.by == NOT_UNFIT else ""
        message = compose(
            "{region}在多个文件中都有，" + ("{differing}不同" if differing else "各填了不止一次"),
            "取{by}的{file}（{moment}），本文件（{own}）的{unfit}这一行不计入汇总，"
            + (_CORRECTION if corrected else _ASKED if settled else _CONFIRM),
            region=RegionName(item.row.region or ""),
            differing="、".join(column.label for column in differing),
            by=newer.by or "文件名在前",
            file=File(first.filing.file),
            moment=moment(first.filing, newer.by),
            own=moment(item.filing, newer.by),
            unfit=Words(f"{unfit}，" if unfit else ""),
        )
        severity = Severity.NOTE if settled else None
        place = located(first.table, first.row)
        return _row_finding(SUPERSEDED, message, item, place, severity=severity, later=first.filing)

    def _differing(self, item: SentRow, other: SentRow) -> list[Column]:
        """The columns in which two rows differ."""
        columns = content_columns(item.table.form, Kind.REGION, Kind.TEXT)
        answers = zip(columns, item.answers, other.answers, strict=True)
        return [column for column, old, new in answers if old != new]

    def _is_asked(self, item: SentRow, differing: Sequence[Column]) -> bool:
        """Whether every field in which its version differs was asked about."""
        name = "", item.row.region or "", item.table.form.key
        return not self._asked_of(item.filing.file).not_of(name, [column.key for column in differing])


def rows_never_read(
    filing: Filing, table: Table, unit: Unit | None, by: str, given: Collection[str | None]
) -> Iterator[Finding]:
    """M702 about rows that are left out of a table that the file ``by`` replaces; a note where their regions are ``given`` elsewhere,
    else a query."""
    left = [(item.rows[0].place, item.names, f"注明是{item.period}的", True) for item in table.other_years]
    left += [(item.row.place, (item.text,), f"一行{item.how}", item.row.region in given) for item in table.concealed]
    spare = [item for item in filing.left_out if item.form == table.form.key and item.lost]
    left += [(item.place, item.lost, "在没有读取的工作表中", {*item.lost} <= {*given}) for item in spare]
    for place, names, how, is_given in left:
        message = compose(
            "{names:、}{how}",
            "本文件的{form}已被{file}取代，这一处没有计入，" + ("也不再核对。" if is_given else "请确认。"),
            names=Several(map(Quote, names)),
            how=Words(how),
            form=table.form.key,
            file=File(by),
        )
        region = names[0] if len(names) == 1 else None
        at = replace(located(table, place=place), sheet=place.sheet, region=region)
        yield SUPERSEDED.finding(message, unit, at, Location(by), severity=Severity.NOTE if is_given else None)


def _repeated(pairs: Iterable[tuple[SentRow, SentRow]]) -> Iterator[Finding]:
    found = grouped(pairs, lambda pair: (pair[0].table.form.key, pair[1].filing.file))
    for (form, file), alike in found.items():
        items = [sent for sent, _ in alike]
        message = compose(
            "{form}中{number}个地区与{file}内容相同（{regions:、}），只计一次",
            form=form,
            number=len(items),
            file=File(file),
            regions=Several(Words(item.row.region or "") for item in items),
        )
        filing = items[0].filing
        yield COPY_IGNORED.finding(message, filing.unit, Location(filing.file, form=form), Location(file))


def _row_finding(
    rule: Rule,
    message: Message,
    sent: SentRow,
    *further: Location,
    severity: Severity | None = None,
    later: Filing | None = None,
) -> Finding:
    """A finding about a row, explained where a 备注 of the ``later`` file gives a reason for it."""
    found = rule.finding(message, sent.filing.unit, located(sent.table, sent.row), *further, severity=severity)
    names = spoken_names(sent.row.region) if later and found.severity is Severity.QUERY else ()
    reason = reason_among(later.tables, names) if later and names else ""
    return replace(found, explained=True, reason=reason) if reason else found
