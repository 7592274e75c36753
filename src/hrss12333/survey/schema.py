"""The parts of a survey: columns, row models, forms, notice, edition. The forms are in the editions.

A row model declares its fields, each with its column. It may be a subclass of last year's: a field declared
again, with another heading, is renamed; a `dropped` one is no longer asked; a new one goes ``after`` another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache, cached_property, partial
from itertools import groupby
from typing import Annotated, Any, Literal, TypeVar, cast, get_args

from msgspec import Struct, field
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field

from hrss12333.survey import line_of, other_answers
from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.regions import Unit

Scalar = int | bool | str | None
"""The value of a field; None for a missing value, never for a zero."""
YES, NO = "是", "否"
"""Answers as they are written."""


def answer_word(answer: bool) -> str:
    """是 or 否."""
    return YES if answer else NO


class Kind(StrEnum):
    """Kinds of columns."""

    SERIAL = "序号"
    REGION = "地区"
    COUNT = "非负整数"
    YESNO = "是或否"
    CHOICE = "选项"
    TEXT = "文字"


DATA_KINDS = (Kind.COUNT, Kind.YESNO, Kind.CHOICE)
"""Kinds that every row must answer: not serial, region or remarks."""


class Column(Struct, frozen=True):
    """One column of a form, derived from a field of its row model."""

    key: str
    """Field key, the name in JSON."""
    heading: str
    """Heading as the form prints it; may hold a line break."""
    kind: Kind
    group: str = ""
    """Heading of the group above; empty if the heading spans both rows."""
    measure: str = ""
    """The measure of a count: 次, 人, 个, 条, 人次."""
    note: str = ""
    """The 填表说明 on this column."""
    choices: tuple[str, ...] = ()
    """The answers allowed, in the form's order."""
    sample: Scalar = None
    """The value printed in the 样例 row."""
    aliases: tuple[str, ...] = ()
    """Other headings seen in practice."""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    """Other words for a choice, in lower case → the choice."""
    required: bool = True
    """Whether a filled row must answer it."""

    def __hash__(self) -> int:
        return hash((self.key, self.heading))

    @property
    def label(self) -> str:
        """Heading on one line, for messages."""
        return self.heading.replace("\n", "")


class RuleText(Struct, frozen=True):
    """The catalogue's entry on a rule; Chinese."""

    title: str
    """The fault, in a few words."""
    why: str
    """The demand, and the reason for it."""
    clause: str
    """The clause of the notice, without the notice's number."""
    wrong: str
    """A wrong example."""
    right: str
    """The same example, corrected."""


Number = TypeVar("Number", int, float)


class Balance(Struct, frozen=True):
    """A relation in a row, for rules and self-check: ``total`` is the sum of ``parts``, or at least that."""

    total: str
    parts: tuple[str, ...]
    text: RuleText | None = None
    """The catalogue's entry on the rule that checks it."""
    broken: Literal["<>", "<"] = "<>"
    """The sign between total and sum that breaks it, as a formula writes it."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The total, then its parts."""
        return (self.total, *self.parts)

    def gap(self, figures: Sequence[Number | None]) -> Number | None:
        """By how much figures of these fields break it, 0 if they keep it; None if one is missing."""
        if None in figures:
            return None
        total, *parts = cast("Sequence[Number]", figures)
        gap = total - sum(parts)
        return gap if gap < 0 or self.broken == "<>" else gap - gap


