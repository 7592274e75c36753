"""The header of a form: 单位, 联系人, 手机号 and 邮箱 in any cells and spacing, above, below or right of the table.

A row is one text with cell borders in it: a value is the text between its label and the next, in one cell or
several. The unit may precede its label, as in the notice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from msgspec.structs import replace

from hrss12333.model.filing import BLANK, Place, Value
from hrss12333.model.message import compose, read_as
from hrss12333.model.row import Problem
from hrss12333.patterns import BORDER, EMAIL, HAN, is_chinese
from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.headings import Heading
from hrss12333.reading.values import MOBILES, as_text, tidy, visible
from hrss12333.survey.gazetteer import Gazetteer, UnitMatch, certain_region, folded
from hrss12333.survey.labels import (
    CONTACT,
    NOTE_ROW,
    PERSON,
    SEAL_PATTERN,
    LabelMatch,
    first_cell,
    header_labels,
    is_header_line,
)

_BELOW = r"\s*(?:联\s*系|手\s*机|电\s*话|邮\s*箱|电\s*子|填\s*报|填\s*表|经\s*办|报\s*送|单\s*位)[^，。]{0,8}[:：]"
_LABEL = "\ufdd1"
"""Replaces a letter of a label in a row's text."""
_PIECE = re.compile(rf"[^{_LABEL}{BORDER}]+")
"""A text between labels, within one cell."""
_BRACKETS = frozenset("（）()")
_CLOSING = "_ \t\n:：;；,，。\u3000"
_MEASURE = r"[次人个条件百万千元、,，/（）()%名小时分钟秒 ]+"
_NO_UNIT = rf"{_MEASURE}|附[表件]?\s*\d?|[（(]?20\d\d年度?[)）]?|20\d\d年?[./-]?\d{{1,2}}[月./-]?\d{{0,2}}日?"
"""Texts beside the unit's label that are no unit: measures, 附表1, a year, a date."""
_MISSPELT = f"{HAN}{{2,14}}"
"""A text beside the seal that may be a unit's misspelt name."""


class HeaderRow:
    """The cells of a row (the first of each merged range, also blank), or a paragraph above a Word table."""

    def __init__(self, texts: Sequence[str], places: Sequence[Place] = ()) -> None:
        self.texts, self.places = texts, places
        """The text and the place of each cell; a paragraph has no place."""
        self.text = BORDER.join([*texts, ""])
        """All cells' texts with a border after each."""
        self.plain = "".join("".join(texts).split())
        """The text without white space and borders."""

    def place_of(self, cell: int) -> Place | None:
        """The place of a cell."""
        return self.places[cell] if self.places else None


def _cell_at(text: str, position: int) -> int:
    """The cell, counted from 0, at a position in a row's text."""
    return min(text.count(BORDER, 0, position), text.count(BORDER) - 1)


def read_header(rows: Sequence[HeaderRow], title: str, gazetteer: Gazetteer) -> dict[str, Value]:
    """Header key → value in these rows; the row of the form's ``title`` is no header but may name the unit."""
    found: dict[str, Value] = {}
    for row, labels in _labelled(rows):
        titled = title in row.plain
        if (titled or row.plain.endswith("调查表")) and not any(label.key in CONTACT for label in labels):
            continue
        for key, value in _contacts(row, labels):
            if key not in found or _is_better_value(key, value, found[key]):
                found[key] = value
        unit = found.get("unit", BLANK)
        if unit.value or not (labels or SEAL_PATTERN.search(row.text)):
            continue
        named = _unit(row.text, labels, title if titled else "", gazetteer)
        if named and (named[0].value or unit.found is None):
            found["unit"] = replace(named[0], place=row.place_of(named[1]))
    if found.get("unit", BLANK).found is None and (by_title := _unit_of_title(rows, title, gazetteer)):
        found["unit"] = by_title
    for source, target, pattern in (("mobile", "email", EMAIL), ("name", "email", EMAIL), ("name", "mobile", MOBILE)):
        found = _in_own_fields(found, source, target, pattern)
    return found


def _labelled(rows: Sequence[HeaderRow]) -> Iterator[tuple[HeaderRow, tuple[LabelMatch, ...]]]:
    """The rows with their labels; a number or address after 填表人, 负责人 and the like belongs to no key."""
    is_others = False
    for row in _with_values_below(rows):
        labels: list[LabelMatch] = []
        for label in header_labels(row.text):
            is_others = label.key == PERSON or (is_others and label.key not in ("name", "unit"))
            labels.append(replace(label, key="") if is_others and label.key in CONTACT else label)
        yield row, tuple(labels)


