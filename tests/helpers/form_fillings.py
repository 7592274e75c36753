"""Official forms filled in as people do, well and badly, and what their self-check cannot see.

Values are put into the shipped form by openpyxl, past every input rule, as pasting does; LibreOffice works out the
sheet's own verdict, all forms in one start.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from cases import words
from factory import clean_rows, stored, unit_named
from hrss12333.checking.engine import check
from hrss12333.model.filing import Filing, Found
from hrss12333.survey.editions.y2019 import SERVICE
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import COMPLETE, NOT_PASSED, PASSED, Edition, Form, Kind, Scalar, answer_word
from hrss12333.writing.official import blank_sheets, write_official
from hrss12333.writing.official.layout import KEY_ROW, FormContent, Layout
from merge_runs import read_as

CONTACT = {"unit": "广东省", "name": "张三", "mobile": "13800000001", "email": "zhangsan@example.org"}


def service_row(region: str | None = "广州市", **changed: Found) -> dict[str, Found]:
    """A correct row of the first form, changed where a test needs a fault."""
    calls = {"calls_total": 2500, "calls_agent": 1000, "calls_ivr": 1000, "calls_abandoned": 500}
    staff = {"staff_total": 10, "agents": 8, "seats": 8, "training_attendances": 0}
    answers = {"voicemail": True, "complaints": False, "remarks": None}
    return (
        {column.key: column.sample for column in SERVICE.data} | calls | staff | answers | {"region": region, **changed}
    )


FormRows = Mapping[str, Sequence[Mapping[str, Scalar]]]
"""Form key → rows, each by field key."""
SAYS_NOTHING = words("""
    无 | - | 没有 | 同上 | 正常 | 情况属实 | 数据已核实无误。 | 经核实，数据准确。 | （无） | ok | 123 | 无。 | 已核对 | 暂无说明
""")
EXPLAINS = ("系统升级期间未分类统计", "停机3天", "含转接来电", "兼职", "部分数据丢失，无法补录")
BAD_COUNTS: tuple[Any, ...] = (
    *(2500.5, 0.1, -3, -0.5, 10**13, "2500", "2,500次", "约2万", "2.5万", "-", "无", " ", "\u3000", "１２３", True),
    *("=1/0", "=NA()", "#REF!", "", "12 0", "3人"),
)
BAD_ANSWERS: tuple[Any, ...] = (
    *words(r"√ | 是\s | 有 | 不是 | 部分 | 是/否 | \s"),
    *(1, 0, True),
    *words("否。 | * | ? | Yes | =NA()"),
)
BAD_CHOICES: tuple[Any, ...] = ("政务外网", "专网", "互联网、业务专网", "互联网 ", "无", " ", "内网", "*", 3)
BAD_MOBILES: tuple[Any, ...] = (
    *("13800000", "138000000011", "23800000001", "12800000001", "010-84209211", "1380000000a", "138 0000 0001", " "),
    *("13800000001、13900000002", "13800000001/1390000", 13800000001, 1380000000, 1.38e10, "无", "13800000001、", ""),
)
BAD_NAMES: tuple[Any, ...] = (" ", "无", "-", "\u3000", None, "x")
BAD_EMAILS = words("abc | a@b | a@b.c | a b@c.com | a@@b.com | @b.com | a@.com | a@b..com | 无 | a.com")
BAD_UNITS: tuple[Any, ...] = ("光东省", "广西", "人社厅", " ", None, "全国", "*", "省", 5)
BAD_REGIONS: tuple[Any, ...] = (
    *("广卅市", "某某市", " ", "\u3000", None, "样例", "合计", "小计", "全省", "省本级", "银川", "银川市 ", "*", 7),
    *("第一行", "=NA()", "长" * 60, "昆山市", ">5"),
)


OTHER_FORM, WHOLE_UNIT, COMPARED = "要看另一张表", "要看本单位全部地区", "要与别的地区、上年比较"
UNSEEN = {
    **dict.fromkeys(("R207", "H108"), OTHER_FORM),
    **dict.fromkeys(("P503", "P506", "P508"), WHOLE_UNIT),
    **dict.fromkeys(("P502", "P507"), COMPARED),
    "P505": "要与上年比较，只在表旁有上年数据时看得出来",
    "R209": "要与本单位其他各行相加比较",
    "P501": "经验界限，由审核人员掌握",
    "R206": "样例数字抄进来的极少，由审核人员掌握",
    "R210": "备注里的话是否说明整行作废、测试或不是全年的，表内看不出来",
}
"""Rules to which every form is blind: what its self-check leaves to ``check``, each with the reason. Where it sees a case of one, it
says so all the same."""
UNSEEN_BY_ANYONES = dict.fromkeys(("R202", "R203", "R204"), "不知道是哪个单位填")
"""To which the form that suits every unit is blind besides; of R203, two ways to write one region."""
UNSEEN_BY_A_CITYS = {"R204": "只看自己这一个地区"}
"""To which a city's own form is blind besides."""
ADDED = ("全省", "全市", "小计", "川南小计", "合计", "样例", "省本级", "其中：城区", "某某新区")


