"""Figures that their 备注 calls estimates bear a sign, and a note says what it means."""

from __future__ import annotations

from pathlib import Path

from factory import clean_rows, opened, unit_named, write_filing
from hrss12333.published.nation import Nation
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.lists import flat_list
from hrss12333.writing.national import write_national
from hrss12333.writing.reference.figure_tables import captioned_tables
from merge_runs import merged

NINGXIA = unit_named("宁夏")


def test_figures_of_an_estimate_bear_a_sign_and_a_note(tmp_path: Path) -> None:
    rows = {form.key: [dict(row) for row in clean_rows(NINGXIA, form)] for form in EDITION.forms}
    rows["附表1"][1]["remarks"] = "系统故障，来电总量为暂估数"
    national = merged(write_filing(tmp_path / "宁夏.xlsx", NINGXIA, rows))
    book = tmp_path / "全国.xlsx"
    write_national(book, national)
    pages = opened(book)
    for form, signed in (("附表1", True), ("附表2", False)):
        lines = {row[0].value: row for row in pages[f"{form}汇总"].iter_rows()}
        formats = [cell.number_format for cell in lines["宁夏回族自治区"]]
        assert any('"~"' in shown for shown in formats) == signed
        for sheet in (f"{form}汇总", f"{form}明细"):
            notes = "".join(str(cell.value) for cell in pages[sheet]["A"])
            assert ("带~的数" in notes) == signed
    details = {row[2].value: row[3].number_format for row in pages["附表1明细"].iter_rows()}
    assert [name for name, shown in details.items() if '"~"' in shown] == ["石嘴山市"]
    for table in captioned_tables(Nation(national)):
        is_signed = any(text.endswith("~") for row in table.grid.rows for text in row)
        assert is_signed == any("带~的" in note for note in table.notes)
        assert is_signed or "来电" not in table.title
    assert sum(map(len, flat_list("estimate_words.tsv"))) <= 10
