"""A few fresh mutants of each format: every one ends as a document or as one clear problem.

`benchmarks/fuzz_reading.py --minutes 60 FILE...` does the same for an hour.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from binary_workbooks import xls
from damaged import document, stored_rar, workbook
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.grid import FileProblem

SEEDS: dict[str, Callable[[], bytes]] = {
    "xlsx": workbook,
    "xls": lambda: xls([["地区", 12.0], [ValueError("#REF!"), True]]),
    "docx": document,
    "rar": lambda: stored_rar([("a.xlsx", workbook())]),
}


@pytest.mark.parametrize("kind", SEEDS)
def test_a_few_mutants(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    dice = random.Random(f"2019 {kind}")
    seed = SEEDS[kind]()
    for _ in range(25):
        data = bytearray(seed)
        for _ in range(dice.choice((1, 2, 8))):
            at = dice.randrange(len(data))
            data[at : at + dice.choice((0, 1, 1, 4))] = bytes([dice.randrange(256)] * dice.choice((0, 1, 1, 3)))
        with suppress(FileProblem):
            open_document(bytes(data))
    assert capfd.readouterr() == ("", "")
