"""The rows below a heading band: which are data, which 样例, 合计, notes or padding, and what each cell says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hrss12333.filing import Aside, Found, Place, Row, Value
from hrss12333.forms import SAMPLE, TOTAL, Column, Kind
from hrss12333.reading.formula import compute
from hrss12333.reading.grid import Book, Cell, Unseen
from hrss12333.reading.locate import Fill, Located
from hrss12333.reading.values import as_found, as_text, is_blank, read_value, tidy
from hrss12333.regions import RegionMatch, Unit, match_region, plain

_SAMPLE = re.compile(rf"^[(（]?(?:{SAMPLE}|示例|范例|例如|例子|例)(?:行|数据)?(?:[(（:：].*)?[)）]?$")
_TOTAL = re.compile(rf"^[\u4e00-\u9fff\d]{{0,12}}?(?:{TOTAL}|总计|共计|总和|合计数|总数|汇总)(?:[(（].*[)）])?[:：]?$")
_SUBTOTAL = re.compile(r"^[\u4e00-\u9fff]{0,12}?小计[:：]?$")
_ELLIPSIS = re.compile(r"^[….。·⋯\-—~～]+$")
_NOTES = re.compile(
    r"^(?:填表说明|填报说明|填报要求|说明[:：]|注释?[:：]|备注[:：]|附注[:：]"
    r"|(?:填报人|填表人|审核人|单位负责人|负责人|制表人?|填报日期|填表日期|联系人|经办人|报送单位|填报单位)[:：])"
)
_NUMBERED_NOTE = re.compile(r"^\d{1,2}\s*[.．、](?!\d)")
_STRONG = 3
"""Data cells that make a row below the notes a data row all the same."""


@dataclass
class RowsRead:
    """What stands below a heading band."""

    rows: list[Row] = field(default_factory=list)
    samples: list[Row] = field(default_factory=list)
    total: Row | None = None
    asides: list[Aside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Texts below the table, for the year they name."""


