"""A file is read as the edition of the year that it names: both years' files of one folder, each with its own headings."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from factory import clean_header
from hrss12333.model.filing import Filing
from hrss12333.model.finding import Severity
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions import EDITIONS
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Form, Kind
from merge_runs import judged
from next_edition import NEXT, YEAR


@pytest.fixture(autouse=True)
def _next_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EDITIONS, YEAR, NEXT)


def sheet(book: openpyxl.Workbook, form: Form, year: int | None) -> None:
    """One form with a row of 银川市; the year is in its title where given."""
    header = clean_header("宁夏")
    page = book.create_sheet(form.key)
    page.append([f"{year}年度{form.title}" if year else form.title])
    page.append([f"（盖章）宁夏回族自治区 联系人：{header['name']} 手机号：{header['mobile']} 邮箱：{header['email']}"])
    page.append([column.label for column in form.columns])
    answers = {Kind.COUNT: 7, Kind.YESNO: "是", Kind.SERIAL: 2, Kind.REGION: "银川市"}
    page.append([column.choices[0] if column.choices else answers.get(column.kind) for column in form.columns])


def write(path: Path, edition: Edition, year: int | None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet(book, edition.forms[0], year)
    sheet(book, edition.forms[1], None)
    book.save(path)
    return path


@pytest.mark.parametrize("processed", [EDITION, NEXT], ids=["this year", "next year"])
def test_both_years_files_in_one_folder_are_read_with_their_own_headings(processed: Edition, tmp_path: Path) -> None:
    for edition in (EDITION, NEXT):
        write(tmp_path / f"{edition.year}.xlsx", edition, edition.year)
    documents = read_paths([tmp_path], processed).documents
    for document, edition in zip(documents, (EDITION, NEXT), strict=True):
        assert isinstance(document, Filing)
        assert document.year == edition.year
        assert [table.form for table in document.tables] == list(edition.forms)
        assert [table.column_problems for table in document.tables] == [(), ()]
        assert document.texts == ()
        assert document.tables[1].rows[0].scalar("network_location") == "互联网"


def test_a_file_that_names_no_year_is_read_as_the_one_being_processed(tmp_path: Path) -> None:
    path = write(tmp_path / "宁夏.xlsx", NEXT, None)
    for processed, problems in ((NEXT, []), (EDITION, ["training_attendances"])):
        (document,) = read_paths([path], processed).documents
        assert isinstance(document, Filing)
        assert document.tables[0].form is processed.forms[0]
        assert [problem.field for problem in document.tables[0].column_problems] == problems


def test_months_give_way_to_the_years_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in ("1月", "2月", "3月", "全年"):
        sheet(book, EDITION.forms[0], 2019)
        book.worksheets[-1].title = name
    book.save(tmp_path / "宁夏.xlsx")
    entries = judged(tmp_path).national.entries
    assert [entry.sheet for entry in entries if entry.counted] == ["全年"]
    assert {entry.why for entry in entries if not entry.counted} == {"不是全年的数据，以{file}中全年的为准（M705）"}
    del book["全年"]
    book.save(tmp_path / "宁夏.xlsx")
    national = judged(tmp_path).national
    assert not any(entry.counted for entry in national.entries)
    assert [finding.severity for finding in national.findings if finding.rule in ("M705", "R203")] == [Severity.ERROR]
