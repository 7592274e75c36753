"""Letters in Word, in the look of the 参阅文件, and as mail drafts; the sentences are in `templates`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from enum import Enum
from hashlib import sha256
from itertools import count
from typing import Any

from docx.shared import Pt
from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec import Struct, field

from hrss12333.checking.engine import Checked
from hrss12333.checking.rules import is_of_whole_unit
from hrss12333.checking.rules.header import code_differs
from hrss12333.model.check_code import GENERATOR, LETTER_KEYWORD
from hrss12333.model.errors import JobStop
from hrss12333.model.finding import StaffAnswer
from hrss12333.model.national import Contact, State, beijing
from hrss12333.patterns import clean, grouped
from hrss12333.published import chinese_day
from hrss12333.questions import Question, numbers_of
from hrss12333.questions.respondents import Respondent
from hrss12333.survey.periods import written_day
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import MINISTRY, Edition, Ministry
from hrss12333.wording.question_lines import question_lines
from hrss12333.wording.values import by_sheet, file_name_for, question_for_respondent, safe_stem, stem_of
from hrss12333.writing.reference import CHARACTERS, LINE_PITCH, TEXT_TWIPS, new_document, saved, sign
from hrss12333.writing.workbook import width

_TYPES = {
    ".docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_CHARACTER = TEXT_TWIPS / 20 / CHARACTERS
"""Width in points of one of the 28 characters of a line."""
_LOOKS = ("标题", "主送", "正文", "小标题", "位置", "意见", "附件", "落款", "日期", "附注")
"""Kinds of paragraphs, in 【】 at the head of a template's line; Word's style is 函 and this name."""
_ENCLOSED = "附件："


class LetterKind(Enum):
    """The purpose of a letter, with which its file's name begins; the member's name is its template's."""

    RETURN = "退回修改意见"
    QUERY = "核实函"
    REMINDER = "催报函"


class Sender(Struct, frozen=True):
    """Who writes the letters: the ministry to the units, or a unit to its cities."""

    edition: Edition
    unit: Unit | None
    """The unit; None for the ministry."""
    today: date
    """The date of the letters."""
    reply_by: date | None = None
    """The day by which answers are due; None where the letters name none."""
    answered: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Name of a respondent → what it has answered since the earlier round, Chinese."""
    contacts_of_last_year: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Name of a unit → last year's contact."""
    contact: Contact | None = None
    """The unit's own contact; None if it named none."""

    @property
    def name(self) -> str:
        """The name that signs the letters."""
        return self.unit.office if self.unit else MINISTRY

    @property
    def desk(self) -> Ministry | None:
        """The people and numbers that letters give for questions; None if none are known."""
        if self.unit is None:
            return self.edition.notice.ministry
        own = self.contact
        return Ministry((own.name or "",), (own.mobile or "",), own.email or "") if own else None

    def you(self, name: str) -> str:
        """How a letter addresses its reader: 你厅, 你市, 你单位."""
        office = self.office(name)
        if self.unit and office:
            return "你地区" if name.endswith("地区") else f"你{name[-1]}"
        return f"你{office[-1]}" if office else "你单位"

    def office(self, of: str) -> str:
        """The office of a unit or city by its official name; empty for any other."""
        listed = self.unit.regions if self.unit else self.edition.units
        return next((one.office for one in listed if one.name == of), "")


class Recipient(Struct, frozen=True):
    """A respondent that gets a letter."""

    kind: LetterKind
    respondent: Respondent
    files: tuple[Checked, ...] = ()
    """The files that its open questions are about."""
    owed: str = ""
    """What a respondent that sent something still owes (工作总结 …); empty where it sent all or nothing."""
    people: tuple[Mapping[str, str | None], ...] = ()
    """Its contacts."""
    is_of_last_year: bool = False
    """Whether these are last year's, because this year's files name none."""
    to: tuple[str, ...] = ()
    """Mail addresses."""
    sent: StaffAnswer = StaffAnswer()
    """What staff wrote in an earlier 发送清单 about its last letter: the day it was sent, what was done."""

    @property
    def name(self) -> str:
        """The respondent's name."""
        return self.respondent.name

    @property
    def owed_short(self) -> str:
        """What is missing, without brackets: 工作总结和调查表."""
        return re.sub("（[^）]*）", "", self.owed)

    @property
    def file_stem(self) -> str:
        """Name of the letter's files, without extension."""
        return f"{self.kind.value}_{safe_stem(self.name if self.respondent.is_known else stem_of(self.name))}"


class Letter(Struct, frozen=True):
    """One letter before it is written in a format."""

    recipient: Recipient
    day: date
    paragraphs: tuple[tuple[str, str], ...]
    """Each with its kind (`_LOOKS`) and its text."""

    @property
    def title(self) -> str:
        """Its title: 关于……的函."""
        return next((text for look, text in self.paragraphs if look == "标题"), self.recipient.kind.value)


