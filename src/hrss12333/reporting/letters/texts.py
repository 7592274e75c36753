"""From what is open at one who reported to the paragraphs of a letter. Its sentences are the files in `templates`, which
a person at the ministry can change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from hrss12333.model.errors import JobStop
from hrss12333.model.filing import Filing, Unreadable
from hrss12333.model.finding import Severity
from hrss12333.patterns import lazy
from hrss12333.reporting.letters.letter import Letter, ParagraphRole, Person, Recipient, Sender
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.alike import forms_together, once
from hrss12333.wording.finding_lines import finding_lines
from hrss12333.wording.places import FileNames, by_sheet
from hrss12333.wording.text import clean

if TYPE_CHECKING:
    from jinja2 import Environment

    from hrss12333.checking.engine import Checked

FORMS, REPORT = "调查表（附电子版）", "工作总结（{words}字以内）"
"""What a unit may owe beside what it sent."""
_LINE = lazy(rf"【({'|'.join(ParagraphRole)})】(.*)")


def write_letter(
    recipient: Recipient, sender: Sender, person: Person, names: FileNames, copies: Sequence[str] = ()
) -> Letter:
    """The letter to a recipient.

    Args:
        recipient: To whom; the findings in the files are those still open.
        sender: Who writes.
        person: Whom to write to where the files name nobody.
        names: What the files are called.
        copies: Names of the marked copies that go with it.
    """
    notice, files = sender.edition.notice, recipient.files
    current = [file for file in files if not file.superseded_by]
    sections = list(_sections(recipient, names, sender.edition))
    office = sender.office(recipient.name)
    people = tuple(_people(current)) or ((person,) if person else ())
    mailed = (file.document.sender for file in current if not isinstance(file.document, Unreadable))
    senders = list(dict.fromkeys(clean(one) for one in mailed if one))
    words = {
        "year": sender.edition.year,
        "office": office or (clean(recipient.name) if recipient.known else ""),
        "you": f"你{office[-1]}" if office else "你单位",
        "unit": sender.unit,
        "errors": recipient.errors,
        "queries": len(recipient.findings) - recipient.errors,
        "points": max(
            (line["number"] for one in sections for group in one["groups"] for line in group["lines"]), default=0
        ),
        "sections": sections,
        "owed": recipient.owed,
        "owed_short": recipient.owed.partition("（")[0],
        "notice": notice,
        "deadline": _date_in_words(sender.edition.deadline),
        "reply_by": _date_in_words(sender.reply_by),
        "copies": copies,
        "sender": sender.name,
        "we": f"我{sender.name[-1]}",
        "today": _date_in_words(sender.today),
        "ministry": None if sender.unit else notice.ministry,
        "people": [*(f"收件：{one}" for one in senders), *(one.line for one in people)],
    }
    given = [clean(mailbox) for one in people if (mailbox := one.contact.get("email"))]
    to = tuple(dict.fromkeys(given)) or tuple(senders)
    return Letter(recipient, sender.today, people, to, tuple(_rendered(f"{recipient.kind.name.lower()}.txt", words)))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("hrss12333.reporting.letters", "templates"),
        autoescape=False,  # noqa: S701  plain text
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


def _rendered(template: str, words: Mapping[str, Any]) -> Iterator[tuple[ParagraphRole, str]]:
    """The paragraphs that a template makes of these words."""
    from jinja2 import TemplateError

    try:
        lines = _environment().get_template(template).render(words).splitlines()
    except TemplateError as error:
        raise JobStop(f"信函的模板“{template}”写得不对：{error}。") from error
    for line in filter(str.strip, lines):
        found = _LINE.match(line.strip())
        if not found:
            raise JobStop(f"信函的模板“{template}”写得不对：这一行开头没有【正文】这样的样式：{line.strip()}")
        yield ParagraphRole(found[1]), found[2]


def _sections(recipient: Recipient, names: FileNames, edition: Edition) -> Iterator[dict[str, Any]]:
    """The numbered points by file and sheet, what must be corrected before what is to be confirmed; number 0 is for what
    continues the point above."""
    number = 0
    listed = forms_together(once(map(names.of, recipient.findings)))
    for severity in (Severity.ERROR, Severity.QUERY):
        groups = []
        for file in dict.fromkeys(file.file for file in recipient.files):
            mine = [finding for finding in listed if finding.file == file and finding.severity is severity]
            for sheet, together in by_sheet(mine):
                lines = []
                for line in finding_lines(together, edition):
                    number += bool(line.rule)
                    given = {"words": line.words.strip(), "rule": line.rule}
                    lines.append({"number": number if line.rule else 0, **given})
                groups.append({"file": names(file) if file else "", "sheet": clean(sheet or ""), "lines": lines})
        if groups:
            yield {"errors": severity is Severity.ERROR, "groups": groups}


def _people(files: Sequence[Checked]) -> Iterator[Person]:
    """Whom the forms name, each once."""
    named = [Person(file.document.contact) for file in files if isinstance(file.document, Filing)]
    yield from {person.line: person for person in named if person}.values()


def _date_in_words(day: date | None) -> str:
    """2020年1月17日; empty where it is not known."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
