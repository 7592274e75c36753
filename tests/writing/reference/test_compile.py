"""``hrss12333 compile`` from a folder of filings and reports to the Word document."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result
from docx.oxml.ns import qn
from docx.table import Table
from msgspec.structs import replace

from binary_workbooks import bytes_of
from cases import words
from damaged import Change, with_parts
from factory import unit_named, write_filing
from filing_summaries import write_summary
from hrss12333 import cli
from hrss12333.checking.engine import check
from hrss12333.merging.national_table import merge
from hrss12333.model.document_marks import OUTPUT_CATEGORY
from hrss12333.model.filing import Summary
from hrss12333.model.national import National, tally
from hrss12333.model.row import Problem
from hrss12333.reading.documents import read_paths
from hrss12333.reading.files.source import Source
from hrss12333.reading.grid import FileProblem
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.reference import document as reference
from hrss12333.writing.reference.document import choose
from hrss12333.writing.reference.report_copy import ReportCopy, copy_report
from national_tables import no_report


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four filings, as many as are compared, and two reports, one of them far too long."""
    folder = tmp_path_factory.mktemp("inbox")
    for unit in ("广东", "宁夏", "北京", "海南"):
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
    assert lines[1].startswith("  调查表：4/32个单位。没报：天津、河北、")
    assert lines[2].startswith("  工作总结：2/32个单位。没报：天津、")
    assert result.exit_code == 1  # units are missing and one report is too long


def test_a_report_that_names_two_units_is_not_said_to_name_none(tmp_path: Path) -> None:
    path = tmp_path / "广东省工作总结.docx"
    write_summary(path, unit_named("北京"))
    write_summary(tmp_path / "宁夏总结.docx", unit_named("宁夏"))
    why = "标题、落款、文件名没有写明单位，或者写的不一致，请改正后重新汇编"
    assert f"  未收入：{path.name}（{why}）" in run(tmp_path, "-o", tmp_path / "参阅.docx").stdout.splitlines()


def test_properties_mark_it_as_an_output_which_is_passed_over(compiled: tuple[Path, Result]) -> None:
    assert [skipped.file for skipped in read_paths([compiled[0]], EDITION).skipped] == [str(compiled[0])]
    properties = docx.Document(str(compiled[0])).core_properties
    assert properties.category == OUTPUT_CATEGORY
    assert properties.created == properties.modified == datetime(2020, 1, 17, tzinfo=UTC)


def headings(path: Path, style: str) -> list[str]:
    return [p.text for p in docx.Document(str(path)).paragraphs if p.style is not None and p.style.name == style]


def test_parts_and_sections_in_their_order(compiled: tuple[Path, Result]) -> None:
    parts = words("第一部分\\u3000已报单位总体情况 | 第二部分\\u3000各单位数据 | 第三部分\\u3000各单位工作总结")
    sections = words(
        "一、报送情况 | 二、来电情况 | 三、服务功能 | 四、队伍建设 | 五、电话系统建设 | 六、服务渠道 | 七、规范化建设"
    )
    assert (headings(compiled[0], "Heading 1"), headings(compiled[0], "Heading 2")) == (parts, sections)
    assert headings(compiled[0], "Heading 4")[:2] == ["一、工作进展", "二、取得的成效"]


def test_only_units_with_a_report_have_pages_of_their_own(compiled: tuple[Path, Result]) -> None:
    assert headings(compiled[0], "单位标题") == ["北京市", "宁夏回族自治区"]
    assert "28个单位尚未报送调查表；" in text_of(compiled[0])
    assert "未报送工作总结的30个单位，数据见第二部分。" in text_of(compiled[0])


def test_national_figures_are_those_of_the_tally(compiled: tuple[Path, Result], national: National) -> None:
    form = EDITION.forms[0]
    shown = {row[0]: row[2] for row in table_headed(compiled[0], "指标", "单位", "2019年")}
    entries = national.entries_of(form)
    tallied = {key: tally(entries, form.by_key[key]).total or 0 for key in ("calls_total", "calls_agent", "calls_ivr")}
    assert float(shown["来电总量"].replace(",", "")) == pytest.approx(tallied["calls_total"] / 10_000, abs=0.005)
    answered = (tallied["calls_agent"] + tallied["calls_ivr"]) / tallied["calls_total"]
    assert float(shown["综合接通率"]) == pytest.approx(answered * 100, abs=0.05)


def test_unit_figures_are_those_of_the_tally(compiled: tuple[Path, Result], national: National) -> None:
    form = EDITION.forms[0]
    lines = {row[0]: row for row in table_headed(compiled[0], "报送单位", "总人数\n（人）")}
    for name in ("广东", "宁夏"):
        rows = [entry.row for entry in national.entries_of(form, unit_named(name))]
        total = sum(row.number("staff_total") or 0 for row in rows)
        assert lines[name][1] == f"{total:,}"
    assert lines["已报单位"][1] == f"{tally(national.entries_of(form), form.by_key['staff_total']).total:,}"
    assert "天津" not in lines


