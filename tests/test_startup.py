"""What each command loads: no library, reader, writer or model that it has no use for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from factory import write_filing

OTHER_FORMATS = ("html_tables", "xml_spreadsheet", "plain_text", "word")
READERS = tuple(f"hrss12333.reading.formats.{name}" for name in OTHER_FORMATS)
NOT_FOR_CLEAN = (
    "hrss12333.reading.files.libreoffice",
    "hrss12333.checking.localisation",
    "hrss12333.checking.report_topics",
    "hrss12333.merging.last_year",
)
WRITERS = ("xlsxwriter", "openpyxl", "docx", "hrss12333.writing.national")


def loaded(*arguments: str) -> set[str]:
    code = (
        f"import sys; sys.argv = ['hrss12333', *{arguments!r}]\n"
        "import atexit\n"
        "atexit.register(lambda: print('\\n' + ' '.join(sys.modules)))\n"
        "from hrss12333.__main__ import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, encoding="utf-8")
    return set(done.stdout.splitlines()[-1].split())


@pytest.fixture(scope="module")
def filing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_filing(tmp_path_factory.mktemp("startup") / "广东.xlsx")


def test_help_loads_click_alone() -> None:
    found = loaded("--help")
    assert "click" in found
    assert {name for name in found if name.startswith(("hrss12333.reading", "hrss12333.survey"))} == set()
    assert found & {"pydantic", "rich", "python_calamine", *WRITERS} == set()


def test_check_as_json_loads_no_console_no_writer_and_no_other_reader(filing: Path) -> None:
    found = loaded("check", "--format", "json", str(filing))
    assert {"pydantic", "hrss12333.reading.formats.rich_reader", "hrss12333.reporting.outputs.json_output"} <= found
    assert found & {"rich", "xlrd", "jinja2", *WRITERS, *READERS, *NOT_FOR_CLEAN} == set()


def test_check_as_text_into_a_pipe_loads_no_console_and_no_json(filing: Path) -> None:
    found = loaded("check", str(filing))
    assert (
        found
        & {"rich", "xlrd", "jinja2", "hrss12333.reporting.outputs.json_output", *WRITERS, *READERS, *NOT_FOR_CLEAN}
        == set()
    )


@pytest.mark.parametrize("style", ["json", "text"])
def test_merge_loads_its_writer_and_no_other(filing: Path, tmp_path: Path, style: str) -> None:
    found = loaded("merge", str(filing), "--format", style, "-o", str(tmp_path / "out.xlsx"))
    assert {"xlsxwriter", "hrss12333.writing.national"} <= found
    assert found & {"rich", "openpyxl", "docx", "xlrd", "jinja2", *READERS} == set()


def test_the_process_that_reads_old_workbooks_knows_no_forms() -> None:
    code = (
        "import sys, hrss12333.reading.files.child_process as child, hrss12333.reading.formats.ole;"
        "from hrss12333.reading.files.file_type import FORMATS; print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    found = set(done.stdout.split())
    assert "xlrd" in found
    assert {
        name for name in found if name.startswith(("pydantic", "hrss12333.survey.schema", "hrss12333.model.row"))
    } == set()
