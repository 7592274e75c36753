"""What a text is about: a figure of the survey, a region of the unit, columns of the forms, or no more than the form's
own words and signatures.

A figure is digits, or an amount in words, that no date, telephone, number of a document or word has.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from msgspec.structs import replace

from hrss12333.model.filing import CellUse, Document, Filing, Table
from hrss12333.model.text import AROUND, NAMES, RUNNING, Text
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Cell
from hrss12333.reading.layout.headings import normal
from hrss12333.reading.layout.labels import BORDER, EMAIL, LABEL_ENDS, MOBILE, SEAL_PATTERN, spans_of
from hrss12333.reading.layout.row_words import is_signature
from hrss12333.reading.values.cell_text import tidy
from hrss12333.reading.values.numbers import read_count
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.form_texts import form_texts
from hrss12333.survey.gazetteer import places_in
from hrss12333.survey.region_names import certain_region, folded
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind, Scalar
from hrss12333.survey.spellings import HAN, LARGEST_EXACT, OFFICE

LETTER = lazy(r"[^\W_]")
"""Without one a text says nothing."""
_DAY_PART = r"\d{1,2}\s*[日号]?"
_MONTH = r"(?<!\d)\d{1,2}\s*月份?"
_YEAR_PART = r"(?<!\d)(?:(?:19|20)?\d\d\s*年度?|(?:19|20)\d\d(?=\s*(?:[)）]|12333|附[件表]|\D{0,12}调查表)))"
_NO_FIGURES = (
    r"(?<!\d)123(?:33|45)(?!\d|\s*[次个件人条])",
    r"https?://\S+|www\.\S+",
    rf"(?<!\d)(?:19|20)?\d\d\s*[年./-]\s*\d{{1,2}}\s*(?:月|[./-](?=\s*\d))\s*(?:{_DAY_PART})?(?:\s*\d{{1,2}}:\d\d(?::\d\d)?)?",
    r"(?<!\d)20\d\d[01]\d[0-3]\d(?!\d)",
    rf"{_MONTH}(?:\s*{_DAY_PART}(?!\d))?|{_YEAR_PART}",
    r"(?<!\d)\d{1,2}\s*[-—–~～至到、和]+\s*(?=\d{1,2}\s*月)",
    r"(?<!\d)[一二三四1-4]季度|(?<!\d)\d{1,2}[日号](?!\w)",
    r"(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)|(?<!\d)7\s*[x×*]\s*24",
    r"(?<!\d)\d{1,4}\s*(?:个?小时|分钟|秒|天|个月|年|周|工作日|点半?|时(?!长))",
    r"(?<!\d)(?:\(?0\d{2,3}\)?[-—\s]?)\d{7,8}(?:[-转]\d{1,5})?(?!\d)|(?<!\d)400-?\d{3,4}-?\d{3,4}(?!\d)",
    r"(?:电话|手机|传真|座机|热线|分机|短号|邮编|邮政编码|QQ|微信|[Tt][Ee][Ll]|[Ff]ax)(?:号码?)?\s*[:：]?\s*\d[\d\-—、,，/\s()（）转]*",
    r"[表文批编]号\s*[:：]?\s*[^\s,，。；;]+",
    r"[(（\[【〔]\s*(?:19|20)\d\d\s*[)）\]】〕]\s*第?\s*\d+\s*号",
    rf"第\s*[\d一二三四五六七八九十]+\s*{HAN}|(?<!\d)\d+\s*[号楼层室栋幢]|[共全]\s*\d+\s*页|(?<!\d)\d{{1,4}}\s*[页份](?!额)|[页份]数\s*[:：]\s*\d+",
    r"(?<!\d)\d{1,3}\s*个\s*(?:地级|地)?[市州盟师县区]",
    r"附?[件表图]\s*\d{1,2}(?!\d)(?:[-.]\d{1,2}(?!\d))?(?:\s*[、,，和及至~-]\s*(?:附?[件表图]\s*)?\d(?!\d))*",
    r"^\s*[(（]?\d{1,2}\s*[)）.．、:：](?!\d)|(?<=[。；;:，,\s])\s*[(（]?\d{1,2}\s*[)）.．、](?!\d)",
    r"^\s*\d{1,3}\s+(?=[^\d\s]+[市州盟县区旗师团]\s)",
    r"[A-Za-z_]+[-.]?\d{1,3}(?:\.\d+)*(?!\d)|(?<!\d)\d{1,2}(?![kKwW](?![A-Za-z]))[A-Za-z]+",
)
_NO_FIGURE = lazy("|".join(_NO_FIGURES))
"""The numbers of this and the neighbouring hotline, years, dates, times, telephones, numbers of documents, pages, copies, regions, attachments, forms, lines and rows of a table, digits in words."""
_OF_A_NAME = lazy(r"^\d+[_\-.、\s]+(?=\D)|[_\-(（\s]\d{1,3}[)）]?$|12333|附表\d|20\d\d(?:[年.\-]?\d\d?[月.\-]?\d\d?)?")
"""What numbers and dates a file: distinguished beforehand, for the other patterns take time to prepare."""
_AMOUNT = lazy(r"[一二两三四五六七八九]\s*[十百千万亿]+|[二三四五六七八九]十|[0-9]")
_WRITTEN = lazy(r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:\s*[百千万亿]+)?|[一二两三四五六七八九]\s*[十百千万亿]+")
_FIGURE_SIGNS = frozenset("0123456789百千万亿十")
_COUNTY = lazy(r"[县区市旗]", needs="县区市旗")
_SHORTEST_NAME = 3
"""Characters from which a name is recognised by itself; shorter ones by the figure behind them (坐席45个)."""

_SENTENCE_END = lazy(r"[。；;！？!?\n]")


@lru_cache(maxsize=4096)
def has_figure(text: str) -> bool:
    """Whether a text holds a figure that may be one of the survey's."""
    plain = tidy(text)
    may_hold = not _FIGURE_SIGNS.isdisjoint(plain) and _AMOUNT.search(plain)
    return bool(may_hold and _AMOUNT.search(_without_no_figures(plain)))


