"""A stranger's XML element by element: what defusedxml gives and refuses, in every encoding."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from defusedxml import DTDForbidden
from defusedxml import ElementTree as Defused

from hrss12333.model.problem import Problem
from hrss12333.reading.files.package import elements
from hrss12333.reading.files.zip_guard import _PLAIN
from hrss12333.reading.grid import FileProblem

DTD = "<!DOCTYPE x [<!ENTITY e 'laugh'>]>"
BODY = '<x a="1"><!-- c --><y>一<z/>二</y>&lt;</x>'


def written(declared: str, encoding: str, *, before: str = "", dtd: str = "", body: str = BODY) -> bytes:
    """A part whose first line is ASCII where the encoding that it declares could not be found otherwise."""
    line = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    first = "ascii" if encoding == "cp037" else encoding
    return line.encode(first) + (before + dtd + body).encode(encoding.removeprefix("bom-"), "xmlcharrefreplace")


ENCODINGS = (
    *(("", "utf-8"), ("UTF-8", "utf-8"), ("utf-8", "utf-8-sig"), ("GBK", "gbk"), ("latin-1", "latin-1")),
    *(("cp037", "cp037"), ("UTF-16", "utf-16"), ("", "utf-16-le"), ("", "utf-16-be"), ("UTF-16LE", "utf-16-le")),
    *(("utf-7", "utf-7"), ("nothing", "ascii"), ("", "utf-32"), ("UTF-8", "utf-16-le"), ("US-ASCII", "ascii")),
)
PARTS = [
    written(declared, encoding, before=before, dtd=dtd, body=body)
    for declared, encoding in ENCODINGS
    for before in ("", "\n<!-- " + "c" * 5_000 + " -->")
    for dtd in ("", DTD)
    for body in (BODY, BODY * 2, BODY[:-4], "")
]


def outcome(events: Any) -> object:
    try:
        return [(event, each.tag, dict(each.attrib), each.text, each.tail) for event, each in events()]
    except FileProblem as problem:
        return problem.kind
    except Exception as error:
        return Problem.TOO_LARGE if isinstance(error, DTDForbidden) else Problem.DAMAGED


def test_the_same_as_by_defusedxml() -> None:
    for part in PARTS:

        def patient(part: bytes = part) -> Any:
            return Defused.iterparse(BytesIO(part), ("start", "end"), forbid_dtd=True)

        def quick(part: bytes = part) -> Any:
            return elements(part)

        assert outcome(quick) == outcome(patient), part[:100]


def test_no_dtd_hides_in_what_looks_plain() -> None:
    seen = set()
    for part in PARTS:
        hides = DTD.encode() not in part and outcome(lambda part=part: elements(part)) is Problem.TOO_LARGE
        seen.add(hides)
        assert not (hides and _PLAIN.match(part)), part[:100]
    assert seen == {True, False}
