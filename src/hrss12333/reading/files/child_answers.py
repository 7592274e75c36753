"""Grids and what belongs to them as JSON takes them, on the way from the child process to its parent."""

from __future__ import annotations

import base64
from datetime import date, datetime, time, timedelta
from typing import Any

from hrss12333.reading.grid import Box, Cell, Grid, Unseen, UnseenSheets

_BLANK: list[Cell] = []
"""Every row that holds nothing: a sheet may have a million of them."""


def encode_grids(grids: tuple[Grid, ...]) -> list[dict[str, Any]]:
    """Grids as JSON takes them."""
    return [
        {
            "name": grid.name,
            "hidden": grid.hidden,
            "merges": [[box.top, box.left, box.bottom, box.right] for box in grid.merges],
            "cells": [row or 0 for row in grid.cells],
            "hidden_rows": sorted(grid.hidden_rows),
            "hidden_columns": sorted(grid.hidden_columns),
            "struck": [[*place, text] for place, text in grid.struck.items()],
            "invisible": sorted(grid.invisible),
            "scales": [[*place, scale] for place, scale in grid.scales.items()],
            "shown": [[*place, text] for place, text in grid.shown.items()],
            "comments": [[*place, text] for place, text in grid.comments.items()],
        }
        for grid in grids
    ]


def decode_grids(raw: list[dict[str, Any]]) -> tuple[Grid, ...]:
    """The reverse of `encode_grids`."""
    return tuple(
        Grid(
            name=str(sheet["name"]),
            cells=tuple(_decode_row(row) if row else _BLANK for row in sheet["cells"]),
            hidden=bool(sheet["hidden"]),
            merges=tuple(Box(*box) for box in sheet["merges"]),
            hidden_rows=frozenset(sheet["hidden_rows"]),
            hidden_columns=frozenset(sheet["hidden_columns"]),
            struck={(row, column): text for row, column, text in sheet["struck"]},
            invisible=frozenset((row, column) for row, column in sheet["invisible"]),
            scales={(row, column): scale for row, column, scale in sheet["scales"]},
            shown={(row, column): text for row, column, text in sheet["shown"]},
            comments={(row, column): text for row, column, text in sheet["comments"]},
        )
        for sheet in raw
    )


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


def encode_unseen(sheets: UnseenSheets) -> list[list[Any]]:
    """What a second look found, as JSON takes it."""
    return [
        [sheet, *place, unseen.error, unseen.formula, unseen.stored]
        for sheet, cells in sheets.items()
        for place, unseen in cells.items()
    ]


def decode_unseen(raw: list[list[Any]]) -> UnseenSheets:
    """The reverse of `encode_unseen`."""
    sheets: UnseenSheets = {}
    for sheet, row, column, error, formula, stored in raw:
        sheets.setdefault(sheet, {})[row, column] = Unseen(error, formula, stored)
    return sheets


def _decode_row(row: list[Any]) -> list[Cell]:
    return [_decode_cell(cell) if isinstance(cell, list) else cell for cell in row]


def _decode_cell(cell: list[Any]) -> Cell:
    kind, value = cell
    decoders: dict[str, type[datetime] | type[date] | type[time]] = {"datetime": datetime, "date": date, "time": time}
    return timedelta(seconds=value) if kind == "timedelta" else decoders[kind].fromisoformat(value)
