"""What becomes of each row below the headings of a table: one ordered table, of which the first line that holds decides, by flat
lists of words for 样例, 合计, 小计, 同比, signatures, explanations."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum, auto
from functools import cached_property, lru_cache
from itertools import islice

from hrss12333.model.filing import Aside, Concealed
from hrss12333.patterns import BRACKET, UNITS
from hrss12333.reading.grid import Cell
from hrss12333.reading.layout.cells import CellReader
from hrss12333.reading.layout.heading_words import named_in
from hrss12333.reading.layout.sheets import RowsRead, TablePart, concealed_rows
from hrss12333.reading.values import ORDERS, as_text, is_placeholder, read_value, texts_of, tidy
from hrss12333.survey.gazetteer import RegionMatch, certain_region, match_region
from hrss12333.survey.labels import NOTE_ROW, is_header_line, is_label, sign_off_labels
from hrss12333.survey.periods import Period, times_in
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import SAMPLE, TOTAL, Column, Kind
from hrss12333.survey.words import is_void_row

_GUIDES = 3
"""Rows below the headings among which columns may be numbered or their units named."""
_SEVERAL = 2
"""Cells that decide what a row is: figures or answers make it data, words head another table."""
_STATISTIC = "由其他行算出或只是其中一部分的行，不计入数据"


_LONGEST_NAME = 40
"""Characters beyond which a text is no name."""
_SAMPLE_WORDS = "样例行 样例数据 示例 示例行 范例 填写样例 填报样例 填写示例 填报示例 例 例如 例子 举例"
_SAMPLES = frozenset((SAMPLE, *_SAMPLE_WORDS.split())).union(
    f"{some}{kind}" for some in ("某", "某某", "XX", "xx", "××", "**", "○○", "X", "x", "×") for kind in "市州县区盟"
)
_TOTALS = frozenset((TOTAL, "总计", "共计", "总和", "总数", "累计", "合计数", "总合计", "汇总", "total"))
_WHOLES = (
    "全省 全市 全区 全自治区 全兵团 全州 全部 本省 本市 本区 本表 自治区 兵团 以上 上述 各地 各市 各市州 各地市 各地区"
)
"""Words before 合计 in the name of a total of everything."""
_SUBTOTALS = ("小计", "合计", "总计", "共计", "汇总")
"""Endings of the name of a row that is the sum of some others."""
_STATISTICS = (
    "平均 均值 同比 环比 占比 比例 比重 增长 增幅 增减 上年 去年 上一年 同期 较上年 比上年 较去年 比去年 人均 日均 月均 席均 中位数 最大值 最小值 最高 最低 其中 校验 核对 校核 勾稽"
    " 差额 差异 差值 排名 名次 上半年 下半年"
)
"""Beginnings of the name of a row that is worked out from others, or is a part of them."""
_RATES = ("平均", "平均值", "占比", "同比", "环比", "接通率", "接听率", "放弃率", "增长率", "比例", "比重")
"""Endings of such a name."""
_PERIOD = re.compile(
    r"(?:20\d\d年)?(?:1[0-2]|[1-9])月(?:份|数据)?|(?:20\d\d年)?(?:第?[1-4一二三四]季度|[上下]半年)|20\d\d年?度?(?:数据?|同期|合计)"
)
_BRACKET = re.compile(r"\([^()]*\)$")
_NOTES = "填表说明 填报说明 填写说明 指标解释 指标说明 填报要求 说明 注释 注意 注 备注 附注"
"""Beginnings of a row of explanations, before a colon or alone."""
_DATE = re.compile(r"20\d\d[年./-]\d{1,2}[月./-](?:\d{1,2}日?)?")
_LONGEST_NUMBERED = 8
"""Letters from which a text behind a number is an explanation."""
_LABELS_OF_GUIDES = "甲 乙 丙 丁 栏次 栏号 栏目序号 列次 列号 序号 — - / 编号 备注 单位 计量单位"
_GUIDE_WORDS = frozenset(_LABELS_OF_GUIDES.split())
_HINT = rf"[(]?(?:请?填写?|(?:计量)?单位:?)?(?:(?:{ORDERS})*(?:{UNITS})(?:/[年月])?|{ORDERS}|人/次|是/?或?否|有/?无|文字|数字|文本|整数|下拉选择|选填|必填)[)]?"
"""A cell below a heading that says what is to be filled in."""
_GUIDE = rf"(?P<hint>{_HINT})|[\d=+＝＋()（）]+|[A-Z]"
"""That, or the number of a column."""
_FEWEST = 4
"""Cells that number the columns."""


class Fate(Enum):
    """What becomes of a row."""

    HEADING = auto()
    """Heads the columns again, numbers them or names their units."""
    SAMPLE = auto()
    TOTAL = auto()
    ASIDE = auto()
    """Named, with its reason."""
    YEAR = auto()
    """Dates the rows below it."""
    WORDS = auto()
    """Claimed by nothing: its cells are quoted."""
    DATA = auto()
    END = auto()
    """Heads another table: the rows of this one end."""


class BodyRow:
    """A row below the headings, as far as it must be known to say what becomes of it."""

    def __init__(self, index: int, cells: Sequence[Cell], reader: RowReader) -> None:
        self.index = index
        self._reader = reader
        self.texts = texts_of(cells)
        self.lead = next(iter(self.texts.values()), "")
        self.written, self.serial = self._text_at(reader.region), self._text_at(reader.number)
        """The whole text of its region's cell, and of its 序号."""
        self.called = self.written or self.serial
        """The row's name: the text of its region's cell, else of its 序号; where the sheet has no such column that is
        read, its first words."""
        if reader.region is None:
            self.called = next(filter(_has_letters, self.texts.values()), "")

    def _text_at(self, column: int | None) -> str:
        """The text in a column, through its merged range."""
        grid = self._reader.part.grid
        if column is None:
            return ""
        is_merged = self.index in grid.merged_rows
        return as_text(grid.shown_at(self.index, column)) if is_merged else self.texts.get(column, "")

    @cached_property
    def _unit(self) -> Unit | None:
        """The unit within which its name is matched; None for the name of a total or a sample, or none."""
        unit, written = self._reader.unit, self.written
        return None if not written or is_total(written, unit) or is_sample(written) else unit

    @cached_property
    def match(self) -> RegionMatch | None:
        """The region that its name is matched to."""
        return match_region(self._unit, self.written) if self._unit else None

    @cached_property
    def certain(self) -> RegionMatch | None:
        """The region or unit that it certainly names; the nearest names are not looked for, which takes time."""
        return certain_region(self._unit, self.written) if self._unit else None

    @cached_property
    def _data(self) -> Sequence[str]:
        """The texts in its columns of data."""
        return [text for at, text in self.texts.items() if at in self._reader.heading.of_data]

    @cached_property
    def void(self) -> str:
        """The words by which it takes itself back; empty where none do."""
        return next(filter(is_void_row, self.texts.values()), "")

    @cached_property
    def fate(self) -> Fate:
        """What becomes of it."""
        return next((fate for fate, holds in FATES if holds(self)), Fate.WORDS)

    @cached_property
    def concealed(self) -> str:
        """Chinese: how it is concealed, or takes itself back; empty where it is valid."""
        return self._reader.concealed.get(self.index, f"写着“{self.void}”" if self.void else "")

    def is_headings(self) -> bool:
        """The form's headings again, each over its own column, or a row right below them that numbers the columns or names
        their units; a note may stand beside it."""
        form = self._reader.heading.form
        inside = [text for at, text in self.texts.items() if at in self._reader.heading.fields]
        if self.index - self._reader.heading.body < _GUIDES and any(map(is_guide, (self.texts.values(), inside))):
            return True
        words = [(at, text) for at, text in self.texts.items() if not text.isdecimal()]
        if len(words) < _SEVERAL or 2 * len(words) <= len(self.texts):
            return False
        named = [(at, heading) for at, text in words if (heading := named_in(form, text))]
        columns = {(at, heading.key) for at, heading in named if not heading.is_group}
        return len(named) >= _SEVERAL and 2 * len(named) > len(self.texts) and columns <= self._reader.headed

    def is_sample(self) -> bool:
        """样例."""
        return bool(self.called) and is_sample(self.called)

    def is_total(self) -> bool:
        """合计, 总计, 自治区合计; the name of the whole unit with no data beside it, or in a table without a column of
        regions below other rows: 全省."""
        unit, reader = self._reader.unit, self._reader
        if not self.called or is_total(self.called, unit):
            return bool(self.called)
        unplaced = reader.region is None and self.index > reader.heading.body and self.called.startswith("全")
        whole = certain_region(unit, self.called) if unit and (unplaced or not (self.serial or self._data)) else None
        return whole is not None and whole.is_unit

    def is_statistic(self) -> bool:
        """小计, 平均, 占比, 同比, 上年合计, 3月, and no certain name of a region."""
        return bool(self.called) and is_statistic(self.called) and self.certain is None and not self.is_year()

    def is_year(self) -> bool:
        """2018年, alone."""
        return len(self.texts) == 1 and period_of_row(self.lead, self._reader.year) is not None

    def is_note(self) -> bool:
        """A line of the header, a signature, a date or an explanation, by its first cell."""
        if is_label(self.lead) or (is_header_line([*self.texts.values()]) and self.is_data()):
            return True  # labels without numbers may head a list of contacts
        if is_note(self.lead):
            return self.written in ("", self.lead) or self.certain is None
        numbered = NOTE_ROW.match(compact(self.lead))
        is_numbered = numbered is not None and len(compact(self.lead)) - numbered.end() >= _LONGEST_NUMBERED
        return is_numbered and (len(self.texts) < _SEVERAL or self.certain is None)

    def is_data(self) -> bool:
        """A region beside a 序号, a 备注 or a filled column of data, or two columns of data with a figure, an answer or an
        error."""
        fields = self._reader.heading.fields.items()
        remarks = [self.texts.get(at, "") for at, column in fields if column.kind is Kind.TEXT]
        is_explained = any(text and not is_placeholder(text) for text in remarks)
        if (self.serial or self._data or is_explained) and self._is_listed():
            return True
        answers = (True for at, column in self._reader.heading.of_data.items() if self._answers(at, column))
        return sum(islice(answers, _SEVERAL)) == _SEVERAL

    def _is_listed(self) -> bool:
        """Whether its name is certainly a region's: of the owner, or of any unit where the table has none."""
        if self._reader.unit or not self.written:
            return self.certain is not None
        return bool(self._reader.part.edition.gazetteer.owners(self.written))

    def _answers(self, at: int, column: Column) -> bool:
        """Whether a cell holds a figure, an answer or an error."""
        grid = self._reader.part.grid
        mark, cell = grid.mark(self.index, at), grid.at(self.index, at)
        if mark.error or mark.stale or not isinstance(cell, str):
            return bool(mark.error or mark.stale) or cell is not None
        is_figure = column.kind is Kind.COUNT and any(map(str.isdecimal, cell))
        return bool(cell) and (is_figure or read_value(column, cell, None).value is not None)

    def heads_another_table(self) -> bool:
        """Words in two columns of data or more."""
        return sum(_has_letters(text) and not is_placeholder(text) for text in self._data) >= _SEVERAL


