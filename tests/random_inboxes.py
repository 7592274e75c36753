"""Folders as they fill up: whole filings and single cities, corrections, copies, damaged and foreign files, archives, mails."""

from __future__ import annotations

import random
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import openpyxl

from factory import CellValue, Style, clean_rows, unit_named, write_filing
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit

BARE = Style(sample=False)
SMALL = [unit_named(name) for name in ("宁夏", "青海", "西藏", "海南", "天津")]
WORK_REPORT = Path(__file__).parents[1] / "examples" / "filings" / "吉林省12333工作总结.docx"
FAULTS: tuple[dict[str, CellValue], ...] = (
    {},
    {},
    {"C6": 7},
    {"G6": "部分"},
    {"F7": None},
    {"D6": "2,500次", "K7": "约20"},
    {"C7": 9, "M7": "系统故障，少计部分来电"},
    {"K6": 999, "I6": 1},
    {"B6": "不知道市"},
)
"""Cells of 附表1 as somebody filled them."""


def fill(folder: Path, seed: int) -> Path:
    """A folder of this number, the same each time."""
    Inbox(folder, random.Random(seed)).fill()
    return folder


class Inbox:
    """One folder on its way."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder, self._chance, self._number = folder, chance, 0

    def fill(self) -> None:
        """One to three units, a few files each."""
        whose = self._chance.sample(SMALL, self._chance.randint(1, 3))
        kinds: list[Callable[[Unit], object]] = [
            self._whole, self._whole, self._whole, self._city, self._city, self._correction, self._copy, self._damaged,
            self._scan, self._other_year, self._headless, self._report, self._zipped, self._mailed, self._one_form,
            self._junk,
        ]  # fmt: skip
        for unit in whose:
            for kind in self._chance.choices(kinds, k=self._chance.randint(1, 4)):
                kind(unit)
        if not any(path.suffix == ".xlsx" for path in self._folder.rglob("*")):
            self._whole(whose[0])

    def _path(self, name: str) -> Path:
        self._number += 1
        folder = self._folder / self._chance.choice(("", "", "第一批", "第二批"))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        return path if not path.exists() else path.with_stem(f"{path.stem}({self._number})")

    def _saved(self) -> datetime:
        return datetime(2020, 1, 6, 9) + timedelta(hours=self._chance.randint(0, 5))

    def _whole(self, unit: Unit, name: str = "") -> Path:
        cells = {"附表1": self._chance.choice(FAULTS)}
        path = self._path(name or f"{unit.short}.xlsx")
        return write_filing(path, unit, style=BARE, cells=cells, saved=self._saved())

    def _correction(self, unit: Unit) -> None:
        self._whole(unit, f"{unit.short}（更正）.xlsx")

    def _one_form(self, unit: Unit) -> None:
        key = self._chance.choice(("附表1", "附表2"))
        write_filing(self._path(f"{unit.short}{key}.xlsx"), unit, style=BARE, forms=(key,), saved=self._saved())

    def _city(self, unit: Unit) -> None:
        at = self._chance.randrange(min(3, len(unit.expected)))
        rows = {form.key: [clean_rows(unit, form)[at]] for form in EDITION.forms}
        faults = {cell: value for cell, value in self._chance.choice(FAULTS).items() if cell.endswith("6")}
        name = f"{unit.short}{unit.expected[at].name}.xlsx"
        write_filing(self._path(name), unit, rows, style=BARE, cells={"附表1": faults}, saved=self._saved())

    def _copy(self, unit: Unit) -> None:
        shutil.copy(self._whole(unit), self._path(f"{unit.short}副本.xlsx"))

    def _damaged(self, unit: Unit) -> None:
        self._path(f"{unit.short}损坏.xlsx").write_bytes(b"PK\x03\x04" + bytes(40))

    def _scan(self, unit: Unit) -> None:
        self._path(f"{unit.short}盖章.pdf").write_bytes(b"%PDF-1.4\n")

    def _other_year(self, unit: Unit) -> None:
        path = self._whole(unit, f"{unit.short}去年.xlsx")
        book = openpyxl.load_workbook(path)
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str):
                        cell.value = cell.value.replace("2019年", "2018年")
        book.save(path)

    def _headless(self, unit: Unit) -> None:
        header = {"name": "张三", "mobile": "13800000000", "email": "zhang@example.cn"}
        rows = {form.key: clean_rows(unit, form, 2) for form in EDITION.forms}
        for listed in rows.values():
            listed[:] = [{**row, "region": f"第{number}片区"} for number, row in enumerate(listed)]
        write_filing(self._path("表.xlsx"), unit, rows, header, style=BARE, saved=self._saved())

    def _report(self, unit: Unit) -> None:
        shutil.copy(WORK_REPORT, self._path(f"{unit.short}工作总结.docx"))

    def _zipped(self, unit: Unit) -> None:
        inside = self._whole(unit)
        with zipfile.ZipFile(self._path(f"{unit.short}.zip"), "w") as archive:
            archive.write(inside, f"附件/{inside.name}")
        inside.unlink()

    def _mailed(self, unit: Unit) -> None:
        inside, mail = self._whole(unit), EmailMessage()
        mail["From"], mail["Subject"] = "张三 <zhang@example.cn>", "报送12333调查表"
        mail["Date"] = f"{self._chance.randint(6, 20):02d} Jan 2020 09:00:00 +0800"
        mail.set_content("您好，附件请查收。")
        mail.add_attachment(inside.read_bytes(), maintype="application", subtype="octet-stream", filename=inside.name)
        self._path(f"{unit.short}.eml").write_bytes(bytes(mail))
        inside.unlink()

    def _junk(self, unit: Unit) -> None:
        self._path(f"~${unit.short}.xlsx").write_bytes(b"lock")
        self._path("说明.txt").write_text("说明", encoding="utf-8")
