"""The public JSON against the contract, written down here a second time: every key, its place and the type of its value,
over the examples: 32 clean filings and one faulty file of each kind."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cli_runs import run
from factory import clean_header, write_filing
from hrss12333.survey.editions.y2019 import EDITION

EXAMPLES = Path(__file__).parents[2] / "examples"
OFFICIAL = {unit.name: {region.name for region in unit.regions} for unit in EDITION.units}
Shape = Any
"""A dict of keys in their order, a list of what each item is, a tuple of what it may be, a predicate, or the value itself."""


class OfForm(dict[str, Shape]):
    """Columns of a form: those that the forms have been given since may follow. Keys are added, none is taken away."""


class Keyed(dict[Shape, Shape]):
    """Any keys of one shape, with values of another."""


def unlike(shape: Shape, value: Any, at: str = "$") -> Iterator[str]:
    """Where a value is not of this shape."""
    if isinstance(shape, Keyed) and isinstance(value, dict):
        ((of_key, of_value),) = shape.items()
        for key, item in value.items():
            yield from unlike(of_key, key, f"{at} key")
            yield from unlike(of_value, item, f"{at}.{key}")
    elif isinstance(shape, dict) and isinstance(value, dict):
        known = [key for key in value if key in shape or not (isinstance(shape, OfForm) and key in LATER)]
        if known != [*shape]:
            yield f"{at}: {known}"
        for key in known:
            yield from unlike(shape.get(key), value[key], f"{at}.{key}")
    elif isinstance(shape, list) and isinstance(value, list):
        for number, item in enumerate(value):
            yield from unlike(shape[0], item, f"{at}[{number}]")
    elif isinstance(shape, tuple):
        if all(any(unlike(one, value)) for one in shape):
            yield f"{at}: {value!r}"
    elif not (shape(value) if callable(shape) else type(shape) is type(value) and shape == value):
        yield f"{at}: {value!r}"


def of_type(kind: type, value: object) -> bool:
    return type(value) is kind


def like(pattern: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


text, number, truth = (partial(of_type, kind) for kind in (str, int, bool))


def count(value: object) -> bool:
    return type(value) is int and value >= 0


MAYBE_TEXT, MAYBE_COUNT, MAYBE_TRUTH = (text, None), (count, None), (truth, None)
SCALAR = (number, truth, text, None)
RULE, CODE, CELL = (
    like(r"[FHRVBPSM]\d{3}"),
    like(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}"),
    like(r"[A-Z]{1,3}[1-9]\d*"),
)
UNIT: Callable[[object], bool] = OFFICIAL.__contains__
CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")
TEAM = ("staff_total", "agents", "seats", "training_attendances")
CENTRAL, ANSWERS = ("system_centralized", "seats_centralized"), ("voicemail", "complaints")
CHANNELS = ("web", "sms", "app", "wechat", "unified_number", "unified_logo", "unified_uniform")
NAMED = {"serial": (number, None), "region": MAYBE_TEXT}
SERVICE = OfForm(
    NAMED
    | dict.fromkeys(CALLS, MAYBE_COUNT)
    | dict.fromkeys(ANSWERS, MAYBE_TRUTH)
    | dict.fromkeys(TEAM, MAYBE_COUNT)
    | {"remarks": MAYBE_TEXT}
)
SYSTEM = OfForm(
    NAMED
    | dict.fromkeys(CENTRAL, MAYBE_TRUTH)
    | {"network_location": ("互联网", "业务专网", None), "knowledge_entries": MAYBE_COUNT}
    | dict.fromkeys(CHANNELS, MAYBE_TRUTH)
    | {"remarks": MAYBE_TEXT}
)
HEADER = ("unit", "name", "mobile", "email")
LATER = {column.key for form in EDITION.forms for column in form.columns} - {*SERVICE, *SYSTEM}
FORM, FIELD = ("附表1", "附表2"), tuple({*HEADER, *SERVICE, *SYSTEM, *LATER})
NEW_VALUE = {"field": FIELD, "cell": (CELL, None), "value": SCALAR}
FINDING = {
    "rule": RULE,
    "severity": ("error", "query", "note"),
    "file": text,
    "sheet": MAYBE_TEXT,
    "cell": (CELL, None),
    "form": (*FORM, None),
    "region": MAYBE_TEXT,
    "field": (*FIELD, None),
    "value": SCALAR,
    "message": like("(?s).+"),
    "suggestions": [NEW_VALUE | {"reason": like("(?s).+"), "also": [NEW_VALUE]}],
    "explained": truth,
    "settled": ({"who": text, "when": text, "reason": text}, None),
}
COUNTS = {"error": count, "query": count, "note": count}
ABOUT_THE_RUN = {"undecided": Keyed({RULE: count}), "faults": [{"rule": text, "file": text, "error": text}]}
SKIPPED = [{"path": text, "reason": text}]
TEXT = {
    "file": text,
    "place": ("备注", "批注", "表外", "文本框", "页眉页脚", "脚注", "段落", "工作表", "邮件", "函件", "文件属性"),
    "sheet": MAYBE_TEXT,
    "cell": (CELL, None),
    "form": (*FORM, None),
    "region": MAYBE_TEXT,
    "field": (*FIELD, None),
    "text": like("(?s).+"),
    "marked": truth,
    "unit": (UNIT, None),
}
FILE = {
    "path": text,
    "result": ("pass", "fail", "unreadable"),
    "unit": (UNIT, None),
    "year": (number, None),
    "contact": dict.fromkeys(HEADER[1:], MAYBE_TEXT),
    "code": (CODE, None),
    "rows": {"附表1": [SERVICE], "附表2": [SYSTEM]},
    "findings": [FINDING],
    "superseded_by": MAYBE_TEXT,
    "texts": [TEXT],
}
STATES = ("要改", "要核实", "没报", "可以用")
QUESTION = {
    "respondent": text,
    "state": ("open", "explained", "settled"),
    "ground": FINDING,
    "further": [FINDING],
    "form": (*FORM, None),
    "region": MAYBE_TEXT,
    "fields": [FIELD],
    "since": MAYBE_TEXT,
    "is_changed": truth,
    "answers": [{"who": text, "when": MAYBE_TEXT, "reason": text}],
}
ASKED = {
    "respondents": [{"name": text, "state": STATES, "note": text, "files": [text], "questions": [count]}],
    "questions": [QUESTION],
}
CHECK = {
    "schema": "hrss12333.check/1",
    "unaudited": [text],
    "files": [FILE],
    "counts": COUNTS,
    "units": [{"unit": UNIT, "files": [text], "findings": [FINDING]}],
    **ASKED,
    **ABOUT_THE_RUN,
    "since": None,
    "skipped": SKIPPED,
    "texts": [TEXT],
}
SUMS = dict.fromkeys((*CALLS, *ANSWERS, *TEAM), MAYBE_COUNT)
"""Sums, and counts of 是; null where nothing at all was answered."""
SYSTEM_SUMS = (
    dict.fromkeys(CENTRAL, MAYBE_COUNT)
    | {"network_location": {"互联网": count, "业务专网": count}, "knowledge_entries": MAYBE_COUNT}
    | dict.fromkeys(CHANNELS, MAYBE_COUNT)
)
MERGE = {
    "schema": "hrss12333.merge/1",
    "unaudited": [text],
    "output": text,
    "totals": {"附表1": OfForm(SUMS), "附表2": OfForm(SYSTEM_SUMS)},
    "coverage": {"expected": count, "received": count, "missing": [UNIT]},
    "units": [
        {
            "unit": UNIT,
            "status": ("accepted", "faulty", "missing"),
            "files": [text],
            "rows": {"附表1": count, "附表2": count},
            "code": (CODE, None),
            "texts": [TEXT],
        }
    ],
    "findings": [FINDING],
    **ASKED,
    "counts": COUNTS,
    **ABOUT_THE_RUN,
    "other_years": [text],
    "since": None,
    "skipped": SKIPPED,
    "texts": [TEXT],
}


def produced(*arguments: str | Path) -> Any:
    """What a command prints, which must be JSON without floats and without NaN."""

    def no_float(text: str) -> float:
        raise AssertionError(f"{text} is a float")

    text = run(*arguments, "--format", "json").stdout
    return json.loads(text, parse_float=no_float, parse_constant=no_float)


@pytest.fixture(scope="module", params=["filings", "faulty"])
def checked(request: pytest.FixtureRequest, examples_read_once: None) -> Any:
    return produced("check", EXAMPLES / request.param)


@pytest.fixture(scope="module", params=["filings", "faulty"])
def merged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, examples_read_once: None) -> Any:
    return produced("merge", EXAMPLES / request.param, "-o", tmp_path_factory.mktemp("merge") / "n.xlsx")


def test_check_is_as_the_contract_says(checked: Any) -> None:
    assert [*unlike(CHECK, checked)] == []
    assert max(len(f["suggestions"]) for item in checked["files"] for f in item["findings"]) <= 1


def test_merge_is_as_the_contract_says(merged: Any) -> None:
    assert [*unlike(MERGE, merged)] == []


def counted(findings: Iterable[Any]) -> dict[str, int]:
    severities = Counter(finding["severity"] for finding in findings)
    return {name: severities[name] for name in COUNTS}


def test_counts_and_results_follow_from_the_findings(checked: Any) -> None:
    assert checked["counts"] == counted(f for item in (*checked["files"], *checked["units"]) for f in item["findings"])
    for file in checked["files"]:
        errors = {finding["rule"] for finding in file["findings"] if finding["severity"] == "error"}
        unreadable = errors & {"F001", "F002", "F003", "F004", "F005"}
        assert file["result"] == ("unreadable" if unreadable else "fail" if errors else "pass")
        filled = any(file["rows"].values())
        assert (file["code"] is not None) is filled
        assert {finding["file"] for finding in file["findings"]} <= {file["path"]}
        if unreadable:
            assert (filled, any(file["contact"].values()), file["year"]) == (False, False, None)


def test_counts_and_coverage_agree_with_findings_and_units(merged: Any) -> None:
    assert merged["counts"] == counted(merged["findings"])
    units, coverage = merged["units"], merged["coverage"]
    assert [unit["unit"] for unit in units] == [unit.name for unit in EDITION.units]
    assert coverage["missing"] == [unit["unit"] for unit in units if unit["status"] == "missing"]
    assert coverage["expected"] == 32 == coverage["received"] + len(coverage["missing"])
    for unit in units:
        assert bool(unit["files"]) is (unit["status"] != "missing")
        assert (unit["code"] is None) is not any(unit["rows"].values())


def test_names_short_and_unknown_in_the_json(tmp_path: Path) -> None:
    """unit is the full official name, null where it is not known; a region the official name where it is known, else as
    written."""
    cells = {"附表1": {"B6": "广州", "B7": "韶观市"}}
    for header, expected in (("广东", "广东省"), ("光东省", None)):
        path = write_filing(tmp_path / f"{header}.xlsx", header={**clean_header("广东"), "unit": header}, cells=cells)
        (file,) = produced("check", path)["files"]
        assert (file["unit"], file["code"] is None) == (expected, False)
        assert [row["region"] for row in file["rows"]["附表1"][:2]] == ["广州市", "韶观市"]
