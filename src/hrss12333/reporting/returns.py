"""`merge --returns`: writes the letters, as mail drafts and in Word, and their list, 发送清单."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

from msgspec.structs import replace

from hrss12333.checking.engine import Checked
from hrss12333.inbox import Inbox
from hrss12333.merging.earlier_figures import StoredColumn, key_properties, open_national, sheet_texts
from hrss12333.model.check_code import GENERATOR, LETTER_KEYWORD, OUTPUT_CATEGORY
from hrss12333.model.errors import JobStop, in_words
from hrss12333.model.filing import Filing, Unreadable, WorkReport
from hrss12333.model.finding import StaffAnswer
from hrss12333.model.national import National, State
from hrss12333.model.summary_lines import SEND_LIST, missing_units, without_report
from hrss12333.patterns import clean, mailbox_in
from hrss12333.questions.earlier import answer_in
from hrss12333.questions.respondents import Respondent, Respondents
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.files.package import Package, with_properties
from hrss12333.reading.grid import Book
from hrss12333.reporting.letter import LetterKind, Recipient, Sender, as_draft, as_word, write_letter
from hrss12333.reporting.marked_copies import annotate_all
from hrss12333.survey.regions import Unit
from hrss12333.wording.values import unique_paths
from hrss12333.wording.verdicts import counted_text
from hrss12333.writing import check_folder, check_target, replacing
from hrss12333.writing.national.book import MEASURED_FONT, SheetColumn
from hrss12333.writing.national.table import write_list
from hrss12333.writing.workbook import new_workbook

OWED_FORMS, OWED_REPORT = "调查表（附电子版）", "工作总结（{words}字以内）"
"""What may be missing from a unit."""
_COLUMNS = tuple(
    SheetColumn(key, heading, wide, look, stays=stays, is_private=True)
    for key, heading, wide, look, stays in (
        ("", "序号", 4.5, "plain", True),
        ("@unit", "收件单位", 17.0, "text", True),
        ("", "函件", 9.0, "text", True),
        ("", "事项", 13.0, "text", True),
        ("", "已来信", 10.0, "text", False),
        ("@last_on", "上次发函", 11.5, "text", False),
        ("", "联系人", 8.5, "text", True),
        ("", "手机号", 13.5, "text", True),
        ("", "邮箱", 21.0, "text", True),
        ("", "邮件草稿", 17.0, "text", True),
        ("", "回复期限", 11.5, "text", False),
        ("", "是否逾期", 5.0, "centre", False),
        ("@sent_on", "发出日期", 11.5, "text", True),
        ("@handled", "办理情况", 10.0, "text", True),
    )
)
"""The columns and the keys by which a later run reads them; staff fill in the last two."""


def write_returns(
    folder: Path, respondents: Respondents, sender: Sender, source_of: Callable[[str], Source], *, force: bool
) -> tuple[list[Path], list[str]]:
    """Write marked copies, letters and 发送清单; returns their paths, and remarks on letters moved away.

    Raises `UsageStop` before anything is written if a target exists; `JobStop` if a folder or file cannot be
    written."""
    check_folder(folder)
    taken: set[str] = set()
    listed = unique_paths(folder, SEND_LIST, (".xlsx",), taken)[".xlsx"]
    sent = _letters_sent(listed) if force and listed.exists() else {}
    recipients = [replace(one, sent=sent.get(one.name, one.sent)) for one in recipients_of(respondents, sender)]
    targets = [unique_paths(folder, one.file_stem, (".eml", ".docx"), taken) for one in recipients]
    for target in [*(path for paths in targets for path in paths.values()), listed]:
        check_target(target, force=force, option="--returns")
    old = list(_outdated(folder)) if force else []
    files = list({(item.file, item.owner): item for one in recipients for item in one.files}.values())
    copies, _ = annotate_all(folder, respondents, source_of, files, option="--returns", force=force)
    written = [*copies.values()]
    for recipient, outputs in zip(recipients, targets, strict=True):
        own = _of_one(recipient.files, respondents.of)
        mine = [copy for item in own if (copy := copies.get((item.file, item.owner)))]
        letter = write_letter(recipient, sender, [path.name for path in mine])
        printed = as_word(letter)
        attached = {outputs[".docx"].name: printed, **{path.name: path.read_bytes() for path in mine}}
        contents = {".eml": as_draft(letter, attached), ".docx": printed}
        for ending, target in outputs.items():
            with replacing(target) as temporary:
                temporary.write_bytes(contents[ending])
        written += outputs.values()
    with replacing(listed) as temporary:
        drafts = [outputs[".eml"].name for outputs in targets]
        _write_send_list(temporary, zip(recipients, drafts, strict=True), sender)
        if any(answer.is_given for answer in sent.values()):  # nothing that staff wrote is overwritten
            old.append(listed)
        kept = {*written, *_inputs(respondents.inbox)}
        remarks = _moved_away(folder, [path for path in old if path not in kept and path.resolve() not in kept])
    return [*written, listed], remarks


def recipients_of(respondents: Respondents, sender: Sender) -> list[Recipient]:
    """The respondents to write to, those with open questions first; a unit does not write to itself."""
    national = respondents.inbox.national
    owed = dict[str, str]()
    if respondents.of is None:  # no city owes a 工作总结
        owed = {unit.name: OWED_REPORT.format(words=national.edition.report_words) for unit in without_report(national)}
        owed |= {unit.name: OWED_FORMS for unit in missing_units(national)}
    found = [
        _recipient(each, respondents, sender, owed.get(each.name, ""))
        for each in respondents.listed
        if not respondents.is_whole(each)
        if each.open_questions or (each.state is not State.DECLINED and (not each.files or each.name in owed))
    ]
    return sorted(found, key=lambda one: one.kind is LetterKind.REMINDER)


def _recipient(each: Respondent, respondents: Respondents, sender: Sender, owed: str) -> Recipient:
    """The respondent as a recipient; ``owed``: what it has not sent."""
    inbox, asked = respondents.inbox, each.open_questions
    grounds = [(one.ground.file, one.ground.unit) for one in asked]
    files = tuple(i for i in inbox.files if any(f == i.file and unit in (None, i.owner) for f, unit in grounds))
    came = [item for item in inbox.files if item.file in each.files]
    if owed == OWED_FORMS and came:
        # A file that was not read is most likely the missing form; a Word file may be the 工作总结.
        unread = [item for item in files if isinstance(item.document, Unreadable)]
        has_report = any(isinstance(item.document, WorkReport) for item in came)
        has_report = has_report or any(item.file.lower().endswith((".doc", ".docx")) for item in unread)
        report = "" if has_report else OWED_REPORT.format(words=inbox.edition.report_words)
        owed = "和".join(filter(None, (report, "" if unread else OWED_FORMS)))
    kind = LetterKind.RETURN if any(question.is_error for question in asked) else LetterKind.QUERY
    filings = ([i for i in some if isinstance(i.document, Filing) and not i.superseded_by] for some in (files, came))
    contacts = next((of_one for some in filings if (of_one := _of_one(some, respondents.of))), files)
    people, is_of_last_year = _people(each.name, contacts, inbox.national, sender)
    boxes = [box for contact in people if (box := mailbox_in(contact.get("email") or ""))]
    last = _last_sender(each, inbox)
    return Recipient(
        kind if asked else LetterKind.REMINDER,
        each,
        files,
        owed if each.files else "",
        people,
        is_of_last_year,
        tuple(dict.fromkeys((last or boxes) if is_of_last_year else (boxes or last))),
    )


def _people(
    name: str, files: Iterable[Checked], national: National, sender: Sender
) -> tuple[tuple[Mapping[str, str | None], ...], bool]:
    """The contacts in these files, else in the unit's others, else last year's; and whether the latter."""
    filings = [item.document for item in files if isinstance(item.document, Filing) and not item.superseded_by]
    if named := {tuple(filing.contact.values()): filing.contact for filing in filings if any(filing.contact.values())}:
        return tuple(named.values()), False
    for contact in (one for status in national.units if status.unit.name == name for one in status.contacts):
        if contact.name or contact.mobile or contact.email:
            return ({"name": contact.name, "mobile": contact.mobile, "email": contact.email},), False
    last_year = sender.contacts_of_last_year.get(name, {})
    return ((last_year,) if any(last_year.values()) else ()), True


def _last_sender(respondent: Respondent, inbox: Inbox) -> list[str]:
    """The address of a respondent's last mail, with or without files, if any."""
    documents = [item.document for item in inbox.files if item.file in respondent.files]
    sent = [(item.received, mailbox_in(item.sender)) for item in (*documents, *inbox.letters_of(respondent.name))]
    dated = sorted((received.timestamp() if received else 0, box) for received, box in sent if box)
    return [box for _, box in dated][-1:]