def write_letter(recipient: Recipient, sender: Sender, copies: Sequence[str]) -> Letter:
    """The letter to a recipient; ``copies``: names of the enclosed marked copies."""
    notice, respondent = sender.edition.notice, recipient.respondent
    asked = respondent.open_questions
    errors, queries = numbers_of(asked)
    came = respondent.letter if respondent.state is State.MISSING else None
    open_since = written_day(min((question.since for question in asked if question.since), default=""))
    words = {
        "year": sender.edition.year,
        "office": sender.office(recipient.name) or (clean(recipient.name) if respondent.is_known else ""),
        "you": sender.you(recipient.name),
        "sent_on": chinese_day(recipient.sent.when) if recipient.sent.when else clean(recipient.sent.day),
        "open_since": open_since and chinese_day(open_since),
        "what": recipient.owed or (came and "调查表电子版（.xlsx）" + ("" if sender.unit else "和工作总结")),
        "answered": sender.answered.get(recipient.name, ()),
        "stamped": any(finding.rule == code_differs.id for one in asked for finding in one.findings),
        "came": came,
        "came_on": came and came.received and chinese_day(beijing(came.received).date()),
        "unit": sender.unit,
        "errors": errors,
        "queries": queries,
        "sections": list(_sections(asked, sender)),
        "owed": recipient.owed,
        "owed_short": recipient.owed_short,
        "notice": notice,
        "deadline": notice.deadline and chinese_day(notice.deadline),
        "reply_by": sender.reply_by and chinese_day(sender.reply_by),
        "copies": copies,
        "sender": sender.name,
        "we": f"我{sender.name[-1]}" if sender.unit else "我中心",
        "today": chinese_day(sender.today),
        "desk": sender.desk,
    }
    return Letter(recipient, sender.today, tuple(_rendered(f"{recipient.kind.name.lower()}.txt", words)))


_TEMPLATES = Environment(
    loader=PackageLoader("hrss12333.reporting", "templates"),
    autoescape=False,  # noqa: S701  plain text
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)


def _rendered(template: str, words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The kinds and texts of the paragraphs that a template makes with these words."""
    for line in filter(str.strip, _TEMPLATES.get_template(template).render(words).splitlines()):
        look, _, text = line.strip().removeprefix("【").partition("】")
        if look not in _LOOKS:
            raise JobStop(f"信函的模板“{template}”写得不对：这一行开头没有【正文】这样的样式：{line.strip()}")
        yield look, text


def _sections(questions: Iterable[Question], sender: Sender) -> Iterator[dict[str, Any]]:
    """The numbered questions by file and sheet, requests for correction first."""
    numbers = count(1)
    listed = sender.unit.regions if sender.unit else sender.edition.units
    asked = [question_for_respondent(each, sender.edition, sender.unit) for each in questions]
    for is_error, section in sorted(grouped(asked, lambda each: each.is_error).items(), reverse=True):
        groups = [
            {
                "file": ""
                if is_of_whole_unit(together[0].ground) and not sheet
                else file_name_for(together[0].respondent, listed if together[0].ground.rule == "M702" else (), file),
                "sheet": clean(sheet or ""),
                "lines": [(next(numbers), line) for line in question_lines(together, sender.edition)],
            }
            for file, of_file in grouped(section, lambda each: each.ground.file).items()
            for sheet, together in by_sheet(of_file)
        ]
        yield {"errors": is_error, "groups": groups}


def as_draft(letter: Letter, attached: Mapping[str, bytes]) -> bytes:
    """A mail draft (X-Unsent) with these files attached; the same bytes each time."""
    mail = EmailMessage(policy=SMTP)
    mail["X-Unsent"] = "1"
    mail["X-Mailer"] = GENERATOR
    mail["Subject"] = letter.title
    if letter.recipient.to:
        mail["To"] = ", ".join(letter.recipient.to)
    left = _left_indents(letter)
    lines = []
    for at, (look, text) in enumerate(letter.paragraphs):
        if look == "落款" or text.startswith(_ENCLOSED):
            lines.append("")
        if look != "标题":
            lines.append("　" * round(left.get(at, 0 if look == "主送" else 2)) + text)
    mail.set_content("\n".join([*lines, ""]), cte="base64")
    for name, content in attached.items():
        main, sub = _TYPES[name[-5:].lower()]
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    mail.set_boundary(f"=_{sha256(letter.title.encode() + letter.recipient.name.encode()).hexdigest()[:24]}")
    return mail.as_bytes()


def as_word(letter: Letter) -> bytes:
    """A Word document to be printed and sealed, laid out like the 参阅文件; the same bytes each time."""
    document = new_document()
    left = _left_indents(letter)
    last = max((at for at, (look, _) in enumerate(letter.paragraphs) if look == "正文"), default=0)
    for at, (look, text) in enumerate(letter.paragraphs):
        layout = document.add_paragraph(text, style=f"函{look}").paragraph_format
        layout.keep_with_next = last <= at < len(letter.paragraphs) - 1 or None  # or a page holds the signature alone
        if at in left:
            layout.left_indent = Pt(left[at] * _CHARACTER)
        if look == "附件":
            is_first = text.startswith(_ENCLOSED)
            layout.left_indent = Pt((2 + len(_ENCLOSED)) * _CHARACTER)
            layout.first_line_indent = Pt(-len(_ENCLOSED) * _CHARACTER) if is_first else Pt(0)
            layout.space_before = Pt(LINE_PITCH / 20) if is_first else None
    sign(document, letter.title, letter.day, LETTER_KEYWORD)
    return saved(document)


def _left_indents(letter: Letter) -> dict[int, float]:
    """Number of a paragraph (name, day, further enclosures) → its indent in characters, by GB/T 9704."""
    indents: dict[int, float] = {}
    name = max((width(text) / 2 for look, text in letter.paragraphs if look == "落款"), default=0.0)
    for at, (look, text) in enumerate(letter.paragraphs):
        if look == "落款":
            indents[at] = max(CHARACTERS - 2 - name, 0.0)
        elif look == "日期":
            indents[at] = min(CHARACTERS - name, CHARACTERS - 2 - width(text) / 2)
        elif look == "附件" and not text.startswith(_ENCLOSED):
            indents[at] = 2 + len(_ENCLOSED)
    return indents
