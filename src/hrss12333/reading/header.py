"""The line above a form: 单位, 联系人, 手机号 and 邮箱 in whatever cells and spacing.

Rows are read as one text with cell borders in it: a value is what stands between its label and the next one, in the
same cell or in those that follow. The unit may stand before its label, as the notice prints it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hrss12333.filing import Place, Value
from hrss12333.forms import HEADER
from hrss12333.reading.grid import Cell
from hrss12333.reading.values import as_text, tidy, visible
from hrss12333.regions import UnitMatch, match_unit

BORDER = "\x1f"
"""Stands for a cell border in a row's text."""
_GAP = rf"[\s_{BORDER}]*"


def _spaced(label: str) -> str:
    return r"\s*".join(re.escape(letter) for letter in label)


_UNIT_LABEL = (
    rf"(?:{_spaced('省')})?\s*[（(]\s*{_spaced('自治区')}\s*[、,，/]?\s*{_spaced('直辖市')}\s*[)）]"
    rf"|{_spaced('省')}\s*[（(]\s*区\s*[、,，]\s*市\s*[)）]"
)
_SEAL = r"[（(]\s*(?:加\s*盖)?\s*(?:公\s*章|盖\s*章|签\s*章|印\s*章|章)\s*[)）]"
_END = r"(?:\s*[（(][^（）()]{0,8}[)）])?\s*[:：]"
_OTHERS = "填报日期|填表日期|填报时间|日期|传真|职务|部门|处室|审核人|审核|负责人|座机|固定电话|办公电话|地址|通讯地址|邮编|邮政编码|校验码|金额单位|计量单位|报送日期"


def _label_patterns() -> Iterator[tuple[str, str]]:
    for item in HEADER:
        if item.key == "unit":
            yield "unit", _UNIT_LABEL
        else:
            primary = sorted(
                {item.label, *item.aliases[:1]} if item.key != "name" else {item.label}, key=len, reverse=True
            )
            yield item.key, "|".join(rf"{_spaced(label)}(?:{_END})?" for label in primary)
        others = sorted(item.aliases, key=len, reverse=True)
        yield item.key, "|".join(rf"(?<![\u4e00-\u9fff]){_spaced(label)}(?:{_END}|(?=\s*{BORDER}))" for label in others)
    yield "", "|".join(rf"{_spaced(label)}{_END}" for label in _OTHERS.split("|"))


_LABELS = [(key, re.compile(pattern, re.IGNORECASE)) for key, pattern in _label_patterns()]
_SEAL_PATTERN = re.compile(_SEAL)
_MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[-\s]?)?(1[3-9]\d)[-\s]?(\d{4})[-\s]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:\(?0\d{2,3}\)?[-\s]?)?\d{7,8}(?:[-转]\d{1,5})?(?!\d)")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_NONE = frozenset({"无", "-", "/", "—", "——", "暂无", "空", "x", "xx", "xxx", "*"})
_UNITS_OF_MEASURE = re.compile(r"[次人个条件万元、,，/（）()%名小时分钟秒]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One cell's text; ``place`` is its physical cell."""

    text: str
    place: Place


@dataclass(frozen=True)
class _Span:
    key: str
    start: int
    end: int


@dataclass(frozen=True)
class HeaderRow:
    """The cells of one row, the first of every merged range, blank ones too."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """All cells' texts with a border after each."""
        return "".join(piece.text + BORDER for piece in self.pieces)

    def place(self, position: int) -> Place:
        """The cell that a position of ``text`` lies in."""
        for piece in self.pieces:
            position -= len(piece.text) + 1
            if position < 0:
                return piece.place
        return self.pieces[-1].place


def read_header(rows: Sequence[HeaderRow], title: str) -> tuple[dict[str, Value], UnitMatch | None]:
    """Header key → value over these rows, and what the unit was taken for.

    ``title`` is the form's: its row is no header, but may name the unit (广东省12333…调查表).
    """
    found: dict[str, Value] = {}
    match: UnitMatch | None = None
    for row in rows:
        text = row.text
        if _is_title(text, title):
            continue
        spans = _spans(text)
        for span, following in zip(spans, [*spans[1:], None], strict=True):
            if span.key in ("", "unit"):
                continue
            value = _field(row, span, following.start if following else len(text))
            if span.key not in found or (found[span.key].found is None and value.found is not None):
                found[span.key] = value
        if spans or _SEAL_PATTERN.search(text):
            value, candidate = _unit(row, spans)
            if (
                value
                and candidate
                and (candidate.unit or match is None or found["unit"].found is None)
                and not (match and match.unit)
            ):
                found["unit"], match = value, candidate
    if match is None:
        titled = _unit_of_title(rows, title)
        if titled:
            found["unit"], match = titled
    return _split_contacts(found), match


def _is_title(text: str, title: str) -> bool:
    plain = re.sub(rf"[\s{BORDER}]+", "", text)
    return title in plain or plain.endswith("调查表")


def _spans(text: str) -> list[_Span]:
    """The labels in order, longest first where they overlap."""
    every = [_Span(key, match.start(), match.end()) for key, pattern in _LABELS for match in pattern.finditer(text)]
    chosen: list[_Span] = []
    for span in sorted(every, key=lambda span: (-(span.end - span.start), span.start)):
        if all(span.end <= other.start or span.start >= other.end for other in chosen):
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)


