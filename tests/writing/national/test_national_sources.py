"""Back to the source: links that lead somewhere, files known by their SHA-256, no path of one computer, CSV; and 附注."""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from cases import cases
from cli_runs import run
from damaged import archive, with_parts
from factory import CellValue, clean_rows, filing, lines_below, mail, opened, stored, unit_named, write_filing
from hrss12333.inbox import quoted_of, text_key
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import CoveringLetter, Value, column_letters
from hrss12333.model.national import National, Received
from hrss12333.model.row import Place
from hrss12333.model.text import LONGEST_QUOTED, Quoted, Text, TextKind
from hrss12333.questions.earlier import load_earlier
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import guarded, relative_names, renamed, write_csv, write_national
from hrss12333.writing.national.issues import answered_lines
from merge_runs import judged
from national_tables import THREE, carried_over, entry, plain, table, with_entries

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
    assert tuple(item.file for item in renamed(national, relative_names(national).__getitem__).received) == told


# The CSV files: the same figures, readable by Excel and harmless in it


FIRST, SECOND = EDITION.forms
TWO = tuple(unit for unit in EDITION.units if unit.short in ("浙江", "西藏"))


def national(**values: object) -> National:
    found = table(TWO, reporting=TWO[:1])
    entries = list(found.entries)
    row = entries[0].row
    given = {key: value if isinstance(value, Value) else Value(None, None) for key, value in values.items()}
    entries[0] = replace(entries[0], row=row.changed(given))
    entries.append(entry(FIRST, None, {"region": "某市", "calls_total": 7}, 9, file="=x.xlsx"))
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


def test_what_begins_like_a_formula_is_guarded_and_other_text_left_alone() -> None:
    for text in ("=1", "+1", "-1", "@x", "\t=1", "\rx", "\nx", " =1", "＝1", "=cmd|' /C calc'!A0"):
        assert guarded(text) == f"'{text}"
    for text in ("", "杭州市", "1=1", "a@b.cn", "备注\n=1"):
        assert guarded(text) == text


# 附注: every text once, in the order given, with what staff made of it; and what staff wrote is not lost


ZHEJIANG = unit_named("浙江")
BOTH = (unit_named("北京"), ZHEJIANG)


def quoted(words: str, unit: Any = ZHEJIANG, *, marked: bool = False, **about: Any) -> Quoted:
    text = Text(about.pop("kind", TextKind.REMARK), words, **about)
    return Quoted(text, f"inbox/{unit.short if unit else '函'}.xlsx", unit, marked)


IN_ROW = {"place": Place("附表1", 7, 13), "sheet": "附表1", "form": "附表1", "region": "杭州市", "field": "remarks"}
REMARK = quoted("12月为暂估数", marked=True, **IN_ROW)
MAIL = quoted("请查收，电话13912345678", kind=TextKind.MAIL)
NOBODYS = quoted("=1+1", None, kind=TextKind.LETTER)


def quoted_lines(path: Path) -> list[dict[str, Any]]:
    return [line for line in lines_below(stored(path)["附注"], "报送单位") if line["报送单位"]]


def with_texts(path: Path, texts: tuple[Quoted, ...], **about: Any) -> Path:
    write_national(path, table(BOTH), quoted=texts, **about)
    return path


def test_every_text_is_there_with_its_place_and_no_telephone(tmp_path: Path) -> None:
    found = quoted_lines(with_texts(tmp_path / "a.xlsx", (NOBODYS, REMARK, MAIL)))
    assert [[line[key] for key in ("报送单位", "来源文件", "位置", "原文", "请先看")] for line in found] == [
        ["来源不明", "inbox/函.xlsx", "函件", "=1+1", ""],
        ["浙江省", "浙江.xlsx", "备注，附表1 M7，杭州市", "12月为暂估数", "是"],
        ["浙江省", "浙江.xlsx", "邮件", "请查收，电话［略］", ""],
    ]
    sheet = opened(tmp_path / "a.xlsx")["附注"]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
    assert sheet.print_area == f"'附注'!$A$1:$H${sheet.max_row}"


