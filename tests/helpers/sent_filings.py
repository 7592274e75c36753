"""A filing in words: what its sender changed in a clean one, cell by cell or at large.

seats6=40 calls_total6+9000    cells of 附表1, whose first region is in row 6; _ is a blank, and alone nothing
name=李四                      what the header says
缺7 隐7                        without the region of row 7 (缺7- and all below) · its row of 附表1 is hidden
附表1                          that form alone
上年 1-11月                    as the titles say
全省 大30 各640 抄桂林市       the first row is the sum of all others · is thirty times itself · 年度培训人次 is 640 in all rows ·
                               the first row has 桂林's call figures
县                             a county's row below the city's
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl

from factory import Style, clean_header, clean_rows, filing, save_dated
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit

CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")
FORMS = tuple(form.key for form in EDITION.forms)
TITLES = {"上年": ("2019年", "2018年"), "1-11月": ("2019年度", "2019年1-11月")}
Rows = dict[str, list[dict[str, Any]]]


def filing_in_words(
    unit: Unit,
    tokens: Sequence[str],
    saved: datetime,
    header: Mapping[str, str] | None = None,
    region: str | None = None,
) -> tuple[bytes, Rows]:
    """The unit's filing, or that of one ``region``, with what the tokens change; and the rows that it has."""
    rows: Rows = {key: [dict(row) for row in clean_rows(unit, key) if region in (None, row["region"])] for key in FORMS}
    named, cells = dict(clean_header(unit) if header is None else header), dict[str, int | str | None]()
    for token in tokens:
        if match := re.fullmatch(r"([a-z_]+)(\d*)([=+])(.*)", token):
            key, row, sign, text = match[1], int(match[2] or 0), match[3], match[4].replace("_", " ")
            value = None if text == " " else int(text) if text.isdecimal() else text
            own = rows["附表1"][row - 6] if 5 < row < 6 + len(rows["附表1"]) else {}
            if not row:
                named[key] = str(value or "")
            elif key in own:
                own[key] = own[key] + value if sign == "+" else value
            else:
                cells[f"{key}{row}"] = value
        else:
            _change_rows(rows, token)
    forms = [key for key in FORMS if key in tokens] or [*FORMS]
    titles = next((TITLES[token] for token in tokens if token in TITLES), ("", ""))
    hidden = [int(token[1:]) for token in tokens if token[0] == "隐"]
    style = Style(sample=False, total="typed", title_year=bool(titles[0]))
    data = filing(
        unit, rows, {k: v for k, v in named.items() if v}, style, cells={"附表1": cells}, forms=forms, saved=saved
    )
    return _printed_otherwise(data, titles, hidden, saved), {key: rows[key] for key in forms}


def _change_rows(rows: Rows, token: str) -> None:
    first = rows["附表1"][0]
    if match := re.fullmatch(r"缺(\d+)(-?)", token):
        for listed in rows.values():
            del listed[int(match[1]) - 6 : None if match[2] else int(match[1]) - 5]
    elif match := re.fullmatch(r"空(\d+)", token):
        for listed in rows.values():
            listed[int(match[1]) - 6] = {"region": listed[int(match[1]) - 6]["region"]}
    elif token in ("全省", "大30"):
        for own, *others in rows.values():
            for key in [key for key, value in own.items() if type(value) is int]:
                own[key] = 30 * own[key] if token == "大30" else sum(row[key] for row in others)
    elif token == "各640":
        for row in rows["附表1"]:
            row["training_attendances"] = 640
    elif token[0] == "抄":
        copied = next(r for u in EDITION.units for r in clean_rows(u) if r["region"] == token[1:])
        first.update({key: copied[key] for key in CALLS})
    elif token == "县":
        for listed in rows.values():
            part = {key: value // 5 if type(value) is int else value for key, value in listed[0].items()}
            listed.append({**part, "region": "海丰县"})
        rows["附表1"][1]["calls_total"] = sum(rows["附表1"][1][key] for key in CALLS[1:])
    else:
        assert token in TITLES or token in FORMS or token[0] == "隐", token


def _printed_otherwise(data: bytes, titles: tuple[str, str], hidden: Sequence[int], saved: datetime) -> bytes:
    """A filing with other words in what it prints, and rows of 附表1 hidden."""
    if not hidden and not titles[0]:
        return data
    book = openpyxl.load_workbook(BytesIO(data))
    for row in hidden:
        book["附表1"].row_dimensions[row].hidden = True
    for cell in (cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line):
        if titles[0] and isinstance(cell.value, str):
            cell.value = cell.value.replace(*titles)
    save_dated(book, out := BytesIO(), saved)
    return out.getvalue()
