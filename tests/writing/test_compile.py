"""``hrss12333 compile`` from a folder of filings and reports to the Word document."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result
from docx.oxml.ns import qn
from docx.table import Table

from factory import unit_named, write_filing
from filing_summaries import write_summary
from hrss12333 import cli
from hrss12333.checking.engine import check
from hrss12333.merging.national_table import merge
from hrss12333.model.document_marks import OUTPUT_CATEGORY
from hrss12333.model.national import National
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.reference import charts as reference_charts
from hrss12333.writing.reference import document as reference
from hrss12333.writing.reference.report_choice import SummaryDocument, choose
from hrss12333.writing.zip_repack import same_bytes


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three filings and two reports, one of them far too long."""
    folder = tmp_path_factory.mktemp("inbox")
    for unit in ("广东", "宁夏", "北京"):
        write_filing(folder / f"{unit}.xlsx", unit)
    write_summary(folder / "宁夏总结.docx", unit_named("宁夏"))
    write_summary(folder / "北京总结.docx", unit_named("北京"), filler=12)
    return folder


@pytest.fixture(scope="module")
def national(inbox: Path) -> National:
    return merge([check(document, EDITION) for document in read_paths([inbox], EDITION).documents], EDITION)


@pytest.fixture(scope="module")
def compiled(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    target = tmp_path_factory.mktemp("out") / "参阅.docx"
    return target, run(inbox, "-o", target)


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.cli, ["compile", *map(str, words)])


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def table_headed(path: Path, *heading: str) -> list[list[str]]:
    return next(
        found for table in docx.Document(str(path)).tables if (found := rows(table))[0][: len(heading)] == [*heading]
    )


def test_terminal_tells_what_was_written(compiled: tuple[Path, Result]) -> None:
    target, result = compiled
    lines = result.stdout.splitlines()
    assert lines[0] == f"已生成参阅文件“{target}”。"
    assert lines[1].startswith("  调查表：3/32 个单位。未报：天津、河北、")
    assert lines[2].startswith("  工作总结：2/32 个单位。未报：天津、")
    assert any(line.startswith("  超过3000字：北京市的工作总结有") for line in lines)
    assert result.exit_code == 1  # units are missing and one report is too long


def test_properties_mark_it_as_an_output(compiled: tuple[Path, Result]) -> None:
    properties = docx.Document(str(compiled[0])).core_properties
    assert properties.category == OUTPUT_CATEGORY
    assert properties.created == properties.modified == datetime(2020, 1, 17, tzinfo=UTC)


def test_the_output_is_passed_over_when_read_again(compiled: tuple[Path, Result], inbox: Path) -> None:
    reading = read_paths([compiled[0], inbox], EDITION)
    assert str(compiled[0]) not in [document.file for document in reading.documents]
    assert str(compiled[0]) in [skipped.file for skipped in reading.skipped]


def test_chapters_follow_the_official_order(compiled: tuple[Path, Result]) -> None:
    document = docx.Document(str(compiled[0]))
    headings = [
        (p.style.name, p.text) for p in document.paragraphs if p.style and str(p.style.name).startswith("Heading")
    ]
    names = [text for style, text in headings if style == "Heading 2"]
    assert names[-32:] == [unit.name for unit in EDITION.units]
    assert [text for style, text in headings if style == "Heading 1"] == [
        "一、报送情况",
        "二、全国总体情况",
        "三、各单位数据",
        "四、各地工作情况",
    ]
    assert [text for style, text in headings if style == "Heading 4"][:2] == ["一、工作进展", "二、取得的成效"]


