"""The checks of the line above the table: each as a formula over one of its blanks, and worked out here."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.values.contact_fields import NO_ANSWER
from hrss12333.survey.frame import HEADER
from hrss12333.writing.official.formulas import is_one_of, trim, trimmed
from hrss12333.writing.official.names import Names

_LABELS = {field.key: field.label for field in HEADER}
SIGNS = _LABELS | {"unit": "单位"}
"""Header key → the beginning of what its check says, by which the red blanks know it."""
_LONGEST_EMAIL = 64
_MOBILE = lazy(r"1[3-9][0-9]{9}(?:、1[3-9][0-9]{9})?")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_IN_NAME, _IN_DOMAIN = f"{_LETTERS}0123456789._%+-", f"{_LETTERS}0123456789.-"
_SHORTEST_DOMAIN = 4


class HeaderCheck(Struct, frozen=True):
    """What one blank of the header may have wrong; a blank one is counted elsewhere."""

    key: str
    message: str
    right: Callable[[str], str]
    """Formula for whether a trimmed text that is not empty is right."""
    is_right: Callable[[str], bool]
    """The same, worked out."""

    def formula(self, cell: str) -> str:
        """Formula for a text that begins with ；, or for nothing."""
        text = trimmed(cell)
        wrong = f'IF(LEN({text})=0,"",IF({self.right(text)},"","；{self.message}"))'
        return f'IF(ISERROR({cell}),"；{self.message}",{wrong})'

    def verdict(self, written: str) -> str:
        """What it yields, without the ；."""
        text = trim(written)
        return self.message if text and not self.is_right(text) else ""


def header_checks(names: Names) -> list[HeaderCheck]:
    """The checks of every blank."""
    units = {name.lower() for name in names.units}
    whose = f"{SIGNS['unit']}应为{names.unit}" if names.unit else f"{SIGNS['unit']}名称不规范，请从下拉列表选择"
    blanks = sorted(NO_ANSWER)
    return [
        HeaderCheck("unit", whose, lambda text: is_one_of(text, names.units), lambda text: text.lower() in units),
        HeaderCheck(
            "name",
            f"{_LABELS['name']}没有填",
            lambda text: f"NOT{is_one_of(text, blanks)}",
            lambda text: text.lower() not in NO_ANSWER,
        ),
        HeaderCheck(
            "mobile", f"{_LABELS['mobile']}应为11位", _mobiles, lambda text: _MOBILE.fullmatch(text) is not None
        ),
        HeaderCheck(
            "email",
            f"{_LABELS['email']}格式不对",
            lambda text: f"IF({is_one_of(text, blanks)},TRUE,{_email(text)})",
            lambda text: text.lower() in NO_ANSWER or _is_email(text.lower()),
        ),
    ]


def _counting(last: int) -> str:
    return "{" + ",".join(map(str, range(1, last + 1))) + "}"


def _only(text: str, characters: str, longest: int) -> str:
    """Formula for whether the first ``longest`` characters of a text are all among these; it is padded with one of
    them, for LibreOffice finds an empty text nowhere."""
    padded = f'{text}&REPT("{characters[0]}",{longest})'
    return f'SUMPRODUCT(--ISNUMBER(FIND(MID({padded},{_counting(longest)},1),"{characters}")))={longest}'


def _mobiles(text: str) -> str:
    """One mobile number, or two with 、 between them."""
    first, second = f"LEFT({text},11)", f"MID({text},13,11)"
    two = f'AND(LEN({text})=23,MID({text},12,1)="、",{_mobile(second)})'
    return f"AND({_mobile(first)},OR(LEN({text})=11,{two}))"


def _mobile(text: str) -> str:
    begins = f'LEFT({text},1)="1",ISNUMBER(FIND(MID({text},2,1),"3456789"))'
    return f"AND(LEN({text})=11,{begins},{_only(text, '0123456789', 11)})"


def _email(text: str) -> str:
    """A name, one @, and a domain with a dot in it that ends in two letters."""
    lower, at = f"LOWER({text})", f'FIND("@",{text}&"@")'
    domain = f"MID({lower},{at}+1,{_LONGEST_EMAIL})"
    parts = (
        f"LEN({text})<={_LONGEST_EMAIL}",
        f"{at}>1",
        _only(f"LEFT({lower},{at}-1)", _IN_NAME, _LONGEST_EMAIL),
        _only(domain, _IN_DOMAIN, _LONGEST_EMAIL),
        f'LEFT({domain},1)<>"."',
        f'ISNUMBER(FIND(".",{domain}))',
        f'ISERROR(FIND("..",{domain}))',
        _only(f"RIGHT({domain},2)", _LETTERS, 2),
    )
    return f"IF(LEN({domain})<{_SHORTEST_DOMAIN},FALSE,AND({','.join(parts)}))"


def _is_email(text: str) -> bool:
    name, _, domain = text.partition("@")
    characters = name != "" and set(name) <= set(_IN_NAME) and set(domain) <= set(_IN_DOMAIN)
    dotted = not domain.startswith(".") and "." in domain and ".." not in domain and set(domain[-2:]) <= set(_LETTERS)
    return len(text) <= _LONGEST_EMAIL and len(domain) >= _SHORTEST_DOMAIN and characters and dotted