def _is_better_value(key: str, value: Value, known: Value) -> bool:
    """Whether a later value fills a blank, or is a mobile number replacing a landline."""
    if known.found is None:
        return value.found is not None and key != "name"
    is_sound = value.value is not None and value.problem is None
    return key == "mobile" and known.problem is Problem.MOBILE_MALFORMED and is_sound


def _clean(text: str) -> str:
    """A value as written, without final marks or a bracket that a label closes: 王某（手机号：…）."""
    words = visible(text.replace(BORDER, " ")).strip(_CLOSING)
    words = words.strip("/|｜" + _CLOSING) or words
    if words.endswith(("（", "(")):
        return words[:-1].rstrip(_CLOSING)
    if not words.endswith(("）", ")")):
        return words
    if words.startswith(("（", "(")) and _BRACKETS.isdisjoint(words[1:-1]):
        return words[1:-1].strip()
    return words if "（" in words or "(" in words else words[:-1].rstrip(_CLOSING)


def _with_values_below(rows: Sequence[HeaderRow]) -> list[HeaderRow]:
    """The rows; a row of labels above a row of their values becomes one row."""
    found: list[HeaderRow] = []
    for row in rows:
        above = found[-1] if found else row
        is_bare = row.places and not header_labels(row.text) and not SEAL_PATTERN.search(row.text)
        if is_bare and _is_of_labels(above):
            values = {place.column: text for place, text in zip(row.places, row.texts, strict=True)}
            pairs = ((at, text, values.get(at.column, "")) for at, text in zip(above.places, above.texts, strict=True))
            cells = {at: f"{text}：{value}" if text else value for at, text, value in pairs if text or value}
            found[-1] = HeaderRow([*cells.values()], [at._replace(row=row.places[0].row) for at in cells])
        else:
            found.append(row)
    return found


def _is_of_labels(row: HeaderRow) -> bool:
    """Whether a row has only labels, at least two of the contact's."""
    labels = header_labels(row.text) if row.places else ()
    alone = len(labels) > 1 and len({_cell_at(row.text, label.start) for label in labels}) == len(labels)
    read = [value for _, value in _contacts(row, labels)] if alone else []
    return len(read) > 1 and not any(value.found for value in read)


def _contacts(row: HeaderRow, labels: Sequence[LabelMatch]) -> Iterator[tuple[str, Value]]:
    """The contact's fields in a row."""
    ends = [*(label.start for label in labels[1:]), len(row.text)][: len(labels)]
    for label, end in zip(labels, ends, strict=True):
        if label.key in CONTACT:
            raw, lead = first_cell(row.text[label.end : end])
            written = _clean(SEAL_PATTERN.sub("", raw))
            cell = _cell_at(row.text, label.end + lead) if written else _blank_cell(row.text, label, end)
            yield label.key, replace(read_field(label.key, written), place=row.place_of(cell))


def _blank_cell(text: str, label: LabelMatch, end: int) -> int:
    """The cell of a missing value: a blank one after its label (the unit's: or before), else the label's."""
    cell = _cell_at(text, label.start)
    border = text.find(BORDER, label.end - 1)
    alone = not text[text.rfind(BORDER, 0, label.start) + 1 : label.start].strip("_ \u3000")
    after = alone and 0 <= border < end - 1 and not text[label.end : border].strip("_ \u3000:：")
    if after:
        return _cell_at(text, border + 1)
    before = label.key == "unit" and cell > 0 and not visible(text.split(BORDER)[cell - 1])
    return cell - before


@lru_cache(maxsize=512)  # the forms of a filing have the same header
def _unit(text: str, labels: tuple[LabelMatch, ...], title: str, gazetteer: Gazetteer) -> tuple[Value, int] | None:
    """The unit, and its cell, in the texts after, between and before a row's labels, up to the first contact
    label; ``title`` is empty if not in this row."""
    named = [(label, _clean(text[label.end :].partition(BORDER)[0])) for label in labels if label.key == "unit"]
    own = [label for label, written in named if not re.fullmatch(_MEASURE, written)]  # 单位：次、人
    start = max((label.end for label in labels if label.key != "unit" and own and label.end <= own[0].start), default=0)
    stops = [label.start for label in labels if label.key != "unit" and label.start >= start]
    end = min((stop for stop in stops if not own or stop >= own[0].end), default=len(text))
    masked = text
    for label in own:
        masked = masked[: label.start] + _LABEL * (label.end - label.start) + masked[label.end :]
    for pattern in (SEAL_PATTERN.pattern, r"\s*".join(title)):
        masked = re.sub(pattern, lambda found: _LABEL * len(found[0]), masked)
    candidates = []
    for part in _PIECE.finditer(masked, start, end):
        written = _clean(part[0])
        if written in gazetteer.by_name or (written and not re.fullmatch(_NO_UNIT, written)):
            position = part.end() - len(part[0].lstrip(" _\u3000"))
            candidates.append((position, written, _unit_of(written, gazetteer)))
    if own and own[-1].end < end:
        # Text after a label has priority over text before it, which may be another label's value.
        candidates.sort(key=lambda item: item[0] < own[-1].end)
    for position, written, match in candidates:
        if match.unit:
            how = None if written in match.unit.spellings or not match.how else compose(match.how)
            return Value(written, match.unit.name, note=how), _cell_at(text, position)
    others = tuple(label for label in labels if label.key != "unit")
    if own and (unlabelled := _unit(text, others, title, gazetteer)) and unlabelled[0].value:
        return unlabelled  # 北京市 … 填报单位：信息中心
    likely = [item for item in candidates if own or (item[2].nearest and re.fullmatch(_MISSPELT, item[1]))]
    if likely and (own or SEAL_PATTERN.search(text)):
        position, written, _ = likely[0]
        unknown = Value(written, None, problem=Problem.UNIT_UNKNOWN, note=compose("不在报送单位名单中"))
        return unknown, _cell_at(text, position)
    return (Value(problem=Problem.UNIT_MISSING), _blank_cell(text, own[0], end)) if own else None


