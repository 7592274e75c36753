"""The examples: made anew they are the same, the clean ones merge without a complaint, the faulty ones show their
fault, and the national totals equal a sum that knows nothing of this package."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import make_examples
from cli_runs import run
from filing_faults import FAULTS, fault_table
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind

EXAMPLES = Path(make_examples.__file__).parent
FILINGS = EXAMPLES / make_examples.FILINGS
FAULTY = EXAMPLES / make_examples.FAULTY
pytestmark = pytest.mark.usefixtures("examples_read_once")
COUNTS = {form.key: [column.label for column in form.of_kind(Kind.COUNT)] for form in EDITION.forms}
"""Headings whose totals are compared; the only thing taken from the package."""


def content(path: Path) -> object:
    """What is in a file: the parts of a zip package, else its bytes. How well it was compressed does not matter."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def figures(path: Path, sheet: str, headings: list[str], holds: Callable[[tuple[Any, ...]], bool]) -> Counter[str]:
    """Heading → sum over the rows that hold, added up cell by cell; and the number of these rows."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = [*book[sheet].iter_rows(values_only=True)]
    places = [("".join(str(cell).split()), at) for row in reversed(rows[:12]) for at, cell in enumerate(row)]
    # The workbook has the measure behind a heading that has none itself.
    named = [(heading if heading in headings else heading.partition("（")[0], at) for heading, at in places]
    columns = {heading: at for heading, at in named if heading in headings}
    assert columns.keys() == {*headings}
    added: Counter[str] = Counter()
    for row in filter(holds, rows):
        added.update({heading: row[at] for heading, at in columns.items()}, rows=1)
    return added


def in_a_filing(row: tuple[Any, ...]) -> bool:
    """With a serial number, and not the sample."""
    return isinstance(row[0], int) and bool(row[1]) and row[1] != "样例"


def is_total(row: tuple[Any, ...]) -> bool:
    return any("".join(str(value).split()) == "合计" for value in row[:2])


@pytest.mark.long
def test_making_them_again_where_an_earlier_run_was_gives_the_same(tmp_path: Path) -> None:
    (tmp_path / make_examples.FAULTY).mkdir()
    (tmp_path / make_examples.FAULTY / "旧.xlsx").write_bytes(b"")
    (tmp_path / "README.md").write_text("\n".join(("前", *make_examples.TABLE, "后")), encoding="utf-8")
    make_examples.make(tmp_path)
    for name in (make_examples.FILINGS, make_examples.FAULTY):
        kept, made = ({path.name: content(path) for path in (top / name).iterdir()} for top in (EXAMPLES, tmp_path))
        assert set(kept) == set(made)
        assert [file for file in kept if kept[file] != made[file]] == []
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert (text.splitlines()[-1], fault_table() in text) == ("后", True)


def test_the_readme_lists_the_faulty_files_with_what_is_found_in_them() -> None:
    found = (Path(__file__).parent / "golden" / "findings.txt").read_text(encoding="utf-8")
    assert [fault for fault in FAULTS if f"examples/faulty/{fault.file} | {fault.rule} | " not in found] == []
    assert fault_table() in (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert "合成数据" in (EXAMPLES / "README.md").read_text(encoding="utf-8")


def test_totals_equal_an_independent_sum(tmp_path: Path) -> None:
    result = run("merge", FILINGS, "-o", tmp_path / "全国.xlsx", "--strict")
    assert result.exit_code == 0, result.output
    for key, headings in COUNTS.items():
        found = figures(tmp_path / "全国.xlsx", f"{key}汇总", headings, is_total)
        expected = sum((figures(path, key, headings, in_a_filing) for path in FILINGS.glob("*.xlsx")), Counter())
        assert (found.pop("rows"), expected.pop("rows")) == (1, 453)
        assert found == expected