def test_contents_link_to_every_chapter(compiled: tuple[Path, Result]) -> None:
    body = docx.Document(str(compiled[0])).element.body
    bookmarks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    instructions = [part.text.split() for part in body.iter(qn("w:instrText"))]
    assert len(anchors) == len(set(anchors)) == 4 + 2 + 1 + 2 + 32
    assert bookmarks == anchors
    assert [words[1] for words in instructions if words[0] == "PAGEREF"] == anchors
    assert [words[0] for words in instructions].count("TOC") == 1
    kinds = [mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")


def test_national_figures_are_those_of_the_tally(compiled: tuple[Path, Result], national: National) -> None:
    form = EDITION.forms[0]
    shown = {row[0]: row[1] for row in table_headed(compiled[0], "指标", "全国")}
    tallied = {
        key: national.tally(form, form.by_key[key]).total or 0 for key in ("calls_total", "calls_agent", "calls_ivr")
    }
    assert shown["来电总量"] == f"{tallied['calls_total']:,}次"
    assert shown["综合接通率"] == f"{(tallied['calls_agent'] + tallied['calls_ivr']) / tallied['calls_total']:.2%}"


def test_unit_figures_are_those_of_the_tally(compiled: tuple[Path, Result], national: National) -> None:
    form = EDITION.forms[0]
    lines = {row[0]: row for row in table_headed(compiled[0], "报送单位", "地区数", "来电总量")}
    for name in ("广东", "宁夏"):
        total = national.tally(form, form.by_key["calls_total"], unit_named(name)).total
        assert lines[name][1:3] == [f"{len(unit_named(name).expected)}/{len(unit_named(name).expected)}", f"{total:,}"]
    assert lines["天津"][1:4] == ["—", "—", "—"]
    assert lines["合计"][2] == f"{national.tally(form, form.by_key['calls_total']).total:,}"


def test_units_without_a_report_say_so(compiled: tuple[Path, Result]) -> None:
    texts = [paragraph.text for paragraph in docx.Document(str(compiled[0])).paragraphs]
    assert texts.count("该单位未报送工作总结。") == 1
    assert texts.count("该单位未报送调查表和工作总结。") == 29


def test_the_same_folder_gives_the_same_bytes(compiled: tuple[Path, Result], inbox: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.docx"
    run(inbox, "-o", again)
    assert again.read_bytes() == compiled[0].read_bytes()


def text_of(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_the_cover_names_notice_and_conference(compiled: tuple[Path, Result]) -> None:
    assert "2019年度" in text_of(compiled[0])
    assert "（2020年全国12333工作研讨会）" in text_of(compiled[0])
    assert "根据人社网信函〔2019〕28号各单位报送材料汇编" in text_of(compiled[0])


def test_another_year_leaves_out_what_is_not_known_of_its_notice(inbox: Path, tmp_path: Path) -> None:
    plain, told = tmp_path / "a.docx", tmp_path / "b.docx"
    run(inbox, "--year", "2020", "-o", plain)
    run(inbox, "--year", "2020", "--notice", "人社网信函〔2020〕30号", "--deadline", "2021-1-15", "-o", told)
    assert "2020年度" in text_of(plain)
    assert "根据各单位报送材料汇编" in text_of(plain)
    assert "28号" not in text_of(plain)
    assert "研讨会" not in text_of(plain)
    assert "根据人社网信函〔2020〕30号各单位报送材料汇编" in text_of(told)
    assert docx.Document(str(told)).core_properties.created == datetime(2021, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize("words", [("--year", "20"), ("--deadline", "明天")])
def test_what_is_no_year_or_day_is_refused(inbox: Path, tmp_path: Path, words: tuple[str, str]) -> None:
    target = tmp_path / "a.docx"
    assert run(inbox, *words, "-o", target).exit_code == 2
    assert not target.exists()


def test_an_existing_target_needs_force(inbox: Path, tmp_path: Path) -> None:
    target = tmp_path / "有.docx"
    target.write_bytes(b"mine")
    assert run(inbox, "-o", target).exit_code == 2
    assert target.read_bytes() == b"mine"
    assert run(inbox, "-o", target, "--force").exit_code == 1
    assert target.read_bytes()[:2] == b"PK"


def test_the_target_must_be_a_word_file(inbox: Path, tmp_path: Path) -> None:
    result = run(inbox, "-o", tmp_path / "参阅.pdf")
    assert result.exit_code == 2
    assert ".docx" in result.output


def test_without_a_chinese_font_the_charts_are_left_out(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_charts, "FONTS", ("No Such Font",))
    result = run(inbox, "-o", tmp_path / "a.docx")
    assert "没有找到中文字体" in result.stderr
    assert not docx.Document(str(tmp_path / "a.docx")).inline_shapes


def test_charts_have_a_description(compiled: tuple[Path, Result], national: National) -> None:
    if reference_charts.chinese_font() is None:
        pytest.skip("no Chinese font on this machine")
    body = docx.Document(str(compiled[0])).element.body
    shapes = list(body.iter(qn("wp:docPr")))
    assert len(shapes) == len({shape.get("id") for shape in shapes}) == 4
    assert all(shape.get("descr") for shape in shapes)


def test_a_nation_without_filings_has_no_charts(tmp_path: Path) -> None:
    empty = merge([], EDITION)
    assert reference_charts.charts(empty, "DejaVu Sans") == []
    reference.write_reference(tmp_path / "a.docx", empty, [])
    assert "29" not in table_headed(tmp_path / "a.docx", "指标", "全国")[1][1]


def summary(file: str, unit: str | None, day: int | None, data: bytes = b"") -> SummaryDocument:
    date = None if day is None else datetime(2020, 1, day)
    return SummaryDocument(unit_named(unit) if unit else None, file, data, 100, date)


def test_the_latest_report_of_a_unit_is_taken() -> None:
    found = choose(
        [summary("a", "广东", 3), summary("b", "广东", 9), summary("c", "广东", None), summary("d", None, 1)]
    )
    assert [item.file for item in found.used] == ["b"]
    assert [item.file for item in found.superseded] == ["c", "a"]
    assert [item.file for item in found.unknown] == ["d"]


def test_a_report_that_cannot_be_copied_does_not_stop_the_others(
    tmp_path: Path, national: National, inbox: Path
) -> None:
    good = replace(summary("好.docx", "宁夏", 1), data=(inbox / "宁夏总结.docx").read_bytes())
    report = reference.write_reference(tmp_path / "a.docx", national, [summary("坏.docx", "北京", 1, b"PK"), good])
    assert list(report.failed) == ["坏.docx"]
    texts = [paragraph.text for paragraph in docx.Document(str(tmp_path / "a.docx")).paragraphs]
    assert "该单位的工作总结未能收入，请见原文。" in texts
    assert "一、工作进展" in texts


def test_same_bytes_dates_every_part_alike() -> None:
    out = BytesIO()
    docx.Document().save(out)
    with zipfile.ZipFile(BytesIO(same_bytes(out.getvalue()))) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.libreoffice
def test_libreoffice_shows_contents_page_numbers_and_reports(
    compiled: tuple[Path, Result], soffice_convert: Callable[..., Path]
) -> None:
    pdf = soffice_convert(compiled[0], "pdf")
    pages = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, encoding="utf-8"
    ).stdout.split("\f")[:-1]
    contents = {
        parts[0].replace(" ", ""): int(parts[-1])
        for line in pages[1].splitlines()
        if len(parts := line.replace(".", "\t").split("\t")) > 1
    }
    assert len(contents) == 41
    for name, number in contents.items():
        assert name in [line.replace(" ", "") for line in pages[number - 1].splitlines()]
    assert f"第{len(pages)}页共{len(pages)}页" in "".join(pages[-1].split())
    assert "意见和建议" in "".join(pages[contents["宁夏回族自治区"] : contents["新疆维吾尔自治区"]])
