"""The blank form's own verdict beside that of ``check``: never green where ``check`` objects to what the sheet can see.

Environment:
    HRSS12333_FORMS=600  how many forms the long run fills in at random; 16 where it is not set
"""

from __future__ import annotations

import csv
import os
import random
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from conftest import Convert, ConvertAll
from factory import clean_header, clean_rows, stored, unit_named
from form_fillings import EXPLAINS, SAYS_NOTHING, differing, fillings, findings_of
from hrss12333.checking.reasons import fillers, is_reason
from hrss12333.checking.rules.catalogue import ALL
from hrss12333.model.finding import Severity

from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.writing.official.formulas import is_silent, silent
from hrss12333.writing.official.self_check import COMPLETE
from hrss12333.writing.official.workbook import blank_sheets, write_official
from next_edition import NEXT
from unseen_by_the_form import UNSEEN, Blind

FORMS = int(os.environ.get("HRSS12333_FORMS", "16"))


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("edition", "number"),
    [
        (EDITION, 5),
        pytest.param(EDITION, FORMS, marks=pytest.mark.long),
        pytest.param(NEXT, max(6, FORMS // 8), marks=pytest.mark.long),
    ],
)
def test_the_sheet_is_never_green_where_check_objects(
    tmp_path: Path, soffice_convert_all: ConvertAll, edition: Edition, number: int
) -> None:
    """And a form without a fault is green."""
    filled = fillings(tmp_path, edition, number, seed=2019)
    recalculated = soffice_convert_all([filling.path for filling in filled], "xlsx")
    assert [wrong for pair in zip(filled, recalculated, strict=True) for wrong in differing(*pair)] == []


def verdict(path: Path, unit: Unit | None, added: str) -> str:
    """What the sheet of 附表1 says of 宁夏's regions and one more row; ``unit`` is whose form it is."""
    form, regions = EDITION.forms[0], unit_named("宁夏")
    sheet = blank_sheets(EDITION, unit)[0]
    rows = [*clean_rows(regions, form), {**clean_rows(regions, form)[0], "region": added}]
    write_official(path, EDITION, [replace(sheet, rows=rows, header=clean_header(regions))])
    return str(stored(path)[form.key][0][0])


@pytest.mark.parametrize("added", ["小计", "川区小计", "全区合计", "样例", "全区", "宁夏", "银川", "银川市"])
@pytest.mark.parametrize("unit", [None, unit_named("宁夏")], ids=["anyone", "own"])
def test_a_row_that_is_none_of_its_own_is_seen(tmp_path: Path, unit: Unit | None, added: str) -> None:
    assert verdict(tmp_path / "form.xlsx", unit, added) != COMPLETE


@pytest.mark.parametrize("unit", [None, unit_named("宁夏")], ids=["anyone", "own"])
def test_a_row_of_the_units_own_office_is_well(tmp_path: Path, unit: Unit | None) -> None:
    assert verdict(tmp_path / "form.xlsx", unit, "区本级") == COMPLETE


def test_what_the_sheet_cannot_see_is_a_rule_and_seldom_an_error() -> None:
    rules = {rule.id: rule.severity for rule in ALL}
    assert {item.rule for item in UNSEEN} <= set(rules)
    errors = {item.rule for item in UNSEEN if rules[item.rule] is Severity.ERROR and item.where is Blind.ALWAYS}
    assert errors == set()


def texts(number: int) -> list[str]:
    """Remarks made of words that say nothing, signs, and now and then a word that says something."""
    chance = random.Random(12333)
    pieces = [word for word, _ in fillers()] + ["，", "。", " ", "1", "：", "（", "）"]
    made = ["".join(chance.choices(pieces, k=chance.randrange(1, 7))) for _ in range(number)]
    return [*made, *(text + chance.choice(EXPLAINS) for text in made[::10]), *SAYS_NOTHING, *EXPLAINS]


def test_the_sheet_and_the_rules_agree_on_what_is_no_reason() -> None:
    """But for words of doubt that the sheet does not know, and doubts that only the rule sees in a clause."""
    tried = texts(3000)
    assert [text for text in tried if is_silent(text) and is_reason(text)] == []
    assert [
        t for t in tried if not (is_silent(t) or is_reason(t) or without_doubt(t, year=None) != ",".join(parts(t)))
    ] == []


@pytest.mark.parametrize("text", ["数据有误", "数据有误，后续更正", "待核实", "原因不明", "估算", "填错", "作废"])
def test_the_commonest_words_of_doubt_are_no_reason_in_the_sheet_either(text: str) -> None:
    assert is_silent(text)
    assert not is_reason(text)


def parts(text: str) -> list[str]:
    return [clause.text for clause in clauses(text, None)]


@pytest.mark.parametrize("text", ["😀😀", "①②", "‖‖"])
def test_what_only_the_rule_takes_for_no_reason(text: str) -> None:
    """The exception: signs beyond those that people put into remarks."""
    assert not is_reason(text)
    assert not is_silent(text)


@pytest.mark.long
@pytest.mark.libreoffice
def test_libreoffice_counts_the_letters_of_a_remark_alike(tmp_path: Path, soffice_convert: Convert) -> None:
    tried = texts(150)
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row, text in enumerate(tried, 1):
        page.cell(row, 1, text).data_type = "s"
        page.cell(row, 2, f"={silent(f'A{row}')}")
    book.save(tmp_path / "remarks.xlsx")
    (answered,) = stored(soffice_convert(tmp_path / "remarks.xlsx", "xlsx")).values()
    found = [bool(line[1]) for line in answered]
    assert [text for text, quiet in zip(tried, found, strict=True) if quiet is not is_silent(text)] == []


def test_what_the_self_check_says_is_nobodys_words_in_a_format_without_formulas(tmp_path: Path) -> None:
    """Nor are the numbers of its hidden columns figures."""
    form, unit = EDITION.forms[0], unit_named("宁夏")
    rows = [{**row, "agents": 99_999, "voicemail": "√", "seats": "八个"} for row in clean_rows(unit, form)]
    header = {**clean_header(unit), "mobile": "1380000"}
    sheet = replace(blank_sheets(EDITION, unit)[0], rows=rows, header=header)
    write_official(tmp_path / "form.xlsx", EDITION, [sheet])
    page = stored(tmp_path / "form.xlsx")[form.key]
    assert any("咨询员人数大于总人数" in str(cell) for line in page for cell in line)
    with (tmp_path / "form.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(page)
    listed = {finding.rule for finding in findings_of(tmp_path / "form.csv", EDITION)}
    assert {"B402", "V302", "H105"} <= listed
    assert listed.isdisjoint({"V310", "V311"})