class RowReader:
    """Reads the rows of one located table."""

    def __init__(self, book: Book, located: Located, fill: Fill, unit: Unit | None) -> None:
        self._book, self._located, self._fill, self._unit = book, located, fill, unit
        self._grid, self._form = located.grid, located.form
        self._unseen: dict[tuple[int, int], Unseen] | None = None

    def read(self) -> RowsRead:
        """All rows from below the headings to the end of the table."""
        read = RowsRead()
        below_notes = False
        for index in range(self._located.body, min(self._located.end, len(self._grid.cells))):
            texts = self._texts(index)
            if not texts:
                continue
            lead = tidy(next(iter(texts.values()))).replace(" ", "")
            if _NOTES.match(lead):
                below_notes = True
            filled = self._filled(index)
            if below_notes and not (len(filled) >= _STRONG and self._region(index)[1]):
                read.notes.extend(texts.values())
                continue
            self._sort(index, lead, filled, texts, read)
        self._recognise_whole(read)
        return read

    def _sort(self, index: int, lead: str, filled: list[Column], texts: dict[int, str], read: RowsRead) -> None:
        """Put one row where it belongs."""
        written, match = self._region(index)
        names = [plain(name) for name in (self._serial(index), written, lead) if name]
        if any(_SAMPLE.match(name) for name in names):
            read.samples.append(self._row(index, written, match))
        elif any(_TOTAL.match(name) for name in names):
            row = self._row(index, written, match, total=True)
            read.total = (
                row if read.total is None or any(value.present for value in row.values.values()) else read.total
            )
        elif any(_SUBTOTAL.match(name) for name in names):
            read.asides.append(self._aside(index, texts, "小计行，不计入数据"))
        elif (any(_ELLIPSIS.match(name) for name in names[:2]) and not filled) or self._is_numbering(index, texts):
            return
        elif not filled:
            self._unfilled(index, written, match, texts, read)
        elif written is None and read.total is not None:
            read.asides.append(self._aside(index, texts, "合计行下面的内容，没有地区名称，不计入数据"))
        else:
            read.rows.append(self._row(index, written, match))

    def _unfilled(
        self, index: int, written: str | None, match: RegionMatch | None, texts: dict[int, str], read: RowsRead
    ) -> None:
        """A row without any answer: a region listed but not filled, a numbered blank row, or a stray text."""
        if written is None:
            stray = [text for column, text in texts.items() if column != self._column("serial")]
            if stray and not (len(stray) == 1 and self._is_extra_column(texts)):
                read.notes.extend(stray)
                read.asides.append(self._aside(index, texts, "只有说明文字，不计入数据"))
            return
        numbered = bool(self._serial(index))
        if (match and match.name) or (numbered and len(written) < 15 and not _NUMBERED_NOTE.match(written)):
            read.rows.append(self._row(index, written, match))
            return
        read.notes.extend(texts.values())
        read.asides.append(self._aside(index, texts, "不是地区名称，按说明文字处理"))

    def _is_extra_column(self, texts: dict[int, str]) -> bool:
        """Whether what stands in the row stands outside the form's columns."""
        mapped = {match.column for match in self._located.columns.values()}
        return not mapped & set(texts)

    def _texts(self, index: int) -> dict[int, str]:
        line = self._grid.cells[index]
        return {column: text for column, cell in enumerate(line) if not is_blank(cell) and (text := as_text(cell))}

    def _column(self, key: str) -> int | None:
        match = self._located.columns.get(key)
        return match.column if match else None

    def _filled(self, index: int) -> list[Column]:
        """The columns answered in this row, remarks included."""
        asked = (*self._form.data, *self._form.of_kind(Kind.TEXT))
        return [c for c in asked if any(not is_blank(self._grid.at(index, place)) for place in self._places(c.key))]

    def _places(self, key: str) -> list[int]:
        doubled = self._located.doubled.get(key)
        if doubled:
            return [match.column for match in doubled]
        place = self._column(key)
        return [] if place is None else [place]

    def _serial(self, index: int) -> str:
        column = self._column("serial")
        return "" if column is None else as_text(self._fill.at(index, column))

    def _region(self, index: int) -> tuple[str | None, RegionMatch | None]:
        """The region as written and what it was taken for; a heading over several columns names it in the last filled."""
        heading = self._located.columns.get(self._form.region.key)
        if heading is None:
            return None, None
        texts: list[str] = []
        for column in range(heading.column, heading.column + heading.span):
            text = as_text(self._fill.at(index, column))
            if text and text not in texts:
                texts.append(text)
        if not texts:
            return None, None
        if self._unit is None:
            return texts[-1], None
        match = match_region(self._unit, texts[-1])
        if match.name is None and len(texts) > 1:
            joined = match_region(self._unit, "".join(texts))
            return (texts[-1], joined) if joined.name else (texts[-1], match)
        return texts[-1], match

    def _is_numbering(self, index: int, texts: dict[int, str]) -> bool:
        """A row under the headings that numbers the columns (栏次 1 2 3, 甲 乙 1 2)."""
        if index > self._located.body + 1 or len(texts) < 4:
            return False
        numbers = [tidy(text).strip("()") for text in texts.values()]
        digits = [int(text) for text in numbers if text.isdecimal() and len(text) < 3]
        others = [text for text in numbers if not text.isdecimal()]
        run = digits == list(range(digits[0], digits[0] + len(digits))) if digits else False
        return (
            run
            and len(digits) >= 4
            and all(text in {"甲", "乙", "丙", "栏次", "栏号", "序号", "—", "-"} for text in others)
        )

    def _row(self, index: int, written: str | None, match: RegionMatch | None, *, total: bool = False) -> Row:
        column = self._column(self._form.region.key)
        where = self._place(index, column if column is not None else min(self._columns(), default=0))
        values = {c.key: self._value(index, c, total=total) for c in self._form.columns}
        name = match.name if match and match.name else written
        region = self._form.region.key
        if column is not None:
            note = match.how if match and match.name and match.name != written else ""
            values[region] = Value(written, name, where, note=f"按“{name}”读取" if note else "")
        return Row(where, name, match, values)

    def _columns(self) -> list[int]:
        return [match.column for match in self._located.columns.values()]

    def _place(self, row: int, column: int) -> Place:
        return Place(self._grid.name, row + 1, column + 1)

    def _value(self, index: int, column: Column, *, total: bool) -> Value:
        places = self._places(column.key)
        if not places:
            return Value()
        if len(places) > 1:
            return self._doubled(index, column, places, total=total)
        return self._single(index, column, places[0], total=total)

    def _doubled(self, index: int, column: Column, places: list[int], *, total: bool) -> Value:
        """Two columns under one heading: read where they agree, or where only one is filled."""
        values = [self._single(index, column, place, total=total) for place in places]
        given = [value for value in values if value.found is not None]
        if len({(value.value, value.problem) for value in given}) <= 1:
            return given[0] if given else values[0]
        first = given[0]
        others = "、".join(f"{value.place.a1}={value.found}" for value in given[1:] if value.place)
        return Value(first.found, None, first.place, "F007", f"同一栏目的另一列填得不同（{others}）")

    def _single(self, index: int, column: Column, position: int, *, total: bool) -> Value:
        place = self._place(index, position)
        cell = self._grid.at(index, position)
        box = self._fill.box(index, position)
        if box and box.bottom > box.top and box.left == position and not total:
            shared = self._grid.at(box.top, box.left)
            if column.kind is Kind.COUNT and not is_blank(shared):
                return Value(as_found(shared), None, place, "V302", "几行合并成一个单元格，看不准每个地区各是多少")
            if box.top < index and not is_blank(shared):
                value = read_value(column, shared, place)
                return Value(
                    value.found,
                    value.value,
                    place,
                    value.problem,
                    value.note or "与上一行合并的单元格，按相同内容读取",
                    value.candidates,
                )
        if is_blank(cell) and column.required and column.kind is not Kind.REGION:
            return self._look_again(index, column, position, place, total=total)
        return read_value(column, cell, place)

    def _look_again(self, index: int, column: Column, position: int, place: Place, *, total: bool) -> Value:
        """A value is due and the cell looks blank: an error and an uncalculated formula look like that too."""
        if total and self._unseen is None:
            return Value(place=place)
        unseen = self._all_unseen().get((index, position))
        if unseen is None:
            return Value(place=place, problem=None if total else "V301")
        if unseen.error:
            return Value(unseen.error, None, place, "V307", f"单元格显示 Excel 错误值“{unseen.error}”")
        result = compute(unseen.formula, self._operand)
        found: Found = unseen.formula
        if result is None:
            return Value(found, None, place, "V308", "公式没有计算结果")
        value = read_value(column, int(result) if result == int(result) else float(result), place)
        how = value.note if value.problem else f"公式“{unseen.formula}”没有保存结果，由本工具算出 {value.value}"
        return Value(found, value.value, place, value.problem, how, value.candidates)

    def _all_unseen(self) -> dict[tuple[int, int], Unseen]:
        if self._unseen is None:
            self._unseen = self._book.second_look(self._grid.name)
        return self._unseen

    def _operand(self, row: int, column: int) -> int | float | str | None:
        cell: Cell = self._grid.at(row, column)
        if is_blank(cell):
            unseen = self._all_unseen().get((row, column))
            return None if unseen is None else unseen.formula or unseen.error
        return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else as_text(cell)

    def _aside(self, index: int, texts: dict[int, str], reason: str) -> Aside:
        column, text = next(iter(texts.items()))
        return Aside(self._place(index, column), text, reason)

    def _recognise_whole(self, read: RowsRead) -> None:
        """A 全省 row that equals the sum of the others is their 合计, not a region of its own."""
        whole = [row for row in read.rows if row.match and row.match.whole]
        others = [row for row in read.rows if row not in whole]
        if len(whole) != 1 or len(others) < 2:
            return
        sums = dict(self._sums(others))
        if sums and all(whole[0].number(key) == total for key, total in sums.items()):
            read.rows.remove(whole[0])
            read.total = read.total or whole[0]
            text = str(whole[0].get(self._form.region.key).found)
            read.asides.append(Aside(whole[0].place, text, "这一行等于其余各行之和，按合计行处理，不重复计入"))

    def _sums(self, rows: list[Row]) -> Iterator[tuple[str, int]]:
        for column in self._form.of_kind(Kind.COUNT):
            numbers = [number for row in rows if (number := row.number(column.key)) is not None]
            if numbers:
                yield column.key, sum(numbers)
