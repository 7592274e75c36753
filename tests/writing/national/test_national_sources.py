"""Back to the source: links that lead somewhere, files known by their SHA-256, no path of one computer."""

from __future__ import annotations

import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl.utils import range_boundaries

from cli_runs import run
from damaged import archive
from factory import filing, opened, write_filing
from hrss12333.model.filing import column_letters
from hrss12333.model.national import National, Received
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import write_national
from hrss12333.writing.national.source_files import relative_names, with_names
from national_tables import table

THREE = tuple(unit for unit in EDITION.units if unit.short in ("北京", "浙江", "新疆兵团"))

BEIJING = filing("北京市")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A plain file and one in an archive."""
    folder = tmp_path / "收件箱"
    folder.mkdir()
    write_filing(folder / "浙江.xlsx", "浙江省")
    (folder / "北京.zip").write_bytes(archive([("表.xlsx", BEIJING)]))
    return folder


def test_every_link_of_the_workbook_leads_somewhere(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "汇总.xlsx"
    run("merge", inbox, "-o", out)
    book = opened(out)
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
    assert all((tmp_path / file).is_file() for file in files)


def test_a_figure_leads_to_its_rows_and_the_rows_add_up_to_it(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "汇总.xlsx"
    run("merge", inbox, "-o", out)
    book = opened(out, data_only=True)
    summary = book["附表1汇总"]
    top = next(row for row in range(1, 20) if summary.cell(row, 1).value == "报送单位")
    at = next(cell.column for cell in summary[top] if cell.value == "来电总量")
    line = next(row for row in range(top, 60) if summary.cell(row, 1).value == "浙江省")
    cell = summary.cell(line, at)
    assert cell.hyperlink is not None
    name, _, cells = str(cell.hyperlink.location).rpartition("!")
    rows = book[name.strip("'")][cells]
    assert sum(found.value for (found,) in rows) == cell.value
    assert {book[name.strip("'")].cell(found.row, 1).value for (found,) in rows} == {"浙江省"}


def test_every_file_received_is_known_by_its_hash(inbox: Path, tmp_path: Path) -> None:
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04 and nothing more")
    out = tmp_path / "汇总.xlsx"
    run("merge", inbox, "-o", out)
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
        "收件箱/浙江.xlsx": ("浙江省", "调查表", hashed(inbox / "浙江.xlsx")),
        "收件箱/北京.zip/表.xlsx": ("北京市", "调查表", sha256(BEIJING).hexdigest()),
        "收件箱/坏.xlsx": ("（报送单位不明）", "未能读取", hashed(inbox / "坏.xlsx")),
    }


def test_no_path_of_this_computer_stands_in_the_workbook(inbox: Path, tmp_path: Path) -> None:
    write_filing(inbox / "浙江2.xlsx", "浙江省")  # a copy: a finding names the other file
    out = tmp_path / "汇总.xlsx"
    run("merge", inbox, "-o", out, "--csv", tmp_path / "csv")
    with zipfile.ZipFile(out) as package:
        parts = {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}
    assert [name for name, text in parts.items() if str(tmp_path) in text] == []
    assert any("收件箱/浙江2.xlsx" in text for text in parts.values())
    for path in (tmp_path / "csv").iterdir():
        assert str(tmp_path) not in path.read_text(encoding="utf-8-sig")


def named(*files: str) -> National:
    return replace(table(THREE), entries=(), received=tuple(Received(file, "", "调查表", "") for file in files))


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (("收件箱/a.xlsx",), ("收件箱/a.xlsx",)),
        (("/data/x/in/a.xlsx", "/data/x/in/b/c.xlsx"), ("in/a.xlsx", "in/b/c.xlsx")),
        (("/data/x/in/box.zip/a.xlsx",), ("box.zip/a.xlsx",)),
        (("/data/x/a.xlsx", "/other/y/a.xlsx"), ("data/x/a.xlsx", "other/y/a.xlsx")),
    ],
)
def test_files_are_named_from_their_common_folder_on(files: tuple[str, ...], told: tuple[str, ...]) -> None:
    national = named(*files)
    assert tuple(item.file for item in with_names(national, relative_names(national)).received) == told


def test_the_same_table_named_otherwise_gives_the_same_sheets(tmp_path: Path) -> None:
    national = table(THREE)
    write_national(tmp_path / "a.xlsx", national)
    moved = replace(national, entries=tuple(replace(e, file=f"/data/x/{e.file}") for e in national.entries))
    write_national(tmp_path / "b.xlsx", moved)
    cells = [
        [cell.value for line in opened(tmp_path / name)["附表1明细"].iter_rows() for cell in line]
        for name in ("a.xlsx", "b.xlsx")
    ]
    assert cells[0] == cells[1]
