"""Folders as they fill up: whole filings and single cities, corrections, copies, damaged and foreign files, archives, mails,
work tables, monthly reports, what this tool wrote itself."""

from __future__ import annotations

import os
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import openpyxl

from cli_runs import run
from damaged import archive, seven_zip
from factory import (
    BARE,
    CellValue,
    RowData,
    Style,
    clean_header,
    clean_rows,
    mail,
    plan_filing,
    save_dated,
    save_openpyxl,
    unit_named,
    write_filing,
)
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form

SMALL = [unit_named(name) for name in ("宁夏", "青海", "西藏", "海南", "天津", "新疆", "兵团")]
WORK_REPORT = Path(__file__).parents[2] / "examples" / "filings" / "吉林省12333工作总结.docx"
FAULTS: tuple[dict[str, CellValue], ...] = (
    {},
    {},
    {},
    {"calls_total6": 7},
    {"voicemail6": "部分"},
    {"calls_abandoned7": None},
    {"calls_agent6": "2,500次", "seats7": "约20"},
    {"calls_total7": 9, "remarks7": "系统故障，少计部分来电"},
    {"calls_total7": 9, "remarks7": "数据有误，待更正"},
    {"seats6": 999, "staff_total6": 1},
    {"B6": "不知道市"},
    {"B7": None},
    {"afar3": "其中企业来电 3521"},
    {"calls_total4": "来电总量（千次）"},
    {"calls_agent6": "#REF!"},
    {"remarks6": "作废"},
)
"""Cells of 附表1 as somebody filled them."""
CORRECTED = ("（更正）", "修改稿", "v2", "最终版", "（第二次报送）", "-改", "（以此为准）")
FORMER = ("（旧）", "初稿", "（修改前）", "草稿", "（作废）")
FORMS = tuple(form.key for form in EDITION.forms)
YEARS = ("2018年", "2018年度", "2020年", "2019年上半年", "2019年6月")
WORK_TABLE = ("地区", "人工", "自助", "放弃"), ("地区", "总人数", "咨询员", "坐席")
WORK_KEYS = {"人工": "calls_agent", "自助": "calls_ivr", "放弃": "calls_abandoned"}
WORK_KEYS |= {"总人数": "staff_total", "咨询员": "agents", "坐席": "seats"}
MAILED = ("附件请查收。", "附表1的数据是估算的，请以后面的为准。", "广州市来电总量应为3521。", "以此件为准，前次作废。")
MISSPELT = ("{}厅", "{}人社厅", "{}省自治区", "某省", "")
"""What stands for the unit in a header that does not name it rightly."""


def fill(folder: Path, seed: int) -> Path:
    """A folder of this number, the same each time."""
    Inbox(folder, random.Random(seed)).fill()
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))  # how long the writing took tells nothing
    return folder


def fill_with_cities(folder: Path, seed: int) -> Path:
    """A folder of this number with a file of each city of one unit."""
    Inbox(folder, random.Random(seed)).fill_cities()
    return folder