FATES: Sequence[tuple[Fate, Callable[[BodyRow], bool]]] = (
    (Fate.HEADING, BodyRow.is_headings),
    (Fate.SAMPLE, BodyRow.is_sample),
    (Fate.TOTAL, BodyRow.is_total),
    (Fate.ASIDE, BodyRow.is_statistic),
    (Fate.YEAR, BodyRow.is_year),
    (Fate.WORDS, BodyRow.is_note),
    (Fate.DATA, BodyRow.is_data),
    (Fate.END, BodyRow.heads_another_table),
)
"""What becomes of a row that is not blank, and what must hold for it; the first that holds decides, and where none does its
words are quoted."""


class RowReader:
    """Reads the rows of one table."""

    def __init__(self, part: TablePart, unit: Unit | None) -> None:
        self.part, self.heading, self.cells = part, part.heading, CellReader(part)
        self.unit, self.year = unit, part.edition.year
        self.number, self.region = self.heading.at("serial"), self.heading.at(self.heading.form.region.key)
        self.concealed = concealed_rows(part.grid)
        """Row → how the sheet conceals it."""
        self.headed = {(match.column, match.named.key) for match in self.heading.every if match.named}
        """Column of the sheet and key of the field that its heading names."""

    @cached_property
    def lines(self) -> Sequence[BodyRow]:
        """The rows below the headings, to the end of the table; blank ones are left out."""
        grid, body = self.part.grid, self.heading.body
        found = list[BodyRow]()
        marked = {row for (row, _), mark in grid.marks.items() if mark.error or mark.stale}
        for index, cells in enumerate(grid.cells[body : self.part.end], body):
            if not any(cells) and cells.count("") + cells.count(None) == len(cells):
                continue
            line = BodyRow(index, cells, self)
            if not line.texts and index not in marked:
                continue
            if line.fate is Fate.END:
                break
            found.append(line)
        return found

    @cached_property
    def data(self) -> Sequence[BodyRow]:
        """The rows of data that the sheet shows as valid."""
        return [line for line in self.lines if line.fate is Fate.DATA and not line.concealed]

    def read(self, others: Mapping[int, Period]) -> RowsRead:
        """All rows below the headings; ``others``: row → its period, where that is another than the table's."""
        read = RowsRead()
        for line in self.lines:
            if line.fate is not Fate.WORDS:
                self._take(line, read, others.get(line.index))
        dating = [line.index for line in self.lines if line.fate is Fate.YEAR]
        if dating and all(line.index < dating[-1] for line in self.data):
            del read.taken[dating[-1]]  # it dates no row: words below the table
        return read

    def _take(self, line: BodyRow, read: RowsRead, other: Period | None) -> None:
        """Read a row by its fate; ``other``: its period, where that is another than the table's."""
        fate = line.fate
        is_data = fate is Fate.DATA
        at = self.number if not is_data and not line.written and line.serial else self.region
        column = self.heading.first_column if at is None else at
        place = self.cells.place(line.index, column)
        is_named = fate in (Fate.SAMPLE, Fate.TOTAL, Fate.ASIDE)
        read.taken[line.index] = column, line.called if is_named else line.written if is_data else "", line.texts
        if is_data:
            row = read.data[line.index] = self.cells.row(place, line.written or None, line.match)
            if line.concealed:
                read.concealed.append(
                    Concealed(line.concealed, row.region or "没有地区名称", row, by_own_words=bool(line.void))
                )
            elif other is None:
                read.rows.append(row)
            else:
                read.of_others.setdefault(other, []).append(row)
        elif fate is Fate.SAMPLE:
            read.samples.append(self.cells.row(place, line.written or None, line.match, as_written=True))
        elif fate is Fate.TOTAL:
            read.totals.append(self.cells.row(place, line.called, total=True))
        elif fate is Fate.ASIDE:
            read.asides.append(Aside(place, line.called, _STATISTIC))
        elif fate is Fate.HEADING:
            self.cells.guide(line.index)


