"""From checked filings to one national table: joined by unit, each row counted or left out with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from msgspec.structs import replace

from hrss12333.checking.counting import left_out_of, without_rows
from hrss12333.checking.engine import Checked, locate
from hrss12333.checking.reasons import reason_among
from hrss12333.checking.rule import NO_COMPARISONS, Comparisons
from hrss12333.checking.rules import OBJECTS
from hrss12333.checking.rules.header import papers_differ
from hrss12333.checking.rules.merge import SignOfLife, late, missing, of_other_year
from hrss12333.checking.rules.rows import missing_from
from hrss12333.checking.rules.sameness import same_figures, same_in_two_units
from hrss12333.merging.sent import ONE_COPY, order
from hrss12333.merging.unit import Joined
from hrss12333.merging.versions import judge_versions
from hrss12333.model.filing import CoveringLetter, Document, Filing, Skipped, Unreadable, WorkReport
from hrss12333.model.finding import Finding, Severity, Where, row_where
from hrss12333.model.message import File, Message, base_name, compose
from hrss12333.model.national import Contact, Entry, National, Received, UnitStatus
from hrss12333.patterns import grouped
from hrss12333.survey.gazetteer import regions_in
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition
from hrss12333.survey.words import Meaning

_KINDS: dict[type, str] = {Filing: "调查表", WorkReport: "工作总结"}


def _leave_enclaves_out(item: Joined, unit: Unit, joined: Sequence[Joined]) -> None:
    """Leave out of 新疆 the cities that 兵团 reports, in a row of their 师 or of all 兵团."""
    left_out = dict[Where, str]()
    cities = [(table, row) for table in item.counted for row in table.rows if row.region in unit.enclaves]
    for table, row in cities:
        region = unit.enclaves[row.region or ""]
        for other in joined:
            tables = (each for filing in other.filings for each in filing.tables if each.form is table.form)
            rows = (each for own in tables for each in own.rows if each.is_filled)
            if other.unit and region in other.unit.certain and any(r.region == region or r.is_unit for r in rows):
                left_out[row_where(table, row)] = f"“{region}”由{other.unit.name}报送，不计入（R202）"
    item.dropped = {**item.dropped, **left_out}
    item.counted = without_rows(item.counted, left_out)


def merge(
    checked: Sequence[Checked],
    edition: Edition,
    comparisons: Comparisons = NO_COMPARISONS,
    only: Unit | None = None,
    *,
    heard: Sequence[CoveringLetter] = (),
    by_city: bool = False,
) -> National:
    """The national table of the year, or one unit's; ``heard``: mails; ``by_city``: whether cities answer."""
    by_owner = grouped(checked, lambda item: only is not None and _is_of_another(item, only))
    listed = by_owner.get(False, [])
    years = None, edition.year
    filings = [item.document for item in listed if isinstance(item.document, Filing)]
    of_others = [filing for filing in filings if filing.year not in years]
    of_year = [filing for filing in filings if filing.year in years]
    current = [
        _as_note_where_replaced(item, of_year, edition)
        for item in listed
        if getattr(item.document, "year", None) in years
    ]
    others = [item for item in current if not isinstance(item.document, Filing)]
    sent = grouped((item for item in current if isinstance(item.document, Filing)), lambda item: item.unit)
    joined = _joined(sent, others, (only,) if only else edition.units, edition, comparisons)
    of_joined = [finding for item in joined for finding in item.findings]
    for item in joined:
        if item.unit and item.unit.enclaves:
            _leave_enclaves_out(item, item.unit, joined)
    entries = [[*_entries(item, edition)] for item in joined]
    former = _former_reports(current)
    findings = [finding for item in others if item.file not in former for finding in item.findings]
    findings += [*of_joined, *_same_in_two_units(joined, edition)]
    of_refused = [item.document for item in others if isinstance(item.document, Unreadable)]
    without_figures: list[SignOfLife] = [*of_others, *of_refused, *heard]
    for item in joined:
        came = [*item.filings, *(each for each in without_figures if each.unit and each.unit is item.unit)]
        findings += late(came, edition, by_city=by_city)
        findings += _findings_on_paper(item, comparisons, edition, by_city=by_city)
    unreplaced = [filing for filing in of_others if not any(_replaces_other_year(each, filing) for each in of_year)]
    findings += of_other_year(unreplaced, _reasons(of_others), edition, sent)
    statuses = tuple(
        _status(item.unit, item, rows, edition) for item, rows in zip(joined, entries, strict=True) if item.unit
    )
    if only is None:
        instead = [*of_others, *(item.document for item in others)]
        findings += missing(statuses, [(each.unit, each.file, _kind_of(each)) for each in instead], edition.year)
    return National(
        edition,
        tuple(chain.from_iterable(entries)),
        statuses,
        tuple(findings),
        work_reports=tuple(item.document for item in others if isinstance(item.document, WorkReport)),
        skipped=tuple(Skipped(item.file, f"不是{only.name}的报送") for item in by_owner.get(True, ()) if only),
        received=tuple(
            Received(item.file, item.owner or "", _KINDS.get(type(item.document), "未能读取"), item.document.sha256)
            for item in sorted(listed, key=lambda item: item.file)
        ),
        undecided=dict(sorted(sum((item.undecided for item in joined), Counter[str]()).items())),
        faults=tuple(
            fault for each in (*current, *(each for item in joined for each in item.judged)) for fault in each.faults
        ),
        other_years=tuple(dict.fromkeys(filing.file for filing in of_others)),
        superseded={
            (file, item.unit.name if item.unit else None): by for item in joined for file, by in item.superseded.items()
        },
    )