@pytest.mark.parametrize(
    ("others", "named"), [(["北京"], "浙江省、北京市"), (["北京", "天津", "河北"], "浙江省、北京市、天津市等4个单位")]
)
def test_whose_a_text_of_several_is_has_names(others: list[str], named: str, tmp_path: Path) -> None:
    text = replace(MAIL, also=tuple(quoted("请查收", unit_named(name)) for name in others))
    assert [line["报送单位"] for line in quoted_lines(with_texts(tmp_path / "a.xlsx", (text,)))] == [named]


def test_what_staff_wrote_stays_while_the_text_does_and_new_ones_are_said_to_be_new(tmp_path: Path) -> None:
    path = with_texts(tmp_path / "a.xlsx", (REMARK, MAIL))
    book = load_workbook(path)
    row = next(cell.row for cell in book["附注"]["D"] if cell.value == "12月为暂估数")
    book["附注"][f"F{row}"], book["附注"][f"G{row}"] = "已电话核实，按实际数", "样例甲"
    book["附注"][f"H{row}"] = date(2020, 2, 3)
    book.save(path)
    earlier = load_earlier(path, EDITION, None)
    _, progress = carried_over(table(BOTH), earlier)
    moved = replace(REMARK, file="inbox/更正.xlsx")
    found = quoted_lines(with_texts(tmp_path / "b.xlsx", (moved, MAIL, NOBODYS), progress=progress))
    assert [(line["原文"], line["请先看"], line["处理情况"], line["处理人"]) for line in found] == [
        ("=1+1", "新增", "", ""),
        ("请查收，电话［略］", "", "", ""),
        ("12月为暂估数", "是", "已电话核实，按实际数", "样例甲"),
    ]
    assert found[-1]["日期"] == date(2020, 2, 3)
    other = replace(REMARK, text=replace(REMARK.text, text="12月为估计数"))
    (line,) = quoted_lines(with_texts(tmp_path / "c.xlsx", (other,), progress=progress))
    assert (line["请先看"], line["处理情况"]) == ("是，新增", "")


@pytest.mark.usefixtures("here")
def test_a_units_workbook_lists_them_by_city() -> None:
    unit = unit_named("宁夏")
    Path("各市").mkdir()
    name = unit.regions[0].name
    write_filing(Path("各市") / "一.xlsx", unit, cells={"附表1": {"remarks6": "新设"}})
    run("merge", "各市", "--unit", "宁夏", "-o", "报送.xlsx")
    cells = stored(Path("报送_汇总.xlsx"))["附注"]
    assert [line[0] for line in cells if line[3] == "新设"] == [name]


def test_an_output_with_a_cell_far_away_is_not_replaced_unseen(tmp_path: Path) -> None:
    path = with_texts(tmp_path / "a.xlsx", ())
    assert answered_lines(path) == 0
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path.write_bytes(with_parts(path.read_bytes(), {"*sheet9.xml": (b"</sheetData>", last)}))
    with pytest.raises(UsageStop, match="无法读取要覆盖的工作簿"):
        answered_lines(path)
    (tmp_path / "b.xlsx").write_bytes(b"PK\\x03\\x04")
    assert answered_lines(tmp_path / "b.xlsx") == 0


# What is quoted of an inbox: each text once, in the order in which it is shown


REMARK_OF_SIX = {"附表1": {"remarks6": "咨询员为劳务派遣"}}
INBOXES: dict[str, tuple[dict[str, bytes], list[tuple[str | None, str, str]]]] = {
    # 来源不明 first, then what is marked, then 备注, then the rest, by unit in the official order
    "order": (
        {
            "宁夏.xlsx": filing("宁夏", cells={"附表1": {"remarks6": "咨询员为劳务派遣", "A40": "另有坐席有误"}}),
            "广东.xlsx": filing("广东", cells={"附表1": {"remarks6": "系统由省厅建设", "A60": "参见省厅通报"}}),
            "来信.eml": mail(subject="更正事项", said="另函说明。", sender="x@example.org"),
        },
        [
            (None, "邮件", "更正事项"),
            (None, "邮件", "另函说明。"),
            ("宁夏", "表外", "另有坐席有误"),
            ("广东", "备注", "系统由省厅建设"),
            ("宁夏", "备注", "咨询员为劳务派遣"),
            ("广东", "表外", "参见省厅通报"),
        ],
    ),
    "one place of several files of a unit": (
        {
            name: filing("宁夏", cells={"附表1": {"remarks6": "咨询员为劳务派遣", "calls_agent6": len(name)}})
            for name in ("宁夏.xlsx", "宁夏（更正）.xlsx")
        },
        [("宁夏", "备注", "咨询员为劳务派遣")],
    ),
    "the unit that its rows tell": (
        {"表.xlsx": filing("宁夏", header={}, cells=REMARK_OF_SIX)},
        [("宁夏", "备注", "咨询员为劳务派遣")],
    ),
}


