"""Back to the source: links that lead somewhere, files known by their SHA-256, no path of one computer."""

from __future__ import annotations

import csv
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl.utils import range_boundaries

from cli_runs import run
from damaged import archive
from factory import filing, opened, write_filing
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import Value, column_letters
from hrss12333.model.national import National, Received
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import relative_names, with_names, write_national
from hrss12333.writing.national.proof import guarded, write_csv
from national_tables import entry, plain, table, with_entries

THREE = tuple(unit for unit in EDITION.units if unit.short in ("北京", "浙江", "新疆兵团"))

BEIJING = filing("北京市")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An inbox and its workbook: a plain file, one in an archive, a copy to which no link leads, a broken one."""
    folder = tmp_path_factory.mktemp("sources")
    (inbox := folder / "收件箱").mkdir()
    write_filing(inbox / "浙江.xlsx", "浙江省")
    write_filing(inbox / "浙江#2.xlsx", "浙江省")
    (inbox / "北京.zip").write_bytes(archive([("表.xlsx", BEIJING)]))
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04 and nothing more")
    run("merge", inbox, "-o", folder / "汇总.xlsx", "--csv", folder / "csv")
    return inbox, folder / "汇总.xlsx"


def test_every_link_of_the_workbook_leads_somewhere(made: tuple[Path, Path]) -> None:
    """To what another program finds: no file with # in its name."""
    book = opened(made[1])
    files, places = set(), 0
    for sheet in book:
        for link in (cell.hyperlink for line in sheet.iter_rows() for cell in line if cell.hyperlink):
            if link.target:
                files.add(link.target.replace("\\", "/"))
                continue
            name, _, cells = str(link.location).rpartition("!")
            target = book[name.strip("'")]
            left, _, right, bottom = range_boundaries(cells)
            assert (right or 0) <= target.max_column
            assert (bottom or 0) <= target.max_row
            assert left
            places += 1
    assert places > 100
    assert files == {"收件箱/浙江.xlsx", "收件箱/北京.zip"}
    assert all((made[1].parent / file).is_file() for file in files)


def test_a_figure_leads_to_its_rows_and_the_rows_add_up_to_it(made: tuple[Path, Path]) -> None:
    book = opened(made[1], data_only=True)
    summary = book["附表1汇总"]
    top = next(row for row in range(1, 20) if summary.cell(row, 1).value == "报送单位")
    at = next(cell.column or 0 for cell in summary[top] if plain(cell.value) == "来电总量")
    line = next(row for row in range(top, 60) if summary.cell(row, 1).value == "北京市")
    cell = summary.cell(line, at)
    assert cell.hyperlink is not None
    name, _, cells = str(cell.hyperlink.location).rpartition("!")
    rows = book[name.strip("'")][cells]
    assert sum(found.value for (found,) in rows) == cell.value
    assert {book[name.strip("'")].cell(found.row, 1).value for (found,) in rows} == {"北京市"}


def test_every_file_received_is_known_by_its_hash(made: tuple[Path, Path]) -> None:
    inbox, out = made
    lines = [[cell.value for cell in line] for line in opened(out)["报送情况"].iter_rows()]
    heads = next(line for line in lines if line[0] == "序号")
    hashes, what = heads.index("SHA-256"), heads.index("内容")
    assert not opened(out)["报送情况"].column_dimensions[column_letters(hashes + 1)].hidden
    found = {
        str(line[3]): (line[1], line[what], line[hashes]) for line in lines if line[hashes] not in (None, "SHA-256")
    }

    def hashed(path: Path) -> str:
        return sha256(path.read_bytes()).hexdigest()

    assert found == {
        "浙江.xlsx": ("浙江省", "调查表", hashed(inbox / "浙江.xlsx")),
        "浙江#2.xlsx": ("浙江省", "调查表", hashed(inbox / "浙江#2.xlsx")),
        "北京.zip/表.xlsx": ("北京市", "调查表", sha256(BEIJING).hexdigest()),
        "坏.xlsx": ("（报送单位不明）", "未能读取", hashed(inbox / "坏.xlsx")),
    }


def test_no_path_of_this_computer_stands_in_the_workbook(made: tuple[Path, Path]) -> None:
    """A finding of the copy names the other file."""
    folder = made[1].parent
    with zipfile.ZipFile(made[1]) as package:
        parts = {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}
    assert [name for name, text in parts.items() if str(folder) in text] == []
    assert any("浙江#2.xlsx" in text for text in parts.values())
    for path in (folder / "csv").iterdir():
        assert str(folder) not in path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (("收件箱/a.xlsx",), ("a.xlsx",)),
        (("/data/x/in/a.xlsx", "/data/x/in/b/c.xlsx"), ("a.xlsx", "b/c.xlsx")),
        (("in/box.zip/a.xlsx", "in/b.xlsx"), ("box.zip/a.xlsx", "b.xlsx")),
        (("/data/x/a.xlsx", "/other/y/a.xlsx"), ("data/x/a.xlsx", "other/y/a.xlsx")),
    ],
)
def test_no_name_has_the_folder_that_all_files_share(files: tuple[str, ...], told: tuple[str, ...]) -> None:
    received = tuple(Received(file, "", "调查表", "") for file in files)
    national = replace(table(THREE), entries=(), units=(), received=received)
    assert tuple(item.file for item in with_names(national, relative_names(national)).received) == told


# The CSV files: the same figures, readable by Excel and harmless in it


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