@lru_cache(maxsize=4096)
def _has_figure_in_name(name: str) -> bool:
    """The same of the name of a file or sheet, which may be numbered: 03_银川.xlsx, 附表1(2).xlsx."""
    return has_figure(_OF_A_NAME.sub(" ", name))


def _without_no_figures(text: str) -> str:
    """A text without its dates, telephones and the like."""
    return _NO_FIGURE.sub(" ", MOBILE.sub(" ", EMAIL.sub(" ", tidy(text))))


def figures_in(text: str) -> list[Scalar]:
    """The figures that a text gives."""
    return [read_count(written).value for written in _WRITTEN.findall(_without_no_figures(text))]


def is_figure(cell: Cell) -> bool:
    """Whether a number that is in a cell by itself may be one of the survey's: no year, no day, not 12333, no mobile."""
    if not isinstance(cell, int | float) or isinstance(cell, bool) or cell != cell or cell == 12333:
        return False
    digits = str(int(cell)) if abs(cell) < LARGEST_EXACT and cell == int(cell) else ""
    return not (digits and re.fullmatch(r"(?:199|20\d)\d|20\d\d[01]\d[0-3]\d|1[3-9]\d{9}", digits))


def names_region(edition: Edition, unit: Unit | None, text: str, itself: str | None = None) -> bool:
    """Whether a text names a region of the unit, or a county below one; ``itself`` is whose the filing is, if a region's."""
    if unit is None:
        return False
    places = places_in(text, edition.gazetteer)
    if any(owner is unit and region != itself for place in places for owner, region in place.regions):
        return True
    counties = unit.counties if _COUNTY.search(text) else ()
    return any(len(name) >= _SHORTEST_NAME and name in text for name in counties if name != itself)


Field = tuple[str, str]
"""Keys of a form and of one of its columns."""


@lru_cache(maxsize=16)
def _columns_in(forms: tuple[Form, ...]) -> tuple[re.Pattern[str], dict[str, frozenset[Field]]]:
    """The names of the columns that ask for data, the longest first, and whose they are."""
    named: dict[str, set[Field]] = {}
    for form in forms:
        for column in form.data:
            for name in (column.heading, *column.aliases):
                named.setdefault(normal(re.sub(r"[（(].*", "", name)), set()).add((form.key, column.key))
    longest = sorted(named, key=len, reverse=True)
    patterns = (re.escape(n) + ("" if len(n) >= _SHORTEST_NAME else r"(?=[^\d,，。；;]{0,4}\d)") for n in longest)
    return re.compile("|".join(patterns)), {name: frozenset(fields) for name, fields in named.items()}


@lru_cache(maxsize=4096)
def columns_named(forms: tuple[Form, ...], text: str) -> frozenset[Field]:
    """The columns of the forms that a text names, of those that ask for data."""
    pattern, named = _columns_in(forms)
    return frozenset().union(*(named[match[0]] for match in pattern.finditer(normal(text))))


_LONGEST_OWNER = 40
_LONGEST_LABEL = 10
"""Letters of a label without a colon."""


def matters(forms: tuple[Form, ...], text: str) -> bool:
    """Whether a text holds a figure or names a column of the forms."""
    return has_figure(text) or bool(columns_named(forms, text))