# What the words of a row are


def _has_letters(text: str) -> bool:
    """Whether a text is more than figures and signs."""
    return any(map(str.isalpha, text))


def period_of_row(lead: str, survey: int) -> Period | None:
    """The year that a row alone holds, which dates the rows below it: 2018年, 上年数据; a number alone is none."""
    found = times_in(lead, survey)
    whole = found.is_alone and not lead.strip().isdecimal() and found.period and found.period.year
    return found.period if whole else None


@lru_cache(maxsize=8192)
def compact(text: str) -> str:
    """A name without any white space, half-width, without a colon behind it."""
    return "".join(tidy(text).split()).rstrip(":。")


@lru_cache(maxsize=4096)
def is_sample(name: str) -> bool:
    """样例 and what else people call it."""
    return name == SAMPLE or (len(name) <= _LONGEST_NAME and compact(name).strip("()[]【】") in _SAMPLES)


@lru_cache(maxsize=4096)
def is_total(name: str, unit: Unit | None = None) -> bool:
    """合计, 总 计, 全省合计, 广东省合计: of everything in the table."""
    if len(name) > _LONGEST_NAME:
        return False
    plain, _, _ = compact(name).lower().removeprefix("(").partition(":")
    plain = BRACKET.sub("", plain).strip("()[]【】")
    bare = next((plain.removesuffix(total) for total in _TOTALS if plain.endswith(total)), None)
    return bare is not None and (bare in ("", *_WHOLES.split()) or bool(unit and bare in unit.spellings))


