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
from hrss12333.writing.national.source_files import relative_names, with_names
from national_tables import plain, table

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


def named(*files: str) -> National:
    return replace(
        table(THREE), entries=(), units=(), received=tuple(Received(file, "", "调查表", "") for file in files)
    )


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
    national = named(*files)
    assert tuple(item.file for item in with_names(national, relative_names(national)).received) == told
