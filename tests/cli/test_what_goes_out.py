"""What leaves: no telephone in HTML, CSV and public sheets, no control character at all, and with each letter and copy its own
unit's figures and contact."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import docx
import openpyxl
import pytest

from cli_runs import run
from conftest import write_few_reminders
from damaged import archive
from factory import CellValue, Style, clean_header, clean_rows, filing, mail, parsed, words_of, write_filing

NUMBER = 13_800_000_000 + 12_345_678
WRITTEN = (str(NUMBER), f"{NUMBER:,}", "138 1234 5678", "li@example.cn", "1391234567", "wang@@example.cn")
CONTACT = {"unit": "广东省", "name": "王五", "mobile": "1391234567", "email": "wang@@example.cn"}
HARMFUL = "\x07\x1b\x85\x9b\u202a\u202e\u2066\u2069"
TYPED: dict[str, CellValue] = {
    "calls_total6": NUMBER,
    "calls_agent7": str(NUMBER),
    "calls_ivr8": "李四138 1234 5678",
    "staff_total9": "138 1234 5678",
    "agents10": "li@example.cn",
    "remarks11": f"请电{NUMBER}\u202e或\u2066li@example.cn\x85",
    "B12": f"韶关市{NUMBER}",
    "C30": f"另请电{NUMBER}，来电总量应为5000",
    "remarks13": "\u202a系统升级\u2069，2月少计来电\x9b",
    "calls_total14": 7,
    "remarks14": f"含转接来电，详情请电{NUMBER}",
    "voicemail15": NUMBER,
    "remarks16": "说明" * 26 + f"{NUMBER}，待核实",
    "voicemail17": "<script>alert(1)</script>",
    "complaints17": "=1+1",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is made of one filing into whose cells, remarks, name and header numbers, addresses and control characters were typed."""
    folder = tmp_path_factory.mktemp("出")
    inbox = folder / "收"
    inbox.mkdir()
    path = inbox / f"广东省{NUMBER}.xlsx"
    write_filing(path, "广东省", None, CONTACT, cells={"附表1": TYPED})
    book = openpyxl.load_workbook(path)
    book["附表2"].title = f"附表2 {NUMBER}"
    book.save(path)
    (inbox / "附表1.csv").write_text(f"备注{HARMFUL},来电总量\n李{HARMFUL}四,{NUMBER}\n", encoding="utf-8")
    written = ("--report", folder / "汇总.html", "--csv", folder / "csv", "--returns", folder / "退")
    run("check", inbox, "--report", folder / "审核.html", "--annotate", folder / "副本")
    with pytest.MonkeyPatch.context() as patch:
        write_few_reminders(patch)
        run("merge", inbox, "-o", folder / "全国.xlsx", *written)
    run("fix", path, "-o", folder / "规范.xlsx")
    for command in ("check", "merge"):
        more = () if command == "check" else ("-o", folder / "二.xlsx")
        text = run(command, inbox, "--format", "json", *more).stdout
        (folder / f"{command}.json").write_text(text, encoding="utf-8")
    return folder


def texts_of(path: Path, without: tuple[str, ...] = ()) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows() if sheet.title not in without else ():
            for cell in row:
                yield "" if cell.value is None else str(cell.value)
                yield cell.comment.text if cell.comment else ""
                yield cell.hyperlink.target or "" if cell.hyperlink else ""


def test_no_telephone_and_no_address_leaves_the_office(written: Path) -> None:
    paths = [path for kind in ("*.html", "csv/*.csv") for path in written.glob(kind)]
    pages = [path.read_text(encoding="utf-8-sig") for path in paths]
    assert len(pages) == 6
    public = [*pages, *texts_of(written / "全国.xlsx", ("联系人",))]
    assert [text for text in public for number in WRITTEN if number in text] == []
    assert sum("［略］" in text for text in public) > 8


def test_what_somebody_typed_for_a_region_names_nobody(here: Path) -> None:
    """Where the cities of a unit are listed by their names."""
    typed = {key: {"region6": f"张三{NUMBER}"} for key in ("附表1", "附表2")}
    write_filing(here / "广东.xlsx", "广东省", cells=typed)
    done = run("merge", here / "广东.xlsx", "--unit", "广东", "-o", here / "a.xlsx")
    shown = [done.stdout, *texts_of(here / "a_汇总.xlsx", ("联系人",))]
    assert [text for text in shown if str(NUMBER) in text] == []
    assert "张三［略］" in done.stdout


def test_what_a_filing_says_is_text(written: Path) -> None:
    """No tag of a page, and no formula of a marked copy."""
    for page in written.glob("*.html"):
        assert "&lt;script&gt;alert(1)" in page.read_text(encoding="utf-8")
        assert "<script>alert" not in page.read_text(encoding="utf-8")
    for path in written.glob("副本/*.xlsx"):
        cells = [cell for row in openpyxl.load_workbook(path)["审核结果"] for cell in row]
        assert "=1+1" in [cell.value for cell in cells]
        assert "f" not in [cell.data_type for cell in cells]