def _unit_of(written: str, gazetteer: Gazetteer) -> UnitMatch:
    """The unit that a text names directly or by one of its regions."""
    match = gazetteer.match(written)
    owner = gazetteer.by_name.get(folded(match.nearest[0])) if match.unit is None and len(match.nearest) == 1 else None
    region = certain_region(owner, written) if owner else None
    return UnitMatch(owner, "写的是所辖地区，按所属省份读取") if region and region.reports else match


def _unit_of_title(rows: Sequence[HeaderRow], title: str, gazetteer: Gazetteer) -> Value | None:
    """The unit named before the form's title, in its cell."""
    for row in rows:
        for cell, text in enumerate(row.texts):
            before, found, _ = "".join(text.split()).partition(title)
            before = re.sub(r"20\d\d年度?|[（(【].*|附[表件]?\d?[:：]?", "", before)
            match = gazetteer.match(before) if found and before else None
            if match and match.unit:
                named = compose("标题中写的是“{before}”", before=before)
                return Value(text, match.unit.name, row.place_of(cell), note=named)
    return None


def _in_own_fields(found: dict[str, Value], source: str, target: str, pattern: re.Pattern[str]) -> dict[str, Value]:
    """The fields, each value moved to its blank: 手机号：138… a@b.cn, 联系人：张三 138…."""
    value = found.get(source, BLANK)
    if value.found is None or found.get(target, BLANK).found is not None:
        return found
    text = unicodedata.normalize("NFKC", str(value.found))
    taken = "、".join(match[0].strip() for match in pattern.finditer(text))
    if not taken:
        return found
    rest = re.sub(r"\s*[(]\s*[)]\s*", "", _clean(pattern.sub(" ", text)))
    left = read_field(source, re.sub(r"\s*[;；、,，/]\s*", "、", rest).strip("、 "))
    how = left.note or (read_as(str(left.value)) if left.value else None)
    whose = "从联系人栏“{found}”中读出" if target == "mobile" else "从“{found}”中读出"
    moved = replace(read_field(target, taken), place=value.place, note=compose(whose, found=str(value.found)))
    return found | {source: replace(left, found=value.found, place=value.place, note=how), target: moved}


def header_of(
    grid: Grid, heading: Heading, rows: tuple[int, int], gazetteer: Gazetteer
) -> tuple[dict[str, Value], dict[str, Value]]:
    """The header above a form's headings, alone and completed from below; ``rows``: first, and end."""
    title = heading.form.title
    above = [HeaderRow((text,)) for text in grid.before if visible(text)]
    lines = [*above, *header_lines(grid, (rows[0], heading.top))]
    titled = [index for index, row in enumerate(lines) if title in row.plain]
    near = lines[titled[-1] :] if titled else lines
    header = read_header(near, title, gazetteer)
    if header.keys() <= {"unit"} and len(near) < len(lines):
        header = read_header(lines, title, gazetteer)
    blank = not any(header[key].found is not None for key in CONTACT if key in header)
    lacking = [key for key in CONTACT if blank or key not in header]
    if header.get("unit", BLANK).found is None:
        lacking.append("unit")
    if not lacking:
        return header, header
    lines = [
        *header_lines(
            grid,
            (heading.body, rows[1]),
            only=lambda texts: bool(re.match(_BELOW, "".join(texts))) or is_header_line(texts),
        ),
        *(HeaderRow((line,)) for line in grid.after if re.match(_BELOW, line)),
    ]
    found = read_header(lines, title, gazetteer)
    return header, header | {key: found[key] for key in lacking if found.get(key, BLANK).found is not None}


