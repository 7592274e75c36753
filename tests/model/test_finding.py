"""A finding's places: the first is where it is to be corrected, what its words name stands at the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from factory import Style, write_filing
from hrss12333.model.finding import Finding, Location, Severity
from hrss12333.model.message import FileOf, FilesOf, Param, RegionName, compose
from merge_runs import merged

BARE = Style(sample=False, total="none")


def about(*files: str, **params: Param) -> Finding:
    """A finding that names files."""
    reported = compose("{region}在{named}中没有了", region=RegionName("银川市"), **params)
    further = tuple(map(Location, files[1:]))
    return Finding(files[0], rule="M706", severity=Severity.QUERY, message=reported, further=further)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (FileOf(1), "“银川市”在“乙/新.xlsx”中没有了。"),
        (FilesOf(), "“银川市”在（“乙/新.xlsx”、“丙.xlsx”）中没有了。"),
        (FilesOf(more=True), "“银川市”在（“乙/新.xlsx”、“丙.xlsx”等）中没有了。"),
    ],
)
def test_files_in_its_words_are_those_of_its_further_places(named: FileOf | FilesOf, message: str) -> None:
    finding = about("甲/旧.xlsx", "乙/新.xlsx", "丙.xlsx", named=named)
    assert finding.message_text == message
    last = finding.renamed(lambda file: file.rpartition("/")[2])
    assert (last.file, last.message_text) == ("旧.xlsx", message.replace("乙/", ""))
    others = finding.renamed(lambda file: file.rpartition("/")[2], first=1)
    assert (others.file, others.message_text) == ("甲/旧.xlsx", message.replace("乙/", ""))


def test_a_row_that_is_replaced_names_the_row_that_counts(tmp_path: Path) -> None:
    write_filing(tmp_path / "旧.xlsx", "宁夏", style=BARE, cells={"附表1": {"seats6": 77}})
    write_filing(tmp_path / "更正.xlsx", "宁夏", style=BARE)
    (found,) = (finding for finding in merged(tmp_path).findings if finding.rule == "M702")
    here, (there,) = found, found.further
    assert (Path(here.file).name, Path(there.file).name) == ("旧.xlsx", "更正.xlsx")
    assert (here.sheet, here.row, here.column, here.region) == (there.sheet, there.row, there.column, there.region)
    assert there.region == "银川市"


def test_a_region_twice_names_its_first_row(tmp_path: Path) -> None:
    write_filing(tmp_path / "宁夏.xlsx", "宁夏", style=BARE, cells={"附表1": {"B7": "银川市"}})
    (found,) = (finding for finding in merged(tmp_path).findings if finding.rule == "R203")
    assert [(place.region, place.row) for place in (found, *found.further)] == [("银川市", 7), ("银川市", 6)]