def test_no_control_character_is_in_any_output(written: Path) -> None:
    books = [*written.glob("*.xlsx"), *written.glob("副本/*.xlsx")]
    assert len(books) == 4
    read = [path.read_text(encoding="utf-8-sig") for path in written.rglob("*") if path.suffix in (".json", ".html", ".csv")
            and path.parent.name != "收"]  # fmt: skip
    # An annotated copy is the sender's own workbook but for 审核结果.
    made = [text for path in books for text in texts_of(path, ("附表1", "附表2") if "副本" in path.parts else ())]
    made += [words_of(path) for path in written.glob("退/*.docx")]
    escaped = [f"\\u{ord(character):04x}" for character in HARMFUL]
    assert [text[:200] for text in (*read, *made) for part in (*HARMFUL, *escaped) if part in text.lower()] == []


@pytest.mark.parametrize(("year", "known"), [("2019", True), ("2020", False)])
def test_what_nobody_knows_of_a_years_notice_is_in_no_output(year: str, known: bool, here: Path) -> None:
    """Neither number, deadline, conference nor telephone of another year's; what is given stands there."""
    write_filing(here / "广东.xlsx", style=Style(sample=False, notes=False), cells={"附表1": {"calls_total6": 1}})
    run("template", "--year", year, "-o", "表.xlsx")
    run("merge", "广东.xlsx", "--year", year, "-o", "全国.xlsx", "--returns", "退")
    run("compile", "广东.xlsx", "--year", year, "-o", "参阅.docx")
    for path in (*here.glob("[表全参]*"), *here.glob("退/*.docx")):
        with zipfile.ZipFile(path) as package:
            text = "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
        assert any(words in text for words in ("28号", "84209211", "研讨会", "1月17日")) is known, path
        assert "None" not in text
    assert ("根据各单位报送材料汇编" in words_of("参阅.docx")) is not known
    assert ("按照通知要求，各地应报送工作总结和调查表" in words_of("退/催报函_海南省.docx")) is not known
    told = ("--notice", "人社网信函〔2020〕30号", "--deadline", "2021-1-15")
    run("compile", "广东.xlsx", "--year", year, "-o", "又.docx", *told)
    assert "根据人社网信函〔2020〕30号各单位报送材料汇编" in words_of("又.docx")
    assert docx.Document("又.docx").core_properties.created == datetime(2021, 1, 15, tzinfo=UTC)


# Two faulty filings of one file name


pytestmark = pytest.mark.usefixtures("few_reminders")
NAME = "12333调查表.xlsx"
UNITS = {"广东省": "甲负责", "福建省": "乙负责"}
MOBILES = {"广东省": "13900000001", "福建省": "13900000002"}
HEADERS = {
    unit: {**clean_header(unit), "name": name, "mobile": MOBILES[unit], "email": f"{MOBILES[unit]}@example.cn"}
    for unit, name in UNITS.items()
}
FAULTY = [filing(unit, None, HEADERS[unit], cells={"附表1": {"voicemail6": "部分"}}) for unit in UNITS]


WAYS: dict[str, Callable[[bytes, bytes], dict[str, bytes]]] = {
    "one mail": lambda a, b: {"信.eml": mail((NAME, a), (NAME, b))},
    "two zips": lambda a, b: {"箱1.zip": archive([(NAME, a)]), "箱2.zip": archive([(NAME, b)])},
    "two folders": lambda a, b: {f"1/{NAME}": a, f"2/{NAME}": b},
    "control characters": lambda a, b: {f"\x01{NAME}": a, f"\x02{NAME}": b},
}
"""How two filings of one name come."""
NOT_ON_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no control character in a name")


def assert_own(text: str, unit: str, *, contact: bool = True) -> None:
    """Of the two units one alone is spoken of."""
    (other,) = UNITS.keys() - {unit}
    first, stranger = (str(clean_rows(name, "附表1")[0]["region"]) for name in (unit, other))
    assert unit in text
    assert first in text
    for strange in (other, stranger, UNITS[other], MOBILES[other], str(Path.cwd()), "收件"):
        assert strange not in text
    if contact:
        assert MOBILES[unit] in text


@pytest.mark.parametrize("way", [*list(WAYS)[:-1], pytest.param("control characters", marks=NOT_ON_WINDOWS)])
def test_what_goes_back_is_the_units_own(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox, back = tmp_path / "收件", tmp_path / "退回"
    for name, sent in WAYS[way](*FAULTY).items():
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(sent)
    monkeypatch.chdir(tmp_path)
    assert run("merge", inbox, "--returns", back, "--force").exit_code == 1
    for unit in UNITS:
        letter = back / f"退回修改意见_{unit}"
        text = words_of(f"{letter}.docx")
        assert_own(text, unit, contact=False)
        draft = parsed(letter.with_suffix(".eml"))
        assert str(draft["To"]) == f"{MOBILES[unit]}@example.cn"
        printed, attached = draft.iter_attachments()
        assert printed.get_filename() == f"{letter.name}.docx"
        content = attached.get_payload(decode=True)
        assert isinstance(content, bytes)
        pages = openpyxl.load_workbook(io.BytesIO(content))
        assert_own(str([row for page in pages for row in page.iter_rows(values_only=True)]), unit)
        assert (back / str(attached.get_filename())).read_bytes() == content
        assert str(attached.get_filename()) in text