class FormRow(BaseModel):
    """A row of a form as read; any field may be None, as missing stays missing."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Form(Struct, frozen=True, eq=False, dict=True):
    """One form of the survey: its row model, and what the sheet prints around the rows."""

    key: str
    """附表1, 附表2: name in messages and of the sheet."""
    title: str
    """Title line of the sheet."""
    row_model: type[FormRow]
    instructions: tuple[str, ...]
    """填表说明, a line each; ``{year}`` stands for the year reported."""
    balances: tuple[Balance, ...] = ()
    bounds: tuple[Balance, ...] = ()
    """Relations of a whole and its part that hold by definition."""
    usual_bounds: tuple[Balance, ...] = ()
    """Relations of a whole and its part that hold unless 备注 explains why not."""

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the form's order."""
        return tuple(_columns_of_model(self.row_model))

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """Field key → column."""
        return {item.key: item for item in self.columns}

    @cache  # noqa: B019  a form lives as long as the program, and is asked for each row
    def of_kind(self, *kinds: Kind) -> tuple[Column, ...]:
        """The columns of these kinds, in the form's order."""
        return tuple(item for item in self.columns if item.kind in kinds)

    @cached_property
    def region(self) -> Column:
        """The column that names the row."""
        return self.of_kind(Kind.REGION)[0]

    @cached_property
    def data(self) -> tuple[Column, ...]:
        """The columns of `DATA_KINDS`."""
        return self.of_kind(*DATA_KINDS)

    @cached_property
    def groups(self) -> tuple[tuple[str, tuple[Column, ...]], ...]:
        """Group heading → neighbouring columns under it; "" → a column without a group."""
        runs = (tuple(run) for _, run in groupby(self.columns, key=lambda item: item.group or item.key))
        return tuple((run[0].group, run) for run in runs)

    def has(self, *keys: str) -> bool:
        """Whether the form has all of these columns."""
        return self.by_key.keys() >= {*keys}


def _columns_of_model(row_model: type[FormRow]) -> list[Column]:
    found: list[Column] = []
    for key, declared in row_model.model_fields.items():
        extra = declared.json_schema_extra
        if not isinstance(extra, dict):
            raise TypeError(f"{key}: declare the fields of a form with column()")
        about: dict[str, Any] = dict(extra)
        if about.pop("dropped", False):
            continue
        after = about.pop("after")
        words = [word for part in get_args(declared.annotation) for word in get_args(part)]  # of a Literal, or None
        choices = tuple(words) if about["kind"] is Kind.CHOICE else ()
        place = [item.key for item in found].index(after) + 1 if after else len(found)
        aliases, synonyms = line_of("column_words.tsv", key), other_answers(key)
        found.insert(place, Column(key, choices=choices, aliases=aliases, synonyms=synonyms, **about))
    return found


LARGEST_EXACT = 10**15
"""A number beyond any real count; below it, a cell holds whole numbers exactly."""
Count = Annotated[int, Field(ge=0)] | None
"""Type of a field of `Kind.COUNT`."""
YesNo = bool | None
"""Type of a field of `Kind.YESNO`."""
FreeText = str | None
"""Type of a field of `Kind.TEXT` or `Kind.REGION`."""


def column(heading: str, kind: Kind, *, after: str = "", **about: Any) -> Any:
    """A field of a row model, with the attributes of its `Column`; ``after``: the key before it."""
    return Field(default=None, json_schema_extra={"heading": heading, "kind": kind, "after": after, **about})


def dropped() -> Any:
    """Marks a field of last year's row model that this year's form drops: ``seats: None = dropped()``."""
    return Field(default=None, exclude=True, json_schema_extra={"dropped": True})


serial = partial(column, "序号", Kind.SERIAL, sample=1, required=False)
"""序号: printed by the form, not part of the data."""
region = partial(column, "地区\n（市、州）", Kind.REGION, note="请填写地区（市、州）规范名称。", sample="样例")
"""地区: the city, prefecture or league that the row is about."""
remarks = partial(column, "备注", Kind.TEXT, note="数据有特殊情况的，请在此说明。", sample="无", required=False)
"""备注: where a deviation is explained."""
count = partial(column, kind=Kind.COUNT)
"""A whole number of 0 or more."""
yesno = partial(column, kind=Kind.YESNO)
"""是 or 否."""
choice = partial(column, kind=Kind.CHOICE)
"""One of the answers that the field's Literal type lists."""


# What every form prints around its rows


class HeaderField(Struct, frozen=True):
    """A blank of the line above the table."""

    key: str
    """Header key, the name in JSON."""
    label: str
    """What the form prints before the blank."""
    required: bool = True
    """Whether a filing is incomplete without it."""
    name: str = ""
    """The blank's name in a sentence, if not the label."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other labels seen in practice."""
        return line_of("column_words.tsv", self.key)

    @property
    def called(self) -> str:
        """Its name in messages: 报送单位, 联系人."""
        return self.name or self.label