def fill_in(
    path: Path, edition: Edition, sheets: Sequence[FormContent], header: Mapping[str, str], rows: FormRows
) -> openpyxl.Workbook:
    """The official form of these sheets, with a header, and rows by form, typed into its blanks and saved."""
    write_official(path, edition, sheets)
    book = openpyxl.load_workbook(path)
    for sheet in sheets:
        layout, page = Layout(sheet, edition.forms), book[sheet.form.key]
        for key, text in header.items():
            slot = layout.slot(key)
            page.cell(slot.row + 1, slot.left + 1).value = text
        for at, row in enumerate(rows[sheet.form.key]):
            for key, value in row.items():
                shown = answer_word(value) if isinstance(value, bool) else value
                page.cell(layout.first + at + 1, layout.columns[key] + 1).value = shown
    book.save(path)
    return book


@dataclass
class Filling:
    """One workbook, and what was done to it."""

    path: Path
    edition: Edition
    done: list[str]
    unseen: set[str]
    """Rules to which this form is blind."""


Change = tuple[int, int, Any, str]
"""Row and column, counted from 0, what is put there, and what it stands for."""


class Filler:
    def __init__(self, edition: Edition, unit: Unit, chance: random.Random, *, anyone: bool, city: str | None) -> None:
        self.edition, self.unit, self.chance = edition, unit, chance
        self.sheets = blank_sheets(edition, None if anyone else unit, [city] if city else None)
        self.regions = [city] if city else [region.name for region in unit.regions]
        self.unseen = {*UNSEEN, *(UNSEEN_BY_ANYONES if anyone else ()), *(UNSEEN_BY_A_CITYS if city else ())}

    def fill(self, path: Path, faults: int) -> Filling:
        """Write the workbook with so many faults in it."""
        header = {**CONTACT, "unit": self.unit.name}
        book = fill_in(
            path, self.edition, self.sheets, header, {form.key: self._rows(form) for form in self.edition.forms}
        )
        done = []
        for _ in range(faults):
            sheet = self.chance.choice(self.sheets)
            page, layout = book[sheet.form.key], Layout(sheet, self.edition.forms)
            row = layout.first + self.chance.randrange(len(self.regions))
            for at, column, value, what in self.chance.choice(self._faults())(sheet.form, layout, row):
                cell: Any = page.cell(at + 1, column + 1)
                cell.value = value
                if isinstance(value, str) and value.startswith("#"):
                    cell.data_type = "e"
                done.append(f"{page.title}!{cell.coordinate} {what}: {value!r}")
        book.save(path)
        return Filling(path, self.edition, done, self.unseen)

    def _rows(self, form: Form) -> list[dict[str, Scalar]]:
        """Clean rows of the regions, each column filled in."""
        known = {row["region"]: row for row in clean_rows(self.unit, form)}
        asked = [column for column in form.columns if column.kind is not Kind.SERIAL]
        usual = {column.key: None if column.kind is Kind.TEXT else column.sample for column in asked}
        return [{key: known[name].get(key, usual[key]) for key in usual} for name in self.regions]

    def _faults(self) -> list[Callable[[Form, Layout, int], Iterator[Change]]]:
        often = [*[self._bad_cell] * 4, *[self._bad_region] * 2, *[self._bad_header] * 2, *[self._unbalanced] * 2]
        return [*often, self._exceeded, self._emptied, self._overtyped_total, self._row_added]

    def _bad_cell(self, form: Form, layout: Layout, row: int) -> Iterator[Change]:
        column = self.chance.choice(form.data)
        values = {Kind.COUNT: BAD_COUNTS, Kind.YESNO: BAD_ANSWERS, Kind.CHOICE: BAD_CHOICES}[column.kind]
        yield row, layout.columns[column.key], self.chance.choice([None, *values]), column.label

    def _bad_region(self, form: Form, layout: Layout, row: int) -> Iterator[Change]:
        again = self.chance.choice(self.regions)
        short = self.chance.choice(self.regions).rstrip("市州县区")
        value = self.chance.choice([*BAD_REGIONS, again, again + " ", short])
        yield row, layout.columns[form.region.key], value, "地区"
        yield from self._remark(form, layout, row, 0.3)

    def _bad_header(self, form: Form, layout: Layout, row: int) -> Iterator[Change]:
        key = self.chance.choice(["unit", "name", "mobile", "mobile", "email"])
        values = {"unit": BAD_UNITS, "name": BAD_NAMES, "mobile": BAD_MOBILES, "email": BAD_EMAILS}[key]
        slot = layout.slot(key)
        yield slot.row, slot.left, self.chance.choice(values), key

    def _unbalanced(self, form: Form, layout: Layout, row: int) -> Iterator[Change]:
        for balance in form.balances:
            key = self.chance.choice(balance.fields)
            yield row, layout.columns[key], self.chance.randrange(10**6), key
        yield from self._remark(form, layout, row)

    def _exceeded(self, form: Form, layout: Layout, row: int) -> Iterator[Change]:
        for bound in (*form.bounds, *form.usual_bounds):
            if self.chance.random() < 0.6:
                yield row, layout.columns[bound.parts[0]], 99_999, bound.parts[0]
        yield from self._remark(form, layout, row, 0.6)

    def _emptied(self, form: Form, layout: Layout, row: int) -> Iterator[Change]:
        for column in form.columns:
            if column.kind is not Kind.SERIAL and self.chance.random() < 0.8:
                yield row, layout.columns[column.key], None, column.key

    def _row_added(self, form: Form, layout: Layout, row: int) -> Iterator[Change]:
        """One more row, filled in, below the regions."""
        if layout.last - layout.first < len(self.regions):
            return
        below = layout.first + len(self.regions)
        for column in form.columns:
            if column.kind not in (Kind.SERIAL, Kind.REGION):
                yield below, layout.columns[column.key], column.sample, column.key
        name = self.chance.choice([*ADDED, self.unit.name, self.unit.short, self.chance.choice(self.regions)[:-1]])
        yield below, layout.columns[form.region.key], name, "地区"

    def _overtyped_total(self, form: Form, layout: Layout, row: int) -> Iterator[Change]:
        column = self.chance.choice(form.of_kind(Kind.COUNT))
        yield layout.total, layout.columns[column.key], self.chance.choice([7, "全部", None]), "合计"

    def _remark(self, form: Form, layout: Layout, row: int, share: float = 1.0) -> Iterator[Change]:
        if share == 1.0 or self.chance.random() < share:
            yield row, layout.columns["remarks"], self.chance.choice([*SAYS_NOTHING, *EXPLAINS]), "备注"


