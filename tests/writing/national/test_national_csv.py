"""The CSV files: the same figures, readable by Excel and harmless in it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from msgspec.structs import replace

from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import Value
from hrss12333.model.national import National
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import write_national
from hrss12333.writing.national.csv_tables import guarded, write_csv
from national_tables import entry, table, with_entries

FIRST, SECOND = EDITION.forms
TWO = tuple(unit for unit in EDITION.units if unit.short in ("浙江", "西藏"))


def national(**values: object) -> National:
    found = table(TWO, reporting=TWO[:1])
    entries = list(found.entries)
    row = entries[0].row
    given = {key: value if isinstance(value, Value) else Value(None, None) for key, value in values.items()}
    entries[0] = replace(entries[0], row=row.changed(given))
    entries.insert(0, entry(FIRST, None, {"region": "某市", "calls_total": 7}, 9, file="=x.xlsx"))
    return with_entries(found, entries)


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def tables(folder: Path, what: National, *, force: bool = False) -> list[Path]:
    """The files, of a workbook of this table."""
    write_national(folder.with_suffix(".xlsx"), what)
    return write_csv(folder, folder.with_suffix(".xlsx"), EDITION, force=force)


def test_a_file_for_each_table_in_utf8_with_bom(tmp_path: Path) -> None:
    written = tables(tmp_path / "新", national())
    assert [path.name for path in written] == ["附表1汇总.csv", "附表1明细.csv", "附表2汇总.csv", "附表2明细.csv"]
    for path in written:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    before = [path.read_bytes() for path in written]
    assert [path.read_bytes() for path in tables(tmp_path / "新", national(), force=True)] == before


def test_sums_are_plain_numbers_and_blanks_stay_blank(tmp_path: Path) -> None:
    lines = {line[0]: line for line in read(tables(tmp_path, national())[0])}
    calls = sum(item.row.number("calls_total") or 0 for item in national().entries_of(FIRST, TWO[0]))
    assert lines["报送单位"][:4] == ["报送单位", "状态", "填报地区数（个）", "来电总量（次）"]
    assert lines["浙江省"][:4] == ["浙江省", "可以用", "11", str(calls)]
    assert lines["西藏自治区"] == ["西藏自治区", "没报", "0", *[""] * len(FIRST.data), "", "西部"]
    assert lines["（报送单位不明）"][1:5] == ["", "1", "7", ""]
    assert lines["合计"][:4] == ["合计", "", "12", str(calls + 7)]
    assert lines["合计"][-2].startswith("1/2个单位，")
    assert list(lines)[-1] == "合计"


def test_details_show_what_was_read_and_what_was_found(tmp_path: Path) -> None:
    changed = national(
        calls_total=Value("约一万", None),
        voicemail=Value("否", False),
        complaints=Value("是", None),
        agents=Value(-5, None),
        remarks=Value("", "=1+1"),
    )
    lines = read(tables(tmp_path, changed)[1])
    cells = dict(zip(lines[0], lines[1], strict=True))
    assert cells["来电总量（次）"] == "约一万"
    assert cells["是否开通留言服务"] == "否"
    assert cells["是否开通投诉举报服务"] == "？是"
    assert cells["咨询员人数（人）"] == "'-5"
    assert cells["备注"] == "'=1+1"
    assert cells["来源行"] == "7"
    assert [line[0] for line in lines[1:]] == ["浙江省"] * 11 + ["（报送单位不明）"]
    assert dict(zip(lines[0], lines[-1], strict=True))["来源文件"] == "'=x.xlsx"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\rx", "\nx", " =1", "＝1", "=cmd|' /C calc'!A0"])
def test_what_begins_like_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "杭州市", "1=1", "a@b.cn", "备注\n=1"])
def test_other_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text


def test_a_file_or_folder_in_the_way_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "占用").write_text("x")
    with pytest.raises(UsageStop, match="是一个文件，这里需要文件夹"):
        tables(tmp_path / "占用", national())
    (tmp_path / "附表2明细.csv").write_text("昨天的")
    with pytest.raises(UsageStop, match="已经存在"):
        tables(tmp_path, national())
    assert not (tmp_path / "附表1汇总.csv").exists()
    (tmp_path / "附表1汇总.csv").mkdir()
    with pytest.raises(UsageStop, match="是一个文件夹"):
        tables(tmp_path, national(), force=True)
