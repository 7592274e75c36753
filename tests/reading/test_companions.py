"""A stamped scan beside the workbook is a note, where it is plain which workbook it goes with; else it stays an error."""

from __future__ import annotations

from pathlib import Path

from damaged import archive
from factory import clean_rows, filing, mail, write_filing
from hrss12333.checking.engine import check
from hrss12333.model.filing import Unreadable
from hrss12333.model.finding import Severity
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions.y2019 import EDITION

PDF = b"%PDF-1.7\n"


def severities(path: Path) -> dict[str, Severity]:
    """Name of each file that could not be read → how severe that is."""
    return {
        Path(document.file).name: check(document, EDITION).findings[0].severity
        for document in read_paths([path], EDITION).documents
        if isinstance(document, Unreadable)
    }


def test_in_one_folder(tmp_path: Path) -> None:
    write_filing(tmp_path / "表.xlsx", "宁夏回族自治区")
    for name, data in (
        ("扫描件.pdf", PDF),
        ("盖章.jpg", b"\xff\xd8\xff\xe0"),
        ("表.ofd", archive([("OFD.xml", b"<ofd/>")])),
    ):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "坏.xlsx").write_bytes(b"")
    assert severities(tmp_path) == {
        "扫描件.pdf": Severity.NOTE,
        "盖章.jpg": Severity.NOTE,
        "表.ofd": Severity.NOTE,
        "坏.xlsx": Severity.ERROR,
    }


def test_by_the_unit_in_its_name(tmp_path: Path) -> None:
    write_filing(tmp_path / "a.xlsx", "宁夏回族自治区")
    write_filing(tmp_path / "b.xlsx", "青海省")
    for name in ("宁夏盖章件.pdf", "广东盖章件.pdf", "盖章件.pdf"):
        (tmp_path / name).write_bytes(PDF)
    assert severities(tmp_path) == {
        "宁夏盖章件.pdf": Severity.NOTE,
        "广东盖章件.pdf": Severity.ERROR,
        "盖章件.pdf": Severity.ERROR,
    }


def test_by_the_city_in_its_name(tmp_path: Path) -> None:
    """One city's scan does not come with another city's workbook, though both are of one unit."""
    for folder, count in (("一个市", 1), ("全省", 2)):
        (tmp_path / folder).mkdir()
        rows = {form: clean_rows("吉林省", form, count) for form in ("附表1", "附表2")}
        write_filing(tmp_path / folder / "长春.xlsx", "吉林省", rows)
    write_filing(tmp_path / "全省" / "福建.xlsx", "福建省")
    for name in ("长春盖章件", "吉林市盖章件", "吉林省吉林市盖章件", "南宁市", "吉林省盖章件"):
        for folder in ("一个市", "全省"):
            (tmp_path / folder / f"{name}.pdf").write_bytes(PDF)
    of_city = severities(tmp_path / "一个市")
    assert {name for name, severity in of_city.items() if severity is Severity.NOTE} == {
        "长春盖章件.pdf",
        "吉林省盖章件.pdf",
    }
    of_two = severities(tmp_path / "全省")
    assert {name for name, severity in of_two.items() if severity is Severity.ERROR} == {"南宁市.pdf"}


def test_in_one_mail(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(("表.xlsx", filing("宁夏回族自治区")), ("扫描.pdf", PDF)))
    (tmp_path / "b.eml").write_bytes(mail(("另一份.pdf", PDF)))
    assert severities(tmp_path) == {"扫描.pdf": Severity.NOTE, "另一份.pdf": Severity.ERROR}


ROW = "1 银川市 329010 104226 164581 60203 是 是 16 14 12 111"


def test_a_mail_that_lists_figures_and_goes_with_no_filing_is_one_that_cannot_be_read(tmp_path: Path) -> None:
    for unit in ("青海", "广东"):
        write_filing(tmp_path / f"{unit}.xlsx", unit)
    (tmp_path / "宁夏.eml").write_bytes(mail(said=f"您好：\n{ROW}"))
    (tmp_path / "青海.eml").write_bytes(mail(said="您好：西宁市的表随后寄来，电话0971-1234567。"))
    (tmp_path / "宁夏.csv").write_text(ROW.replace(" ", ","), encoding="utf-8")
    assert severities(tmp_path) == {"宁夏.eml": Severity.ERROR, "宁夏.csv": Severity.ERROR}


def test_a_mail_that_lists_another_units_figures_does_not_go_with_the_only_filing_beside_it(tmp_path: Path) -> None:
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    (tmp_path / "a.eml").write_bytes(mail(said=f"您好：\n{ROW.replace('银川', '福州')}"))
    (tmp_path / "b.eml").write_bytes(mail(said=f"您好：\n{ROW}"))
    assert severities(tmp_path) == {"a.eml": Severity.ERROR}


def test_a_list_of_corrections_beside_a_filing_is_asked_about(tmp_path: Path) -> None:
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    lines = "地区,指标,更正为\n银川市,坐席数,2525\n中卫市,坐席数,7777\n"
    (tmp_path / "更正.eml").write_bytes(mail(said=lines))
    (document,) = read_paths([tmp_path], EDITION).documents
    found = check(document, EDITION).findings
    assert [(finding.rule, finding.value) for finding in found] == [
        ("V310", "银川市,坐席数,2525"),
        ("V310", "中卫市,坐席数,7777"),
    ]
