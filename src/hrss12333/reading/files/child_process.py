"""The parent's side of the disposable child process, in which formats without a guard of their own are read.

A damaged .xls can make a compiled reader panic, loop or eat memory without bound, and an .ole file can send any parser
in circles. The child has a time limit, where the system knows one a memory limit, and no stderr; what kills it becomes
a finding. Data goes in by stdin and comes back as JSON: nothing that a hostile file could have prepared is unpickled.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import hrss12333
from hrss12333.model.problem import Problem
from hrss12333.reading.files.package import damaged
from hrss12333.reading.grid import Box, Cell, FileProblem, Grid, Sheets, Unseen

TIME_LIMIT = 10.0
"""Seconds a child may take for one file; an ordinary one takes 0.05."""

OUT_OF_BOUNDS = "读取这个文件耗用的时间或内存超出上限，已停止读取。文件可能已损坏，或含有大量无关内容。" + (
    "请在 Excel 或 WPS 中打开，只保留两张调查表，另存为新的 .xlsx 后再报送。"
)
_KILLED_BY_LIMIT = {
    -getattr(signal, name) for name in ("SIGKILL", "SIGABRT", "SIGXCPU") if hasattr(signal, name)
}  # SIGABRT: the reader was refused memory


def in_child(task: str, data: bytes, seconds: float | None = None) -> dict[str, Any]:
    """What the child makes of the data within so many seconds (`TIME_LIMIT`); ``task`` is a key of `child.TASKS`.

    Raises:
        FileProblem: what the child found, F004 where it broke its limits, F001 where it crashed.
    """
    paths = [str(Path(hrss12333.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    try:
        done = subprocess.run(  # noqa: S603  this very interpreter and module, no shell
            # -P: the current folder, which may hold what strangers sent, is no place to import from
            [sys.executable, "-P", "-X", "utf8", "-m", "hrss12333.reading.files.child_main", task],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds or TIME_LIMIT,
            check=False,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise FileProblem(Problem.TOO_LARGE, OUT_OF_BOUNDS) from error
    if done.returncode in _KILLED_BY_LIMIT:
        raise FileProblem(Problem.TOO_LARGE, OUT_OF_BOUNDS)
    try:
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise damaged()
    if "problem" in answer:
        kind, message = answer["problem"]
        raise FileProblem(Problem[kind], str(message))
    return answer


def encode_grids(grids: tuple[Grid, ...]) -> list[dict[str, Any]]:
    """Grids as JSON takes them."""
    return [
        {
            "name": grid.name,
            "hidden": grid.hidden,
            "merges": [[box.top, box.left, box.bottom, box.right] for box in grid.merges],
            "cells": grid.cells,
        }
        for grid in grids
    ]


def encode_cell(cell: object) -> list[Any]:
    """A cell of a kind that JSON does not know, as ``default`` of `json.dumps`."""
    if isinstance(cell, timedelta):
        return ["timedelta", cell.total_seconds()]
    if isinstance(cell, datetime | date | time):
        return [type(cell).__name__, cell.isoformat()]
    raise TypeError(type(cell).__name__)


def encode_bytes(data: bytes) -> str:
    """Bytes within JSON."""
    return base64.b85encode(data).decode()


def decode_bytes(text: str) -> bytes:
    """The reverse of `encode_bytes`."""
    return base64.b85decode(text)


def decode_grids(raw: list[dict[str, Any]]) -> tuple[Grid, ...]:
    """The reverse of `encode_grids`."""
    return tuple(
        Grid(
            name=str(sheet["name"]),
            cells=tuple(_decode_row(row) for row in sheet["cells"]),
            hidden=bool(sheet["hidden"]),
            merges=tuple(Box(*box) for box in sheet["merges"]),
        )
        for sheet in raw
    )


def encode_unseen(sheets: Sheets) -> list[list[Any]]:
    """What a second look found, as JSON takes it."""
    return [
        [sheet, *place, unseen.error, unseen.formula]
        for sheet, cells in sheets.items()
        for place, unseen in cells.items()
    ]


def decode_unseen(raw: list[list[Any]]) -> Sheets:
    """The reverse of `encode_unseen`."""
    sheets: Sheets = {}
    for sheet, row, column, error, formula in raw:
        sheets.setdefault(sheet, {})[row, column] = Unseen(error, formula)
    return sheets


def _decode_row(row: list[Any]) -> list[Cell]:
    return [_decode_cell(cell) if isinstance(cell, list) else cell for cell in row]


def _decode_cell(cell: list[Any]) -> Cell:
    kind, value = cell
    decoders: dict[str, type[datetime] | type[date] | type[time]] = {"datetime": datetime, "date": date, "time": time}
    return timedelta(seconds=value) if kind == "timedelta" else decoders[kind].fromisoformat(value)