def header_lines(
    grid: Grid, rows: tuple[int, int], only: Callable[[Sequence[str]], bool] | None = None
) -> list[HeaderRow]:
    """Rows as texts, without blank rows and notes; with ``only``, the rows whose texts it accepts."""
    lines = []
    for row, found in groupby(grid.texts_between(*rows), itemgetter(0)):
        if only and not only([text for _, _, text in found]):
            continue
        line = grid.cells[row]
        columns = [column for column in range(len(line)) if not grid.is_covered(row, column)]
        texts = [
            cell if type(cell) is str else as_text(cell) if cell is not None else ""
            for cell in map(line.__getitem__, columns)
        ]
        whole = "".join(texts)
        if visible(whole) and not NOTE_ROW.match(whole):
            lines.append(HeaderRow(texts, [grid.place(row, column) for column in columns]))
    return lines


# 联系人, 手机号 and 邮箱

MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[-\s]?)?(1[3-9]\d)[-\s]*(\d{4})[-\s]*(\d{4})(?!\d)")
"""A mobile number in a text; its three groups together are the digits."""
NO_ANSWER = frozenset({"无", "-", "/", "—", "——", "暂无", "空", "x", "xx", "xxx", "*"})
"""Texts of a blank left unanswered, in lower case."""
_MOBILE_DIGITS, _LONGEST_PLAIN_NAME = 11, 4
_SHORT_NUMBER = r"[(,;、/]?\s*(?:集团)?(?:短号|小号)码?\s*:?\s*\d{3,6}\s*\)?"
"""A mobile's office short number: 13800000001（短号666001）."""
_LANDLINE = r"((?<!\d)(?:\(?0\d{2,3}\)?[-\s]?)?\d{7,8}(?:[-转]\d{1,5})?(?!\d))"


def read_field(key: str, written: str) -> Value:
    """The value of a header's blank, with its problem if missing or malformed."""
    missing = {"name": Problem.NAME_MISSING, "mobile": Problem.MOBILE_MISSING, "email": Problem.EMAIL_MISSING}[key]
    if not written or tidy(written).lower() in NO_ANSWER:
        return Value(written or None, problem=missing)
    if key == "mobile":
        return _mobile(written)
    if key == "email":
        return _email(written)
    words, letters = written.split(), "".join(written.split())
    name = (
        letters if len(letters) <= _LONGEST_PLAIN_NAME and all(map(is_chinese, letters)) else " ".join(words)
    )  # 张 三
    return Value(written, name, note=None if name == written else read_as(name))


def _mobile(written: str) -> Value:
    text = tidy(written)
    text = re.sub(_SHORT_NUMBER, "", text).strip() if "号" in text else text
    digits = re.sub(r"[\s.-]", "", text)
    if digits.isdecimal() and len(digits) == _MOBILE_DIGITS and int(digits) in MOBILES:
        return Value(written, digits, note=None if digits == written else read_as(digits))
    numbers = ["".join(match.groups()) for match in MOBILE.finditer(text)]
    pieces = re.split(_LANDLINE, MOBILE.sub(" ", text))
    landlines = [piece.strip() for piece in pieces[1::2]]
    if numbers and not any(map(str.isdecimal, "".join(pieces[::2]))):
        value = "、".join(dict.fromkeys(numbers))
        how = None if value == written else read_as(value)
        if landlines:
            also = "、".join(landlines)
            how = compose("{read}，另有座机“{also}”", read=read_as(value), also=also)
        return Value(written, value, note=how)
    if text.startswith("1") and text.isdecimal() and len(text) != _MOBILE_DIGITS:
        why = compose("只有{digits}位" if len(text) < _MOBILE_DIGITS else "有{digits}位", digits=len(text))
    else:
        why = compose("填的是座机号" if landlines and not numbers else "不是11位手机号")
    return Value(written, text, problem=Problem.MOBILE_MALFORMED, note=why)


def _email(written: str) -> Value:
    if EMAIL.fullmatch(written):
        return Value(written, written)
    text = unicodedata.normalize("NFKC", written)
    text = re.sub(r"\s*([@.])\s*", r"\1", text.replace("。", ".")).removeprefix("mailto:")
    parts = [part for part in re.split(r"[\s、,;，；/<>]+", text) if part]
    addresses = [part for part in parts if EMAIL.fullmatch(part)]
    if addresses and not any("@" in part for part in parts if part not in addresses):
        value = "、".join(addresses)
        return Value(written, value, note=None if value == written else read_as(value))
    return Value(written, text, problem=Problem.EMAIL_MALFORMED, note=compose("不是一个邮箱地址"))