def _clean(text: str) -> str:
    return visible(text.replace(BORDER, " ")).strip("_ \t\n:：;；,，。\u3000")


def _field(row: HeaderRow, span: _Span, end: int) -> Value:
    text = row.text
    raw = text[span.end : end]
    raw = _SEAL_PATTERN.sub("", raw)
    written = _clean(raw)
    lead = re.match(rf"[\s_:：{BORDER}\u3000]*", text[span.end : end])
    place = row.place(span.end + (lead.end() if lead else 0)) if written else _blank_place(row, span, end)
    return read_field(span.key, written, place)


def _blank_place(row: HeaderRow, span: _Span, end: int) -> Place:
    """Where a missing value belongs: the blank cell after the label's, else the label's own cell."""
    text = row.text
    border = text.find(BORDER, span.end - 1)
    if 0 <= border < end - 1 and not text[span.end : border].strip("_ \u3000:："):
        return row.place(border + 1)
    return row.place(span.start)


def read_field(key: str, written: str, place: Place | None) -> Value:
    """What a header's blank says; its problem is the rule that objects (H103 … H107)."""
    missing = {"name": "H103", "mobile": "H104", "email": "H107"}[key]
    if not written or tidy(written).lower() in _NONE:
        return Value(written or None, None, place, missing)
    if key == "mobile":
        return _mobile(written, place)
    if key == "email":
        return _email(written, place)
    name = re.sub(r"\s+", " ", written)
    return Value(
        written, re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff]$)", "", name) if len(name) <= 4 else name, place
    )


def _mobile(written: str, place: Place | None) -> Value:
    text = tidy(written)
    numbers = ["".join(match.groups()) for match in _MOBILE.finditer(text)]
    rest = _MOBILE.sub(" ", text)
    landlines = [match[0].strip() for match in _LANDLINE.finditer(rest)]
    stray = re.search(r"\d", _LANDLINE.sub("", rest))
    if numbers and not stray:
        value = "、".join(dict.fromkeys(numbers))
        note = "" if value == written else f"按“{value}”读取"
        if landlines:
            note = f"按“{value}”读取，另有座机“{'、'.join(landlines)}”"
        return Value(written, value, place, note=note)
    reason = "填的是座机号" if landlines and not numbers else "不是11位手机号"
    return Value(written, text, place, "H105", reason)


def _email(written: str, place: Place | None) -> Value:
    text = unicodedata.normalize("NFKC", written)
    text = re.sub(r"\s*([@.])\s*", r"\1", text.replace("。", "."))
    parts = [part for part in re.split(r"[\s、,;，；/]+", text) if part]
    if parts and all(_EMAIL.fullmatch(part) for part in parts):
        value = "、".join(parts)
        return Value(written, value, place, note="" if value == written else f"按“{value}”读取")
    return Value(written, text, place, "H106", "不是一个邮箱地址")