@lru_cache(maxsize=4096)
def is_statistic(name: str) -> bool:
    """小计, 平均, 占比, 同比, 上年合计, 3月: a row that is worked out from others, or is a part of them."""
    plain = _BRACKET.sub("", compact(name)).strip("()[]【】")
    if len(plain) > _LONGEST_NAME:
        return False
    ends = plain.isalnum() and plain.endswith((*_SUBTOTALS, *_RATES))
    return ends or plain.startswith(tuple(_STATISTICS.split())) or bool(_PERIOD.fullmatch(plain))


@lru_cache(maxsize=2048)
def is_note(lead: str) -> bool:
    """Whether a row whose first cell says this is a signature, a date or an explanation."""
    text = compact(lead)
    label, colon, _ = text.partition(":")
    label = _BRACKET.sub("", label)
    notes = _NOTES.split()
    labelled = bool(colon) and (label in notes or label in sign_off_labels())
    return labelled or text in notes or bool(_DATE.fullmatch(text))


def is_guide(texts: Collection[str]) -> bool:
    """A row under the headings that numbers the columns (栏次 1 2 3, 甲 乙 1=2+3, A B C) or names their units (次 次 人)."""
    shown = list[str]()
    hints = 0
    for word in (compact(text).strip("()") for text in texts):
        if word not in _GUIDE_WORDS:
            if not (found := re.fullmatch(_GUIDE, word)):
                return False
            hints += found["hint"] is not None
            shown.append(word)
    if not shown:
        return len(texts) >= _FEWEST
    if hints or len(shown) < _FEWEST:
        return hints == len(shown)
    digits = [int(first[:4]) for text in shown if (first := text.partition("=")[0]).isascii() and first.isdecimal()]
    if digits:
        return digits[-1] < 100 and digits == [*range(digits[0], digits[0] + len(digits))]
    return len(set(shown)) == len(shown)