@pytest.mark.parametrize("case", INBOXES)
def test_each_text_is_quoted_once_in_the_order_in_which_it_is_shown(case: str, tmp_path: Path) -> None:
    files, expected = INBOXES[case]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    quoted = judged(tmp_path).quoted
    assert [(item.unit.short if item.unit else None, item.located, item.text.text) for item in quoted] == expected


def test_an_excerpt_is_one_line_of_so_many_letters() -> None:
    text = Quoted(Text(TextKind.MAIL, "一\n二" * 200), "信.eml", None, marked=False)
    assert len(text.excerpt) == LONGEST_QUOTED + 1
    assert "\n" not in text.excerpt


@cases("""
    marked          name
    宁夏估算         宁夏估算.xlsx
    估算            估算/宁夏.xlsx
    宁夏错的         宁夏错的.xlsx
    -               宁夏.xlsx | 宁夏（更正）.xlsx | 宁夏（初稿）.xlsx | 2019年/宁夏.xlsx
""")
def test_a_name_is_quoted_where_it_holds_a_word_of_doubt(name: str, marked: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    write_filing(tmp_path / name, "宁夏")
    inbox = judged(tmp_path)
    assert [item.text.text for item in inbox.quoted] == [text for text in [marked] if text != "-"]
    assert all(item.marked and item.located == "文件属性" for item in inbox.quoted)


def test_one_text_of_several_files_is_one_line_and_so_is_a_disclaimer(tmp_path: Path) -> None:
    for name in ("宁夏", "青海", "甘肃"):
        cells: dict[str, dict[str, CellValue]] = {
            "附表1": {"remarks6": "咨询员为劳务派遣", "remarks7": "咨询员为劳务派遣"}
        }
        sent = mail(
            (f"{name}.xlsx", filing(name, cells=cells)),
            subject=f"报送{name}",
            said=f"您好！\n{name}的表。\n如错收请删除。",
        )
        (tmp_path / f"{name}.eml").write_bytes(sent)
    inbox = judged(tmp_path)
    told = [(item.whose, item.several, item.text.text, item.marked) for item in inbox.quoted if item.also]
    assert told == [("3个单位", "3个文件", "咨询员为劳务派遣", False), ("3个单位", "3个文件", "如错收请删除。", False)]
    assert [item.text.text for item in inbox.quoted if item.located == "邮件" and item.unit and not item.also][:2] == [
        "报送甘肃",
        "甘肃的表。",
    ]
    assert len(inbox.texts) == 6 + 3 + 6
    assert len({text_key(item) for item in inbox.quoted}) == len(inbox.quoted)


def test_one_text_of_a_units_cities_is_one_line_with_the_number_of_files(tmp_path: Path) -> None:
    note = {form.key: {"B20": "坐席为租用"} for form in EDITION.forms[:1]}
    for at, name in ((0, "银川市"), (1, "石嘴山市"), (1, "石嘴山市更正")):
        rows = {form.key: [clean_rows(unit_named("宁夏"), form)[at]] for form in EDITION.forms}
        write_filing(tmp_path / f"{name}.xlsx", "宁夏", rows, cells=note)
    (line,) = judged(tmp_path).quoted
    assert (line.text.text, line.several) == ("坐席为租用", "2个文件")


def test_what_stands_behind_a_heading_is_quoted_also_where_it_is_a_year() -> None:
    texts = (Text(TextKind.ABOVE, "2018年", form="附表1", field="calls_total"),)
    assert [item.text.text for item in quoted_of([], [CoveringLetter("函.docx", texts)], EDITION)] == ["2018年"]