HEADER = (
    HeaderField("unit", "省（自治区、直辖市）", name="报送单位"),
    HeaderField("name", "联系人"),
    HeaderField("mobile", "手机号"),
    HeaderField("email", "邮箱", required=False),
)
"""The blanks in the form's order."""
SEAL = "（盖章）"
"""The place of the unit's seal, before the first blank."""
SAMPLE = "样例"
"""Names the row that shows how to fill in the form."""
TOTAL = "合计"
"""Names the row of sums."""
INSTRUCTIONS = "填表说明："
"""Heads the explanations below the table."""
LAST_YEAR_HEADING = "上年数据（仅供参照，不填）"
"""Heads the block of last year's figures, which makes the sheet's columns differ from the form's."""
TO_FILL = "浅黄色格为填写处"
"""Begins the advice above the title of a blank form."""
CHANGES = "修改记录（原文件："
"""Heads the sheet that lists the changes in a clean form and is no form."""
SELF_CHECK = "自检\n（自动，不打印）"
"""Heads the live self-check, right of the form."""
PASSED, WRONG, ASKED = "√ 通过", "× ", "！"
"""Begin a cell of the self-check: nothing open, something wrong, something missing or asked."""
COMPLETE = "必填项已填全，自检通过。"
"""Printed above the title of a form that lacks nothing."""
NOT_PASSED = "自检未通过"
"""Printed above the title of a form that must not be sent as it is."""
DRAFT = "未定稿"
"""Printed above the title of a unit's own filing while an error is open or a city has not reported."""
CONTINUED = "续表"
"""Heads the part of a table after a page break."""


# The edition

MINISTRY = "人力资源社会保障部信息中心"
"""Who asks for the filings, publishes them and signs the letters to the units."""


class Ministry(Struct, frozen=True):
    """The ministry as units write to it and call it (the notice's last lines)."""

    people: tuple[str, ...]
    telephones: tuple[str, ...]
    email: str


class Notice(Struct, frozen=True):
    """A year's notice; what is None is left out of every message and letter."""

    number: str | None = None
    """文号, as cited."""
    title: str | None = None
    paragraphs: tuple[str, ...] = ()
    """Its text without its forms; a filing that quotes it says nothing new."""
    deadline: date | None = None
    """Last day for the electronic and the stamped copy (通知第二部分第（二）条)."""
    conference: str | None = None
    """The meeting for which the 参阅文件 is made (通知第二部分第（一）条)."""
    ministry: Ministry | None = None


class Edition(Struct, frozen=True, eq=False):
    """One year's survey: its forms, the units that report, and the notice that asks for them."""

    year: int
    """The year reported on."""
    forms: tuple[Form, ...]
    """附表1, 附表2, …, in the notice's order."""
    gazetteer: Gazetteer
    """The units that report, and how their names are matched."""
    report_words: int
    """The most characters of a 工作总结 (通知第一部分第（一）条)."""
    notice: Notice = Notice()

    @property
    def units(self) -> tuple[Unit, ...]:
        """The reporting units in the official order."""
        return self.gazetteer.units

    @property
    def period(self) -> str:
        """The period that the figures cover (附表1填表说明第2条)."""
        return f"{self.year}年1月1日至{self.year}年12月31日"

    def form(self, key: str) -> Form:
        """The form with this key; KeyError if there is none."""
        return {form.key: form for form in self.forms}[key]

    @cache  # noqa: B019  an edition lives as long as the program, and is asked for with every table
    def of_year(self, year: int) -> Edition:
        """An edition of these forms for another year, without a notice."""
        return self if year == self.year else replace(self, year=year, notice=Notice())

    def with_notice(self, *, number: str | None, deadline: date | None) -> Edition:
        """A copy of the edition with this 文号 and this deadline, if given."""
        known = self.notice
        return replace(self, notice=replace(known, number=number or known.number, deadline=deadline or known.deadline))