def _joined(
    sent: Mapping[Unit | None, Sequence[Checked]],
    others: Iterable[Checked],
    units: Iterable[Unit],
    edition: Edition,
    comparisons: Comparisons,
) -> list[Joined]:
    """The files joined by unit; then each file of an unknown owner by itself."""
    of_unread = (each for item in others if isinstance(item.document, Unreadable) for each in item.findings)
    refused = grouped((finding for finding in of_unread if finding.blocks), lambda finding: finding.unit)
    joined = list[Joined]()
    for unit in units:
        files, unread = sent.get(unit, ()), refused.get(unit.name, ())
        joined.append(Joined(unit, files, edition, comparisons, judge_versions(files, comparisons), unread))
    of_nobody = sent.get(None, ())
    copies = judge_versions(of_nobody)
    return [*joined, *(Joined(None, [item], edition, comparisons, copies) for item in of_nobody)]


def _findings_on_paper(
    joined: Joined, comparisons: Comparisons, edition: Edition, *, by_city: bool
) -> Iterator[Finding]:
    """H109 about the stamped papers of a unit, or of its cities."""
    if not (joined.unit and comparisons.stamped):
        return
    names = [region.name for region in joined.unit.regions if by_city]
    sent = {name: [filing for filing in joined.current if filing.regions == {name}] for name in names}
    sent[joined.unit.name] = [*joined.current]
    for name in sent.keys() & comparisons.stamped.keys():
        yield from papers_differ(comparisons.stamped[name], sent[name], joined.code_of(sent[name]), edition.year)


def _same_in_two_units(joined: Iterable[Joined], edition: Edition) -> Iterator[Finding]:
    """P507 about rows of different units."""
    filings = {item.unit: item.case.filing for item in joined if item.unit and item.case}
    for form in edition.forms:
        tables = [(item.unit, table) for item in joined if item.unit for table in item.counted if table.form is form]
        rows = [(unit, table, row) for unit, table in tables for row in table.rows]
        yield from (locate(same_figures, hit, filings[unit]) for unit, hit in same_in_two_units(form, rows))


def _as_note_where_replaced(item: Checked, filings: Iterable[Filing], edition: Edition) -> Checked:
    """The file; its finding is a note if it was not read and a filing of the year replaces it."""
    refused = item.document
    if not isinstance(refused, Unreadable) or refused.unit is None:
        return item
    for filing in filings:
        if filing.unit is refused.unit and _replaces(filing, refused, refused.unit, edition):
            message = item.findings[0].message.with_more("之后报来的{beside}已经读取。", beside=File(filing.file))
            return replace(item, findings=(replace(item.findings[0], severity=Severity.NOTE, message=message),))
    return item


def _replaces(filing: Filing, refused: Unreadable, unit: Unit, edition: Edition) -> bool:
    """Whether a filing holds what a refused file of its unit should hold, and is not evidently older."""
    is_earlier = bool(filing.stored and refused.stored and refused.stored - filing.stored > ONE_COPY)
    if filing.received and refused.received:
        is_earlier = filing.received < refused.received
    if filing.unfit or filing.version == Meaning.FORMER or is_earlier:
        return False
    named = [form for form in edition.forms if form.key in refused.file]
    for form in named or edition.forms:
        rows = [row for table in filing.tables_of(form) for row in table.rows if row.is_filled]
        regions = {row.region for row in rows if row.match and row.match.official}
        is_whole = any(row.is_unit for row in rows)
        enough = refused.region in regions if refused.region else 2 * len(regions) >= len(unit.regions)
        if not (enough or is_whole):
            return False
    return True


def _reasons(filings: Sequence[Filing]) -> dict[str, str]:
    """File of another year → the reason in its 备注 or in a newer version's; empty without one."""
    found = {filing.file: reason_among(filing.tables, [str(filing.year)]) for filing in filings}
    answering = grouped((filing for filing in filings if found[filing.file]), lambda filing: filing.unit)
    for filing in filings:
        if not found[filing.file]:
            newer = (each for each in answering.get(filing.unit, ()) if order(each, filing).sign > 0)
            found[filing.file] = next((found[each.file] for each in newer if _replaces_other_year(each, filing)), "")
    return found