def _inputs(inbox: Inbox) -> set[Path]:
    """The files that this run read, with the archives and folders that held them."""
    files = [*(item.file for item in inbox.files), *(letter.file for letter in inbox.national.letters)]
    read = [Path(os.path.realpath(file)) for file in files]
    return {path for file in read for path in (file, *file.parents)}


def _of_one(files: Iterable[Checked], unit: Unit | None) -> list[Checked]:
    """The files with rows of one city at most: a copy of another would show a city another city's figures."""
    cities = {region.name for region in unit.regions} if unit else set()
    sent = [(item, item.document.regions if isinstance(item.document, Filing) else ()) for item in files]
    return [item for item, regions in sent if len(cities.intersection(regions)) < 2]


def _letters_sent(listed: Path) -> dict[str, StaffAnswer]:
    """Name of a recipient → what staff wrote about its letter in an earlier 发送清单."""
    found = {}
    for line in sheet_texts(open_national(listed, "上次的发送清单"), SEND_LIST):
        now, before = answer_in(line, "@handled", "", "@sent_on"), answer_in(line, "@handled", "", "@last_on")
        found[str(line.get("@unit"))] = now if now.when or now.day else before
    return found


def _outdated(folder: Path) -> Iterator[Path]:
    """The letters in a folder that this tool wrote, recognised by their marks."""
    files = [path for path in sorted(folder.iterdir()) if path.suffix in (".eml", ".docx") and path.is_file()]
    for path in files:
        with suppress(Exception):  # a file that cannot be read is no letter of ours
            data = path.read_bytes()
            mail = message_from_bytes(data if path.suffix == ".eml" else b"")
            if (mail["X-Unsent"], mail["X-Mailer"]) == ("1", GENERATOR) or (
                path.suffix == ".docx" and with_properties(Book(), Package(data)).keywords == LETTER_KEYWORD
            ):
                yield path


