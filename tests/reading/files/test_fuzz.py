"""What once broke a reader, and a few fresh mutants for each: every one ends as a document or as one clear problem.

`benchmarks/fuzz_reading.py --minutes 60 FILE...` does the same for an hour.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from damaged import document, ods, stored_rar, workbook
from hrss12333.model.problem import Problem
from hrss12333.reading.files.file_type import open_bytes
from hrss12333.reading.grid import FileProblem
from oldbooks import xls, xlsb

_SS = "urn:schemas-microsoft-com:office:spreadsheet"
XML = (
    f'<?xml version="1.0"?><Workbook xmlns="{_SS}" xmlns:ss="{_SS}"><Worksheet ss:Name="S"><Table><Row>'
    '<Cell ss:MergeAcross="1"><Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet></Workbook>'
)
HTML = "<table><tr><td rowspan=2 colspan=3>地区</td><td><s>1</s>2</td></tr><tr><td>3</td></tr></table>"

SEEDS: dict[str, Callable[[], bytes]] = {
    "xlsx": workbook,
    "xls": lambda: xls([["地区", 12.0], [ValueError("#REF!"), True]]),
    "xlsb": lambda: xlsb([["地区", 12.0], [ValueError("#N/A"), True]]),
    "ods": lambda: ods(b"<table:table-row><table:table-cell/></table:table-row>"),
    "docx": document,
    "html": HTML.encode,
    "xml2003": XML.encode,
    "csv": "地区,来电总量\n银川市,1200\n".encode,
    "rar": lambda: stored_rar([("a.xlsx", workbook())]),
}

BROKE: dict[str, tuple[bytes, Problem | None]] = {
    "a cell in no row": (XML.replace("<Row>", "").replace("</Row>", "").encode(), Problem.DAMAGED),
    "a cell of a row without a table": (HTML.replace("<tr>", "").encode(), None),
    "a table that never ends": (HTML.replace("</table>", "").encode(), None),
    "a row number that is no number": (XML.replace("<Row>", '<Row ss:Index="x">').encode(), Problem.DAMAGED),
}
"""What it is → the file, and the problem that it is; None where it is read all the same."""


def outcome(data: bytes) -> Problem | None:
    """The problem that a file is; None where it is read."""
    try:
        open_bytes(data)
    except FileProblem as problem:
        return problem.kind
    return None


@pytest.mark.parametrize("name", BROKE)
def test_what_once_broke_a_reader(name: str) -> None:
    data, problem = BROKE[name]
    assert outcome(data) is problem


@pytest.mark.parametrize("kind", SEEDS)
def test_a_few_mutants(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    dice = random.Random(f"2019 {kind}")
    seed = SEEDS[kind]()
    for _ in range(25):
        data = bytearray(seed)
        for _ in range(dice.choice((1, 2, 8))):
            at = dice.randrange(len(data))
            data[at : at + dice.choice((0, 1, 1, 4))] = bytes([dice.randrange(256)] * dice.choice((0, 1, 1, 3)))
        outcome(bytes(data))
    assert capfd.readouterr() == ("", "")