def fillings(folder: Path, edition: Edition, number: int, seed: int) -> list[Filling]:
    """``number`` workbooks filled in at random, one in eight of them without a fault."""
    made = []
    for index in range(number):
        chance = random.Random(f"{seed}/{index}")
        unit = unit_named(chance.choice(["宁夏", "海南", "青海", "西藏", "北京"]))
        anyone = index % 5 == 0
        city = chance.choice(unit.regions).name if index % 5 == 1 else None
        filler = Filler(edition, unit, chance, anyone=anyone, city=city)
        faults = 0 if index % 8 == 0 else chance.choice([1, 1, 1, 2, 3])
        made.append(filler.fill(folder / f"{index:04}.xlsx", faults))
    return made


def differing(filling: Filling, recalculated: Path) -> list[str]:
    """The sheets that say 自检通过 of a form, or 通过 of a row, that ``check`` asks about, that do not print 未通过 where it
    finds an error, or that say anything of a form without a fault."""
    found = check(read_as(Filing, recalculated, filling.edition), filling.edition).findings
    book = stored(recalculated)
    wrong = []
    for form in filling.edition.forms:
        page, beside = book[form.key], len(form.columns)
        own = [f for f in found if (f.form or f.sheet or form.key) == form.key]
        listed = [f for f in own if f.is_open and f.rule not in filling.unseen]
        failed = page[KEY_ROW][beside - 1] == NOT_PASSED
        missed = [f for f in listed if f.row and f.cell and page[f.row - 1][beside] == PASSED]
        missed += [f for f in listed if (f.blocks and not failed) or page[0][0] == COMPLETE]
        if missed or not (filling.done or (page[0][0] == COMPLETE and not failed)):
            lines = [f"{f.rule} {f.cell} {f.message.text}" for f in missed]
            wrong.append(f"{recalculated.name} {form.key} {filling.done}: {lines}")
    return wrong