@cache
def _written_by_us(unit: str) -> tuple[bytes, bytes, bytes]:
    """A national workbook, the unit's own filing and its workbook, as an earlier run made them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filing = write_filing(folder / "a.xlsx", unit)
        run("merge", filing, "-o", folder / "全国.xlsx")
        run("merge", filing, "--unit", unit, "-o", folder / "报送.xlsx")
        national, own, workbook = ((folder / f"{made}.xlsx").read_bytes() for made in ("全国", "报送", "报送_汇总"))
        return national, own, workbook


class Inbox:
    """One folder on its way."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder, self._chance, self._number = folder, chance, 0

    def fill(self) -> None:
        """One to three units, a few files each."""
        whose = self._chance.sample(SMALL, self._chance.randint(1, 3))
        kinds: list[Callable[[Unit], object]] = [
            self._whole, self._whole, self._whole, self._city, self._city, self._correction, self._former, self._copy,
            self._damaged, self._scan, self._other_year, self._year_in_name, self._headless, self._report, self._zipped,
            self._bundle, self._mailed, self._mailed_several, self._one_form, self._two_files, self._junk,
            self._work_sheet, self._work_table, self._monthly, self._misspelt, self._unit_alone, self._with_unit_row,
            self._enclaves, self._ours, self._own_changed, self._strangers, self._two_cities,
        ]  # fmt: skip
        for unit in whose:
            for kind in self._chance.choices(kinds, k=self._chance.randint(1, 5)):
                kind(unit)
        if not any(path.suffix == ".xlsx" and path.name[0] != "~" for path in self._folder.rglob("*")):
            self._whole(whose[0])

    def fill_cities(self) -> None:
        """A file of most cities of one unit, each with several faults, some sent again; nobody's work report may be there."""
        unit = self._chance.choice([each for each in SMALL if len(each.regions) > 4])
        rows = {form.key: clean_rows(unit, form) for form in EDITION.forms}
        for at, region in enumerate(unit.regions[:9]):
            faults = self._chance.sample(FAULTS, self._chance.randint(1, 3))
            # Of each file the only row is the first.
            cells = {re.sub(r"7$", "6", key): value for fault in faults for key, value in fault.items()}
            mine = {key: [row for row in listed if row["region"] == region.name] for key, listed in rows.items()}
            for name in (f"{region.name}.xlsx", f"{region.name}（更正）.xlsx")[: self._chance.choice((0, 1, 1, 1, 2))]:
                self._write(name, unit, mine, cells=cells, style=BARE)
                cells = {}
            if at == 2 and self._chance.random() < 0.5:
                shutil.copy(WORK_REPORT, self._path("某市12333工作总结.docx"))
        if not any(path.suffix == ".xlsx" and path.name[0] != "~" for path in self._folder.rglob("*")):
            self._whole(unit)

    def _path(self, name: str) -> Path:
        self._number += 1
        folder = self._folder / self._chance.choice(("", "", "第一批", "第二批", "第二批/补报"))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        return path if not path.exists() else path.with_stem(f"{path.stem}({self._number})")

    def _saved(self) -> datetime:
        return datetime(2020, 1, 6, 9) + timedelta(hours=self._chance.randint(0, 5))

    def _write(
        self, name: str, unit: Unit, *given: Any, cells: Mapping[str, CellValue] | None = None, **about: Any
    ) -> Path:
        """A filing at some place of the folder, saved at some hour; ``cells`` are those of 附表1."""
        faults = {"附表1": cells} if cells and "附表1" in about.get("forms", FORMS) else {}
        return write_filing(self._path(name), unit, *given, cells=faults, saved=self._saved(), **about)

    def _whole(self, unit: Unit, name: str = "", style: Style = BARE) -> Path:
        return self._write(name or f"{unit.short}.xlsx", unit, cells=self._chance.choice(FAULTS), style=style)

    def _some(self, unit: Unit, form: Form, change: int = 0) -> list[RowData]:
        """Most of a unit's rows, some with other figures that agree with each other."""
        rows = [dict(row) for row in clean_rows(unit, form)]
        for row in self._chance.sample(rows, min(change, len(rows))) if form.balances else ():
            for key in ("calls_total", "calls_agent"):
                row[key] = int(str(row[key])) + 40
        lost = self._chance.choice((0, 0, 0, 1, len(rows) // 2))
        return rows[: len(rows) - lost]

    def _correction(self, unit: Unit) -> Path:
        name = f"{unit.short}{self._chance.choice(CORRECTED)}.xlsx"
        if self._chance.random() < 0.4:
            return self._whole(unit, name)
        change = self._chance.randint(0, 3)
        return self._write(name, unit, {form.key: self._some(unit, form, change) for form in EDITION.forms})

    def _former(self, unit: Unit) -> None:
        self._whole(unit, f"{unit.short}{self._chance.choice(FORMER)}.xlsx")

    def _one_form(self, unit: Unit) -> None:
        key = self._chance.choice(FORMS)
        self._write(f"{unit.short}{key}.xlsx", unit, forms=(key,))

    def _two_files(self, unit: Unit) -> None:
        """The forms, a file each."""
        for key in FORMS:
            self._write(f"{unit.short}{key}.xlsx", unit, forms=(key,), cells=self._chance.choice(FAULTS))

    def _city(self, unit: Unit, at: int | None = None, name: str = "") -> Path:
        at = self._chance.randrange(min(3, len(unit.regions))) if at is None else at
        rows = {form.key: [clean_rows(unit, form)[at]] for form in EDITION.forms}
        faults = {cell: value for cell, value in self._chance.choice(FAULTS).items() if cell.endswith("6")}
        name = name or f"{unit.short}{unit.regions[at].name}.xlsx"
        return self._write(name, unit, rows, cells=faults)

    def _two_cities(self, unit: Unit) -> None:
        """Of one unit, a scan beside one of them."""
        one, other = self._chance.sample(range(min(4, len(unit.regions))), 2)
        self._city(unit, one)
        self._city(unit, other, self._chance.choice(("", f"{unit.regions[other].name}.xlsx", "调查表.xlsx")))
        self._path(f"{unit.regions[self._chance.choice((one, other))].name}盖章.pdf").write_bytes(b"%PDF-1.4\n")

    def _copy(self, unit: Unit) -> None:
        shutil.copy(self._whole(unit), self._path(f"{unit.short}副本.xlsx"))

    def _damaged(self, unit: Unit) -> None:
        for _ in range(self._chance.choice((1, 1, 3))):
            self._path(f"{unit.short}损坏.xlsx").write_bytes(b"PK\x03\x04" + bytes(40))

    def _scan(self, unit: Unit) -> None:
        self._path(f"{unit.short}盖章{self._chance.choice(('.pdf', '.jpg'))}").write_bytes(b"%PDF-1.4\n")

    def _other_year(self, unit: Unit) -> None:
        path = self._whole(
            unit, f"{unit.short}去年.xlsx", self._chance.choice((BARE, Style(sample=False, title_year=True)))
        )
        book = openpyxl.load_workbook(path)
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str):
                        cell.value = cell.value.replace("2019年", "2018年")
        save_dated(book, path, self._saved())

    def _year_in_name(self, unit: Unit) -> None:
        self._whole(unit, f"{unit.short}{self._chance.choice(YEARS)}.xlsx")

    def _headless(self, unit: Unit) -> None:
        header = {"name": "张三", "mobile": "13800000000", "email": "zhang@example.cn"}
        rows = {form.key: clean_rows(unit, form, 2) for form in EDITION.forms}
        if self._chance.random() < 0.5:
            for listed in rows.values():
                listed[:] = [{**row, "region": f"第{number}片区"} for number, row in enumerate(listed)]
        self._write("表.xlsx", unit, rows, header)

    def _misspelt(self, unit: Unit) -> None:
        header = {**clean_header(unit), "unit": self._chance.choice(MISSPELT).format(unit.short)}
        self._write(self._chance.choice((f"{unit.short}.xlsx", "报送.xlsx")), unit, None, header)

    def _unit_row(self, unit: Unit, form: Form, off: int = 0) -> RowData:
        """全省: the sum of all its rows."""
        rows = clean_rows(unit, form)
        numbers = {
            key: sum(int(str(row[key])) for row in rows)
            for key, value in rows[0].items()
            if type(value) is int and key != "serial"
        }
        if off and "calls_total" in numbers:
            numbers["calls_total"] += off
            numbers["calls_agent"] += off
        return {**rows[0], **numbers, "region": self._chance.choice(("全省", unit.name, "全区"))}

    def _unit_alone(self, unit: Unit) -> None:
        off = self._chance.choice((0, 5))
        rows = {form.key: [self._unit_row(unit, form, off)] for form in EDITION.forms}
        self._write(f"{unit.short}全省.xlsx", unit, rows)

    def _with_unit_row(self, unit: Unit) -> None:
        off = self._chance.choice((0, 0, 5, 90_000))
        rows = {form.key: [*clean_rows(unit, form), self._unit_row(unit, form, off)] for form in EDITION.forms}
        self._write(f"{unit.short}.xlsx", unit, rows)

    def _enclaves(self, _unit: Unit) -> None:
        """A 兵团 city under 新疆, as one of its own regions."""
        unit = unit_named("新疆")
        rows = {form.key: [dict(row) for row in clean_rows(unit, form, 3)] for form in EDITION.forms}
        for listed in rows.values():
            listed[-1]["region"] = self._chance.choice(tuple(unit.enclaves))
        self._write("新疆部分.xlsx", unit, rows)

    def _strangers(self, unit: Unit) -> None:
        """Rows under this unit's header that another unit knows."""
        other = next(one for one in SMALL if one is not unit)
        rows = {form.key: [*clean_rows(unit, form), clean_rows(other, form)[0]] for form in EDITION.forms}
        self._write(f"{unit.short}.xlsx", unit, rows)

    def _table(self, sheet: Any, unit: Unit, headings: Sequence[str], *, off: bool) -> None:
        sheet.append(list(headings))
        for row in clean_rows(unit)[: self._chance.choice((2, 30))]:
            sheet.append([row["region"], *(int(str(row[WORK_KEYS[name]])) + 3 * off for name in headings[1:])])

    def _work_sheet(self, unit: Unit) -> None:
        """A work table beside the forms."""
        path = self._whole(unit)
        book = openpyxl.load_workbook(path)
        self._table(book.create_sheet("底稿"), unit, self._chance.choice(WORK_TABLE), off=self._chance.random() < 0.5)
        save_dated(book, path, self._saved())

    def _work_table(self, unit: Unit) -> None:
        """A work table as a file of its own."""
        book = openpyxl.Workbook()
        self._table(book.worksheets[0], unit, self._chance.choice(WORK_TABLE), off=self._chance.random() < 0.5)
        save_dated(book, self._path(f"{unit.short}{self._chance.choice(('分析', '底稿', '补充'))}.xlsx"), self._saved())

    def _monthly(self, unit: Unit) -> None:
        """A report of a month: with or without the form's title, newer than any filing."""
        book = openpyxl.Workbook()
        sheet: Any = book.worksheets[0]
        if self._chance.random() < 0.5:
            sheet.append([f"{unit.name}12333电话服务情况月报（2019年12月）"])
        self._table(sheet, unit, WORK_TABLE[0], off=True)
        save_dated(book, self._path(f"{unit.short}12月月报.xlsx"), self._saved())

    def _report(self, unit: Unit) -> None:
        shutil.copy(WORK_REPORT, self._path(f"{unit.short}工作总结.docx"))

    def _ours(self, unit: Unit) -> None:
        """What an earlier run wrote."""
        ours = zip(_written_by_us(unit.short), ("全国汇总", f"报送表_2019_{unit.name}", "汇总"), strict=True)
        for content, name in self._chance.sample(list(ours), 2):
            self._path(f"12333{name}.xlsx").write_bytes(content)

    def _own_changed(self, unit: Unit) -> None:
        """The unit's own filing, changed since it was written."""
        path = self._path("12333报送表.xlsx")
        path.write_bytes(_written_by_us(unit.short)[1])
        book = openpyxl.load_workbook(path)
        rows = book["附表1"].iter_rows(min_row=5, min_col=3)
        cell = next(cell for row in rows for cell in row if type(cell.value) is int)
        cell.value = int(str(cell.value)) + 1
        save_dated(book, path, self._saved())

    def _taken(self, unit: Unit, most: int) -> list[tuple[str, bytes]]:
        """Name and content of some new files of the unit, which lie nowhere yet."""
        kinds: list[Callable[[Unit], object]] = [
            self._whole, self._city, self._correction, self._scan, self._damaged, self._report, self._two_files,
            self._two_cities, self._work_table, self._zipped,
        ]  # fmt: skip
        before = set(self._folder.rglob("*"))
        for kind in self._chance.choices(kinds, k=self._chance.randint(1, most)):
            kind(unit)
        new = sorted(path for path in set(self._folder.rglob("*")) - before if path.is_file())
        found = [(path.name, path.read_bytes()) for path in new]
        for path in new:
            path.unlink()
        return found

    def _zipped(self, unit: Unit) -> None:
        inside = self._whole(unit)
        packed = archive([(f"附件/{inside.name}", inside.read_bytes())])
        self._path(f"{unit.short}.zip").write_bytes(packed)
        inside.unlink()

    def _bundle(self, unit: Unit) -> None:
        """An archive that holds several."""
        several = [(f"{number}/{name}", content) for number, (name, content) in enumerate(self._taken(unit, 3))]
        ending, pack = ("zip", archive) if self._chance.random() >= 0.3 else ("7z", seven_zip)
        self._path(f"{unit.short}材料.{ending}").write_bytes(pack(several))

    def _mail(self, unit: Unit, attached: Sequence[tuple[str, bytes]], said: str) -> None:
        subject = self._chance.choice(("报送12333调查表", unit.name))
        sent = f"{self._chance.randint(6, 20):02d} Jan 2020 09:00:00 +0800"
        self._path(f"{unit.short}.eml").write_bytes(mail(*attached, said=said, subject=subject, sent=sent))

    def _mailed(self, unit: Unit) -> None:
        inside = self._whole(unit)
        self._mail(unit, [(inside.name, inside.read_bytes())], "您好，附件请查收。")
        inside.unlink()

    def _mailed_several(self, unit: Unit) -> None:
        self._mail(unit, self._taken(unit, 3), self._chance.choice(MAILED))

    def _junk(self, unit: Unit) -> None:
        self._path(f"~${unit.short}.xlsx").write_bytes(b"lock")
        self._path("说明.txt").write_text("说明", encoding="utf-8")


# Inboxes of a whole year in which offices slip: figures of no sense, answers of no form, rows twice, late units


STYLE = Style(sample=False, total="none")
CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")
Figures = dict[str, int]


def other_calls(chance: random.Random, row: Figures) -> RowData:
    key = chance.choice(CALLS)
    return {key: int(row[key] * chance.choice((0.3, 0.7, 1.4, 3))) + 1}


SLIPS: tuple[Callable[[random.Random, Figures], RowData], ...] = (
    # B401, twice as often as the others: a call figure that is another one
    *(other_calls, other_calls),
    # B401 with a reason: more answered than called, a share above 100 % in no question
    lambda _, row: {
        "calls_total": (row["calls_agent"] + row["calls_ivr"]) // 2,
        "remarks": "话务系统升级期间来电总量少计",
    },
    # B402, P504, V301, V302
    lambda dice, row: {"agents": row["staff_total"] + dice.randint(1, 300)},
    lambda dice, row: {"seats": row["staff_total"] + dice.randint(5, 60)},
    lambda dice, _: {dice.choice((*CALLS, "agents", "seats", "staff_total", "training_attendances")): None},
    lambda dice, _: {dice.choice((*CALLS, "agents", "seats")): dice.choice(("两千多", "12.5", "-30", "见附件"))},
    # P502 or P501, P501, V304
    lambda _, row: {key: row[key] * 10_000 for key in CALLS},
    lambda _, row: {
        "agents": 1,
        "calls_ivr": row["calls_ivr"] + 40_000,
        "calls_agent": row["calls_agent"] + 60_000,
        "calls_total": row["calls_ivr"] + row["calls_agent"] + row["calls_abandoned"] + 100_000,
    },
    lambda dice, _: {dice.choice(("voicemail", "complaints")): dice.choice(("部分", "待定", "1"))},
)
"""What becomes of a row of 附表1."""


def spoilt(folder: Path, seed: int, units: Sequence[Unit] = EDITION.units, *, share: float = 0.7) -> Path:
    """A filing of each of the units, of which about this share slips once or more; the same each time."""
    chance = random.Random(seed)
    for unit in units:
        _filing(folder, unit, chance, slips=chance.randint(1, 3) if chance.random() < share else 0)
    return folder


def _filing(folder: Path, unit: Unit, chance: random.Random, *, slips: int) -> None:
    rows = {form.key: [dict(row) for row in clean_rows(unit, form)] for form in EDITION.forms}
    calls, systems = rows["附表1"], rows["附表2"]
    for _ in range(slips):
        row = chance.choice(calls)
        slip = chance.choice(SLIPS)
        if all(isinstance(row[key], int) for key in (*CALLS, "staff_total")):  # else it is spoilt already
            row.update(slip(chance, cast("Figures", row)))
    if slips and chance.random() < 0.1:  # a region twice
        calls.append({**chance.choice(calls), "calls_total": 12_345})
    if slips and chance.random() < 0.2:
        chance.choice(systems)["network_location"] = "政务外网"
    planned = plan_filing(unit, rows, style=STYLE)
    renamed = {}
    if slips and chance.random() < 0.1:  # a column in another unit of measure
        renamed["坐席数"] = "坐席数（千个）"
    if slips and chance.random() < 0.05:  # a column that is none of the form's
        renamed["放弃量"] = "其他"
    cells = planned["附表1"].cells
    cells.update({cell: renamed[str(value)] for cell, value in cells.items() if value in renamed})
    save_openpyxl(folder / f"{unit.short}.xlsx", list(planned.values()))
