"""An edition: one year's notice, its forms, and the units that it asks."""

from __future__ import annotations

from datetime import date
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form

MINISTRY = "人力资源社会保障部信息中心"
"""Who asks for the filings, publishes them and signs the letters to the units."""


class Ministry(Struct, frozen=True):
    """Whom the units write to and call (the notice's last lines)."""

    people: tuple[str, ...]
    telephones: tuple[str, ...]
    email: str


class Notice(Struct, frozen=True):
    """A year's notice, as far as it is known; what is None is left out of every message and letter."""

    number: str | None = None
    """文号, as cited."""
    title: str | None = None
    paragraphs: tuple[str, ...] = ()
    """Its text, its forms apart; where a filing quotes it, it is no sender's."""
    deadline: date | None = None
    """Last day for the electronic and the stamped copy (通知第二部分第（二）条)."""
    conference: str | None = None
    """The meeting that the 参阅文件 is made for (通知第二部分第（一）条)."""
    ministry: Ministry | None = None


class Edition(Struct, frozen=True, eq=False):
    """One year's survey: the forms asked, the units that report, and the notice that asks for them."""

    year: int
    """The year reported on."""
    forms: tuple[Form, ...]
    """附表1, 附表2, …, in the notice's order."""
    gazetteer: Gazetteer
    """The units that report, and how their names are read."""
    report_words: int
    """The most characters that a 工作总结 may have (通知第一部分第（一）条)."""
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
        """The form of this name; KeyError where there is none."""
        return {form.key: form for form in self.forms}[key]

    @cache  # noqa: B019  an edition lives as long as the program, and is asked for with every table
    def of_year(self, year: int) -> Edition:
        """An edition of these forms for another year, whose notice is not known."""
        return self if year == self.year else replace(self, year=year, notice=Notice())

    def with_notice(self, *, number: str | None, deadline: date | None) -> Edition:
        """A copy of the edition that cites this 文号 and this deadline where they are given."""
        known = self.notice
        return replace(self, notice=replace(known, number=number or known.number, deadline=deadline or known.deadline))