def _replaces_other_year(filing: Filing, other: Filing) -> bool:
    """Whether a filing replaces one of another year: it has over half of the regions and is not older."""
    if filing.unit is not other.unit or filing.unfit or order(filing, other).sign < 0:
        return False
    new, old = ({(t.form.key, row.region) for t in each.tables for row in t.rows} for each in (filing, other))
    return 2 * len(new & old) > len(old)


def _former_reports(checked: Iterable[Checked]) -> set[str]:
    """The 工作总结 that a newer version replaces: of the same unit and, by name, the same regions."""
    reports = [(item.document, item.unit) for item in checked if isinstance(item.document, WorkReport)]
    owned = [(unit, regions_in(unit, base_name(report.file)), report) for report, unit in reports if unit]
    return {
        report.file
        for unit, regions, report in owned
        if any(each[:2] == (unit, regions) and order(each[2], report).sign > 0 for each in owned)
    }


def _is_of_another(item: Checked, only: Unit) -> bool:
    """Whether a file is another unit's; an unread file that names a region of this unit (海南) is not."""
    may_be = isinstance(item.document, Unreadable) and any(spelling in item.file for spelling in only.certain)
    return item.unit not in (None, only) and not may_be


def _kind_of(document: Document) -> Message:
    """What a file without figures of the year is, Chinese."""
    if isinstance(document, Filing):
        return compose("{year}年度", year=document.year or 0)
    return compose(OBJECTS[document.problem].id if isinstance(document, Unreadable) else "工作总结")


def _entries(joined: Joined, edition: Edition) -> Iterator[Entry]:
    """The unit's rows, counted or not, by form: its regions in the official order, then others as sent."""
    order = {region.name: index for index, region in enumerate(joined.unit.regions)} if joined.unit else {}
    for form in edition.forms:
        entries = []
        for filing in joined.filings:
            for table in filing.tables_of(form):
                for row in table.rows:
                    at = row_where(table, row)
                    why, by = joined.dropped.get(at, ""), joined.verdict.replaced.get(at, "")
                    entries.append(Entry(form, joined.unit, filing.file, table.sheet, row, not why, why, by))
        yield from sorted(entries, key=lambda e: (order.get(e.row.region or "", len(order)), not e.counted, e.file))


def _status(unit: Unit, joined: Joined, entries: Sequence[Entry], edition: Edition) -> UnitStatus:
    """What a unit sent; ``entries``: its rows, counted or not."""
    if not joined.filings:
        return UnitStatus(unit, rows={form.key: 0 for form in edition.forms})
    sole = [item for item in joined.checked if [item.document] == joined.current]  # its code is on its paper
    counted = replace(joined.filings[0], unit=unit, tables=joined.counted)
    lacking = {form.key: missing_from(counted, form) for form in edition.forms}
    of_form = {form.key: [entry for entry in entries if entry.form is form] for form in edition.forms}
    dates = [filing.date for filing in joined.filings if filing.date]
    return UnitStatus(
        unit,
        files=tuple(dict.fromkeys(filing.file for filing in joined.filings)),
        rows={key: sum(entry.counted for entry in listed) for key, listed in of_form.items()},
        code=sole[0].code if sole else joined.code_of(joined.filings),
        contacts=tuple(
            Contact(filing.file, **filing.contact, of_unit=_is_of_whole_unit(filing, unit))
            for filing in joined.filings
            if filing.own or any(filing is one for one in joined.current)
        ),
        missing_regions=lacking,
        uncounted_regions={key: _uncounted(joined, key, listed, lacking[key]) for key, listed in of_form.items()},
        saved=max(dates, default=None),
        received=max((filing.received for filing in joined.filings if filing.received), default=None),
    )


def _uncounted(joined: Joined, form: str, entries: Sequence[Entry], lacking: Sequence[str]) -> tuple[str, ...]:
    """The lacking regions that were sent but not counted; or the unit's name if only its own row was sent."""
    if lacking:
        sent = {entry.row.region for entry in entries}
        sent |= {item.region for filing in joined.filings for item in left_out_of(filing) if item.form == form}
        return tuple(name for name in lacking if name in sent)
    whole = not any(entry.counted for entry in entries) and any(entry.row.is_unit for entry in entries)
    return (joined.unit.name,) if whole and joined.unit else ()


def _is_of_whole_unit(filing: Filing, unit: Unit) -> bool:
    """Whether a file is the unit's rather than one city's: a row for the whole unit, or several regions."""
    rows = [row for table in filing.tables for row in table.rows if row.is_filled]
    named = {row.region for row in rows if row.match and row.match.official}
    others = any(row.match and not row.match.official and row.match.below is None for row in rows)
    return others or len(named) > 1 or len(unit.regions) == 1