def _unit(row: HeaderRow, spans: Iterable[_Span]) -> tuple[Value | None, UnitMatch | None]:
    """The unit among what stands before, between and after its labels, up to the first contact label."""
    text = row.text
    spans = list(spans)
    own = [span for span in spans if span.key == "unit"]
    start = max((span.end for span in spans if span.key != "unit" and own and span.end <= own[0].start), default=0)
    stops = [span.start for span in spans if span.key != "unit" and span.start >= start]
    end = min((stop for stop in stops if not own or stop >= own[0].end), default=len(text))
    segment = text[start:end]
    for span in own:
        if start <= span.start < end:
            segment = segment[: span.start - start] + "\x1e" * (span.end - span.start) + segment[span.end - start :]
    segment = _SEAL_PATTERN.sub(lambda match: "\x1e" * len(match[0]), segment)
    candidates: list[tuple[str, Place, UnitMatch]] = []
    for part in re.finditer(rf"[^\x1e{BORDER}]+", segment):
        written = _clean(part[0])
        if (
            not written
            or _UNITS_OF_MEASURE.fullmatch(written)
            or re.fullmatch(r"附[表件]?\s*\d?|[(（]?20\d\d年度?[)）]?", written)
        ):
            continue
        lead = len(part[0]) - len(part[0].lstrip(" _\u3000"))
        candidates.append((written, row.place(start + part.start() + lead), match_unit(written)))
    for written, place, match in candidates:
        if match.unit:
            return Value(
                written, match.unit.name, place, note="" if written in match.unit.spellings else match.how
            ), match
    if candidates and own:
        written, place, match = candidates[0]
        return Value(written, None, place, "H102", "不是32个报送单位之一"), match
    if own:
        blank = _blank_place(row, own[0], end)
        if not any(piece.place == blank and not piece.text for piece in row.pieces):
            blank = _blank_before(row, own[0])
        return Value(None, None, blank, "H101"), UnitMatch(None)
    return None, None


def _blank_before(row: HeaderRow, span: _Span) -> Place:
    """The blank cell before the label (the form has the unit's blank in front of 省（自治区、直辖市）)."""
    label = row.place(span.start)
    before = [piece for piece in row.pieces if piece.place.column < label.column]
    return before[-1].place if before and not before[-1].text.strip() else label


def _unit_of_title(rows: Sequence[HeaderRow], title: str) -> tuple[Value, UnitMatch] | None:
    for row in rows:
        for piece in row.pieces:
            plain = re.sub(r"\s+", "", piece.text)
            before, found, _ = plain.partition(title)
            before = re.sub(r"20\d\d年度?", "", before)
            match = match_unit(before) if found and before else None
            if match and match.unit:
                return Value(piece.text, match.unit.name, piece.place, note=f"标题中写的是“{before}”"), match
    return None


def _split_contacts(found: dict[str, Value]) -> dict[str, Value]:
    """联系人 and 手机号 written in one blank: the number is taken out of the name."""
    name, mobile = found.get("name"), found.get("mobile")
    if name is None or not isinstance(name.value, str) or (mobile is not None and mobile.found is not None):
        return found
    number = _MOBILE.search(tidy(name.value))
    if number is None:
        return found
    rest = _clean(_MOBILE.sub(" ", tidy(name.value)))
    taken = read_field("mobile", number[0].strip(), name.place)
    note = f"从联系人栏“{name.value}”中读出"
    return found | {
        "name": Value(
            name.found, rest or None, name.place, None if rest else "H103", note=f"按“{rest}”读取" if rest else ""
        ),
        "mobile": Value(taken.found, taken.value, taken.place, taken.problem, note),
    }


def year_of(texts: Iterable[str]) -> int | None:
    """The year that a sheet says it reports on: the period in its 填表说明, else its title."""
    titled: int | None = None
    for text in texts:
        period = re.search(r"(20\d\d)\s*年\s*1\s*月\s*1\s*日\s*(?:至|-|—|~|到)", text)
        if period:
            return int(period[1])
        title = re.search(r"(20\d\d)\s*年度?", text) if "调查表" in text else None
        titled = titled or (int(title[1]) if title else None)
    return titled


def header_rows(cells: Iterable[Sequence[tuple[str, Place]]]) -> list[HeaderRow]:
    """Rows of (text, place) as header rows; empty rows are left out."""
    rows = [HeaderRow(tuple(Piece(text, place) for text, place in row)) for row in cells]
    return [row for row in rows if any(piece.text.strip() for piece in row.pieces)]


def cell_text(cell: Cell) -> str:
    """A cell's text with its inner spacing, which separates blanks in a merged header."""
    return cell if isinstance(cell, str) else as_text(cell)