@lru_cache(maxsize=2048)
def use_of(text: str, edition: Edition, unit: Unit | None) -> CellUse | None:
    """What a text is that is not letter for letter the form's: one of it in other words, whose it is, a day, a signature, an
    address (部信息中心：); None where nobody knows."""
    forms, plain = edition.forms, folded(text)
    for name in unit.prefixes if unit else ():
        plain = plain.replace(name, "")
    beyond = form_texts(forms).beyond(plain)
    if beyond is not None and not matters(forms, beyond):
        return CellUse.FORM_TEXT
    if not LETTER.search(_without_no_figures(text)) or _is_owner(text, edition, unit):
        return CellUse.HARMLESS
    rest = "" if text.endswith((":", "：")) and not matters(forms, text) else _beside_labels(text)
    return CellUse.HARMLESS if rest is not None and not matters(forms, rest) else None


def _is_owner(text: str, edition: Edition, unit: Unit | None) -> bool:
    """Whether a text is no more than the name of the unit, or of an office of a region."""
    if unit is None or len(text) > _LONGEST_OWNER:
        return False
    name = folded(SEAL_PATTERN.sub("", text))
    if name.startswith(unit.prefixes) and (match := edition.gazetteer.match(name)).unit is unit:
        return match.how == "" or not names_region(edition, unit, name)
    region = certain_region(unit, name) if OFFICE.search(name) else None
    return bool(region and region.official)


def _beside_labels(text: str) -> str | None:
    """What is beside the labels of a text that begins with one: names, a telephone, a day; None where it does not."""
    line = text + BORDER
    spans = spans_of(line) if len(text) <= _LONGEST_LABEL or not LABEL_ENDS.isdisjoint(text) else ()
    if not spans or LETTER.search(SEAL_PATTERN.sub("", line[: spans[0].start])):
        label, _, rest = re.sub("：", ":", text).partition(":")
        return rest if len(label) <= _LONGEST_LABEL and is_signature([f"{label}:"]) else None
    for span in reversed(spans):
        line = f"{line[: span.start]}{BORDER}{line[span.end :]}"
    return SEAL_PATTERN.sub("", line).replace(BORDER, " ")


# Running text


def with_running_text(documents: Sequence[Document], edition: Edition) -> list[Document]:
    """The documents with the sentences in and around their filings that may concern the figures: they name a region or a
    column and give a figure that stands nowhere in the forms. What several filings of a unit share is reported at the
    first."""
    accounted: set[tuple[Unit | None, str]] = set()
    found: list[Document] = []
    tables: dict[Unit | None, list[Table]] = defaultdict(list)
    for item in documents:
        if isinstance(item, Filing):
            tables[item.unit] += item.tables
    for item in documents:
        if isinstance(item, Filing) and (unread := [*_unread_texts(item, tables[item.unit], edition)]):
            unread = [text for text in unread if text.kind not in AROUND or (item.unit, text.text) not in accounted]
            accounted |= {(item.unit, text.text) for text in unread}
            item = replace(item, unread_texts=tuple(unread))
        found.append(item)
    return found


def _unread_texts(filing: Filing, of_unit: Sequence[Table], edition: Edition) -> Iterator[Text]:
    own = {table.form.key for table in filing.tables}
    others = [table for table in of_unit if table.form.key not in own]
    doubted = {doubt.text for doubt in filing.doubts}
    for text in filing.texts:
        holds_figure = _has_figure_in_name if text.kind in NAMES else has_figure
        if text.kind in RUNNING and holds_figure(text.text) and text not in doubted:
            heads = frozenset[Field]()
            for sentence in [text.text] if text.kind in NAMES else _SENTENCE_END.split(text.text):
                if not has_figure(sentence):
                    heads = columns_named(edition.forms, sentence)
                elif _matters(filing, others, edition, replace(text, text=sentence), heads):
                    yield replace(text, text=sentence.strip())


def _matters(filing: Filing, others: Sequence[Table], edition: Edition, text: Text, heads: Set[Field]) -> bool:
    """Whether a sentence with a figure says so; in names, which number and date things, a region is not enough; a line of
    figures may be of the ``others``, forms that another file of the unit holds, or of columns that ``heads`` it names."""
    sentence = text.text
    named = columns_named(edition.forms, sentence)
    if not named and (text.kind in NAMES or not names_region(edition, filing.unit, sentence)):
        return False
    if use_of(sentence, edition, filing.unit):
        return False
    given = figures_in(sentence)
    wanted = named or (heads if len(given) <= len(heads) else ())
    known: set[int] = set()
    """The figures of the columns that it names, and their sums; where it names none, those of its regions."""
    for table in (*filing.tables, *(() if named else others)):
        rows = [row for row in table.rows if named or (row.region and row.region[:-1] in sentence)]
        for key in (c.key for c in table.form.of_kind(Kind.COUNT) if not wanted or (table.form.key, c.key) in wanted):
            figures = [figure for row in rows if (figure := row.figure(key)) is not None]
            total = table.total.figure(key) if named and table.total else None
            known |= {*figures, sum(figures), *([] if total is None else [total])}
    return not given or not known.issuperset(given)