def _moved_away(folder: Path, files: Sequence[Path]) -> list[str]:
    """Move these files into the folder 以前的信函 without replacing any; returns a remark on that."""
    listed = list(dict.fromkeys(files))
    if not listed:
        return []
    place = folder / "以前的信函"
    check_folder(place)
    try:
        taken = {path.stem.lower() for path in place.iterdir()}
        for stem in dict.fromkeys(path.stem for path in listed):
            mine = {path.suffix: path for path in listed if path.stem == stem}
            for suffix, target in unique_paths(place, stem, mine, taken).items():
                mine[suffix].rename(target)
    except OSError as error:
        raise JobStop(f"无法把以前的信函移入“{place}”：{in_words(error)}。") from error
    names = "、".join(path.name for path in listed)
    return [f"以前的函件、清单{len(listed)}个移入了“{place}”：{names}。"]


def _write_send_list(path: Path, recipients: Iterable[tuple[Recipient, str]], sender: Sender) -> None:
    """Write 发送清单; each recipient comes with the name of its mail draft."""
    edition = sender.edition
    lines = list[Sequence[str]]()
    for to, draft in recipients:
        names, mobiles = (
            "\n".join(clean(contact.get(key) or "") for contact in to.people) for key in ("name", "mobile")
        )
        last_year = "（上年）" if to.is_of_last_year and to.people else ""
        day = sender.reply_by.isoformat() if sender.reply_by else ""
        whom = to.name if to.respondent.is_known else "（认不出单位）"
        last = to.sent.when.isoformat() if to.sent.when else to.sent.day
        owed = f"补报{to.owed_short}" if to.owed else ""
        matter = "；".join(filter(None, (counted_text(to.respondent.questions), owed))) or "没报"
        cells = (whom, to.kind.value, matter, to.respondent.wrote, last, names + last_year, mobiles)
        lines.append((*cells, "\n".join(to.to), draft, day, to.respondent.late, "", to.sent.text))
    title = f"{edition.year}年度12333电话服务情况{SEND_LIST}"
    properties = {"title": title, "category": OUTPUT_CATEGORY}
    with new_workbook(path, edition.year, properties, MEASURED_FONT) as workbook:
        keys = [StoredColumn(at, column.key or "@", column.heading) for at, column in enumerate(_COLUMNS, 1)]
        for key, value in key_properties(edition.year, "", {SEND_LIST: keys}):
            workbook.set_custom_property(key, value, "text")
        write_list(workbook, edition.year, SEND_LIST, title, _COLUMNS, lines)