def test_the_same_folder_gives_the_same_bytes(compiled: tuple[Path, Result], inbox: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.docx"
    run(inbox, "-o", again)
    assert again.read_bytes() == compiled[0].read_bytes()


def text_of(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_the_cover_names_notice_and_conference(compiled: tuple[Path, Result]) -> None:
    assert text_of(compiled[0]).startswith(
        "2019年度\n12333电话服务情况\n参阅文件\n"
    )  # not the nation's: units are missing
    assert "（2020年全国12333工作研讨会）" in text_of(compiled[0])
    assert "根据人社网信函〔2019〕28号各单位报送材料汇编" in text_of(compiled[0])


def test_another_year_leaves_out_what_is_not_known_of_its_notice(inbox: Path, tmp_path: Path) -> None:
    plain, listed = tmp_path / "a.docx", tmp_path / "b.docx"
    run(inbox, "--year", "2020", "-o", plain)
    run(inbox, "--year", "2020", "--notice", "人社网信函〔2020〕30号", "--deadline", "2021-1-15", "-o", listed)
    assert "2020年度" in text_of(plain)
    assert "根据各单位报送材料汇编" in text_of(plain)
    assert "28号" not in text_of(plain)
    assert "研讨会" not in text_of(plain)
    assert "根据人社网信函〔2020〕30号各单位报送材料汇编" in text_of(listed)
    assert docx.Document(str(listed)).core_properties.created == datetime(2021, 1, 15, tzinfo=UTC)


def test_charts_are_native_with_a_description_and_their_figures(compiled: tuple[Path, Result]) -> None:
    body = docx.Document(str(compiled[0])).element.body
    shapes = list(body.iter(qn("wp:docPr")))
    assert len(shapes) == len({shape.get("id") for shape in shapes}) == 4
    assert all(shape.get("descr") for shape in shapes)
    with zipfile.ZipFile(compiled[0]) as package:
        names = package.namelist()
        assert not [name for name in names if name.endswith((".png", ".emf"))]
        assert sum(name.startswith("word/charts/chart") for name in names) == 4
        figures = openpyxl.load_workbook(BytesIO(package.read("word/embeddings/chart2.xlsx")))["数据"]
    assert [cell.value for cell in figures["A"]] == [None, "北京", "广东", "海南", "宁夏"]
    assert [cell.value for cell in figures[1]] == [None, "人工接听量", "自助语音量", "放弃量", "来电总量（末端数字）"]


def test_every_chart_is_referred_to_before_it_stands(compiled: tuple[Path, Result]) -> None:
    texts = text_of(compiled[0]).splitlines()
    for number in range(1, 5):
        caption = next(at for at, text in enumerate(texts) if text.startswith(f"图{number}　"))
        assert any(re.search(f"见.*图{number}", text) for text in texts[:caption])


def test_a_nation_without_filings_has_no_charts(tmp_path: Path) -> None:
    reference.write_reference(tmp_path / "a.docx", merge([], EDITION), no_report)
    document = docx.Document(str(tmp_path / "a.docx"))
    assert not document.inline_shapes
    assert "应报的32个单位中收到0个，共0个地区的数据。" in text_of(tmp_path / "a.docx")
    assert "目前，北京市、天津市、河北省、山西省等32个单位尚未报送调查表" in text_of(tmp_path / "a.docx")
    assert headings(tmp_path / "a.docx", "Heading 1")[-1] == "第二部分　各单位数据"


def summary(file: str, unit: str | None, day: int | None = None) -> Summary:
    saved = None if day is None else datetime(2020, 1, day)
    return Summary(file, unit_named(unit) if unit else None, (), words=100, saved=saved)


def test_the_latest_report_of_a_unit_is_taken() -> None:
    found = choose([summary("a", "广东", 3), summary("b", "广东", 9), summary("d", None, 1)])
    assert [item.file for item in found.used] == ["b"]
    assert [item.file for item in found.superseded] == ["a"]
    assert [item.file for item in found.unknown] == ["d"]


def copy_of(data: bytes) -> ReportCopy:
    return copy_report(Source("总结.docx", lambda: data))


def test_reports_that_cannot_be_copied_or_are_gone_are_named_and_stop_no_other(
    tmp_path: Path, national: National, inbox: Path
) -> None:
    def copy(file: str) -> ReportCopy:
        if file == "走.docx":
            raise FileProblem(Problem.DAMAGED, "文件已经不在了。")
        return copy_of(b"PK" if file == "坏.docx" else (inbox / "宁夏总结.docx").read_bytes())

    having = replace(
        national, summaries=(summary("坏.docx", "北京"), summary("走.docx", "海南"), summary("好.docx", "宁夏"))
    )
    report = reference.write_reference(tmp_path / "a.docx", having, copy)
    assert (list(report.failed), report.failed["走.docx"]) == (["坏.docx", "走.docx"], "文件已经不在了。")
    assert text_of(tmp_path / "a.docx").count("该单位的工作总结未能收入，请见原文。") == 2
    assert "一、工作进展" in headings(tmp_path / "a.docx", "Heading 4")


def test_a_report_whose_lists_are_damaged_stops_no_other(tmp_path: Path, national: National, inbox: Path) -> None:
    """Nobody looks at them before it is copied."""
    as_picture = b"wordprocessingml.numbering+xml", b"image"
    parts: dict[str, Change] = {"[Content_Types].xml": as_picture, "word/numbering.xml": b"<a"}
    data = with_parts(bytes_of(docx.Document()), parts)
    having = replace(national, summaries=(summary("坏.docx", "北京"),))
    report = reference.write_reference(tmp_path / "a.docx", having, lambda _: copy_of(data))
    assert list(report.failed) == ["坏.docx"]
