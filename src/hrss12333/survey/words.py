"""What words mean, by flat lists: in names, a file's version and whether it counts; in texts, what is quoted
or marked.

The printed texts of forms and notices, also earlier ones, are not quoted, nor lines about no figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache, lru_cache

from hrss12333.patterns import BORDER, half_width
from hrss12333.survey import flat_list, words_of
from hrss12333.survey.editions import EDITIONS
from hrss12333.survey.labels import SEAL_PATTERN, LabelMatch, labels_in
from hrss12333.survey.periods import names_other_time, times_in, unspaced
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import (
    COMPLETE,
    CONTINUED,
    DRAFT,
    HEADER,
    INSTRUCTIONS,
    NOT_PASSED,
    SEAL,
    SELF_CHECK,
    TOTAL,
    Edition,
    Form,
)

# In names and titles


class Meaning(StrEnum):
    """The meaning of a word; the value is its name in the list."""

    CORRECTED = "更正"
    FORMER = "旧"
    EARLIER = "先前"
    """Gives way to another file but counts without one: 初报, 上年."""
    DRAFT = "草稿"
    VOID = "作废"
    TEST = "测试"
    SPARE = "备份"
    """Kept beside the file that counts: a backup, a sample."""
    COPY = "副本"
    """A sheet of this name gives way to another; a file of this name may be the only one."""
    REPORT = "总结"
    LETTER = "函件"
    ATTACHED = "附件"
    """In a mail: something is attached."""


_UNFIT = {Meaning.VOID: "作废", Meaning.TEST: "测试", Meaning.FORMER: "旧表", Meaning.SPARE: "备份或样表"}
"""Meaning that keeps a file or sheet from counting → the reason in words."""
_GIVING_WAY = frozenset((Meaning.FORMER, Meaning.EARLIER, Meaning.DRAFT, Meaning.VOID, Meaning.TEST))
_VERSIONS, _ALONE, _WHOLE_ROW = "version_words.tsv", "单独", "整行"
_PIECES = r"[\W\d_]+"
_NOT = frozenset("未非待不没个")
"""Characters before a word that change its meaning: 未更正, 个旧."""


@cache
def _words() -> tuple[tuple[str, Meaning, bool], ...]:
    """Each word, longest first, with its meaning, and whether it must stand between other signs."""
    lines = sorted(flat_list(_VERSIONS), key=lambda line: -len(line[0]))
    return tuple((word, Meaning(meaning), how == [_ALONE]) for word, meaning, *how in lines if meaning != _WHOLE_ROW)


@lru_cache(maxsize=4096)  # each name of a file, folder and sheet is searched for its version, its fitness and its kind
def meanings_in(text: str) -> frozenset[Meaning]:
    """The meanings of the words in a name or title."""
    plain = half_width(text).lower()
    found = set[Meaning]()
    for word, meaning, alone in _words():
        if word not in plain:
            continue
        before, _, after = plain.partition(word)
        if before[-1:] not in _NOT and (not alone or word in re.split(_PIECES, plain)):
            found.add(meaning)
            plain = f"{before} {after}"
    return frozenset(found)


def version_named(file: str, survey: int, outside: int = 0, mail: Iterable[str] = ()) -> str:
    """The version of a file by its name and those of its containers, innermost first, else by its mail.

    ``outside``: length of the path given by the user, whose folders may have years for other reasons."""
    given = file[outside:].lstrip("/").count("/")
    for number, name in enumerate(reversed(file.split("/"))):
        meanings = meanings_in(name)
        period = times_in(name, survey).period if number <= given else None
        if meanings & (_GIVING_WAY if number <= given else {Meaning.FORMER, Meaning.EARLIER}) or (
            period and period.year_beside(survey)
        ):
            return Meaning.FORMER
        if Meaning.CORRECTED in meanings:
            return Meaning.CORRECTED
    return Meaning.CORRECTED if any(Meaning.CORRECTED in meanings_in(text) for text in mail) else ""


def unfit_by(name: str, kind: str) -> str:
    """Why a file or sheet with this name of this ``kind`` does not count (R210), Chinese; else empty."""
    why = next((words for meaning, words in _UNFIT.items() if meaning in meanings_in(name)), "")
    return f"{kind}“{name}”写明是{why}" if why else ""


def without_versions(name: str) -> str:
    """A name without the words that give its version."""
    for word, meaning, _ in _words():
        if word in name and meaning in (Meaning.CORRECTED, Meaning.DRAFT, Meaning.VOID, Meaning.TEST):
            name = name.replace(word, " ")
    return name


def is_spare_sheet(name: str) -> bool:
    """Whether a sheet of this name is not read beside another."""
    return bool(meanings_in(name) & (_GIVING_WAY | {Meaning.SPARE, Meaning.COPY}))


def is_void_row(text: str) -> bool:
    """Whether a cell only says that its row does not count: 作废, 此行作废, 不计入, 测试."""
    return text.strip(" 　()（）【】。!！*") in words_of(_VERSIONS, _WHOLE_ROW)


# In texts

_ANY_YEAR = r"(?:19|20)\d\d"
_NO_LETTERS = re.compile(r"[\W_]+")
_UNQUOTED = "unquoted_words.tsv"
_NOTHING = "空"
_TAKEN = "\ufdd1"
"""Replaces letters that belong to a label; BORDER separates the cells of a line."""
_NAME = r"(?![十百千万亿次人个条件通]+(?![^\W_]))[^\W\d_]{2,4}(?:·[^\W\d_]+)*|[^\W\d_]\s+[^\W\d_]"
_OFFICE = r"[^\W\d_]{2,24}(?:厅|局|中心|处|科|省|市|州|区|县|盟|兵团|师|部)"
_DAY = r"(?:(?:19|20)\d\d[-./年] ?\d{1,2}(?:[-./月] ?(?:\d{1,2}日?)?)?|(?:20\d\d)?\s{0,6}年\s{0,6}(?:\d{1,2})?\s{0,6}月\s{0,6}(?:\d{1,2})?\s{0,6}日?)"
_TELEPHONE = r"\+?\(?\d[\d()\-、,/转 ]{5,38}\d"
_MAIL = r"[\w.+-]{1,60}@[\w.-]{1,60}"
_VALUE = re.compile(
    rf"(?:{_NAME}|{_OFFICE})(?![^\W_]|[@＠]|\s?:)|{_DAY}(?:\s{{0,4}}[至到\-—~]+\s{{0,4}}{_DAY})?|{_TELEPHONE}|{_MAIL}"
)
"""A name, an office, a day, a telephone or an address after a label."""
_NUMBER = re.compile(r"\d{5,40}(?!\d)")
_LABELS_OF_NUMBERS = re.compile(r"电话|传真|编|手机|号|QQ|微信|联系方式")
_OF_HEADER = (
    r"省?\s{0,4}\(\s{0,4}自治区[、,/]?直辖市\s{0,4}\)|省\(区[、,]市\)|\(\s{0,4}签\s{0,4}[字名]\s{0,4}\)"
    r"|(?:计量)?单\s{0,4}位\s{0,4}:?\s{0,4}[次人个条件名、,/()][次人个条件名、,/() ]*(?![^\W_])"
)
"""The label of the unit, the place for a signature, the form's measures."""
_TITLES = ("电话服务情况调查表", "调查表", "情况表")
"""Endings of titles of forms and filings."""
_LONGEST_TITLE = 60
_CODE = r"校验码[:：][0-9A-Z]{4}-[0-9A-Z]{4}"
_PAGE = r"第\d{0,3}页[,，/]?(?:共\d{0,3}页)?|共\d{1,3}页|\d{1,3}/\d{1,3}|-\d{1,3}-|page\d+(?:of\d+)?"
_BARE = rf"{_PAGE}|{_DAY}|{_MAIL}|1[3-9]\d{{9}}(?:[、,/;]1[3-9]\d{{9}}){{0,3}}|\(?0\d{{2,3}}[-)]?\d{{7,8}}"
"""A page number, a day, an address or telephones, and nothing else."""
_LINE_NUMBERING = r"^(?:注释?|备注|说明|填表说明)?[:：]?\s*(?:[(（]?(?:\d+|[一二三四五六七八九十]+)[)）.、．])?\s*"
_SENTENCES = r"[。；;\n]|(?<=\s)(?=\d[.、．])"
_CONTACT = r"[a-zA-Z0-9._+-]{1,60}@[a-zA-Z0-9.-]{1,60}|(?:https?://|www\.)[a-zA-Z0-9./?=&%_-]{1,200}"
_TELEPHONE_NUMBER = r"(?:电话|传真|热线|号码|邮编|QQ):?\d{6,9}(?!\d)|(?<!\d)(?:0\d{2,3}[-)]?\d{7,8}(?:-\d{1,4})?|1[3-9]\d{9}|123\d\d)(?!\d)"
_DATE = r"(?<!\d)(?:19|20)\d\d(?:[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?)?(?:年度?)?(?![\d次人个条通件万])|(?<!\d)20[012]\d[01]\d(?:[0-3]\d)?(?![\d次人个条通件万])"
_DOCUMENT_NUMBER = r"[〔\[(]20\d\d[〕\])]第?\d{1,5}号|第?\d{1,5}号"
_NO_FIGURE = "|".join((_CONTACT, _DOCUMENT_NUMBER, _DATE, _TELEPHONE_NUMBER, r"\d{1,2}:\d\d(?::\d\d)?"))
"""Figures that are no counts: addresses, document numbers, days, years, telephones and times."""
_FIGURE = re.compile(r"(?<![a-zA-Z\d])\d{3,9}(?!\d)|\d[\d.]{0,12}万")
"""A figure that may be a count: it has fewer digits than a courier's number."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


@lru_cache(maxsize=4096)  # texts repeat: 862 of a merge of 7,200 rows are nine different ones
def is_marked(text: str, year: int) -> bool:
    """Whether a text has a word of doubt or a figure, or names another year or part of one."""
    plain = _without_harmless(text)
    if holds_doubt(text) or names_other_time(plain, year) or names_other_time(text, year):
        return True  # a harmless 12月31日 may end a part of the year
    figures = _THOUSANDS.sub("", plain)
    return bool(_FIGURE.search(figures)) and bool(_FIGURE.search(re.sub(_NO_FIGURE, " ", figures)))


@lru_cache(maxsize=4096)
def holds_doubt(text: str) -> bool:
    """Whether a text holds a word of doubt."""
    plain = _without_harmless(text)
    return any(word in plain for (word,) in flat_list("doubtful_words.tsv"))


def _without_harmless(text: str) -> str:
    """A text in the form in which words are looked for, without its harmless phrases."""
    plain = unspaced(text)
    for (harmless,) in flat_list("harmless_phrases.tsv"):
        plain = plain.replace(harmless, " ")
    return plain


@lru_cache(maxsize=4096)
def bare(text: str, year: int | None = None) -> str:
    """The letters and digits of a text, for comparing texts, without this year, or without any year."""
    years = rf"(?<!\d){year or _ANY_YEAR}(?!\d)年?度?"
    return _NO_LETTERS.sub("", re.sub(years, "", half_width(text))).replace("坐席", "座席").lower()


@lru_cache(maxsize=4096)
def is_printed(line: str, edition: Edition) -> bool:
    """Whether a line, or each of its sentences, is the form's or notice's, apart from 注： and numbers."""
    if _is_of_form(line, edition) or _is_of_form(_without_number(line), edition):
        return True
    sentences = [_without_number(part.strip()) for part in re.split(_SENTENCES, line)]
    return all(_is_of_form(part, edition) for part in sentences if part)


def _without_number(line: str) -> str:
    return re.sub(_LINE_NUMBERING, "", line)


def _is_of_form(text: str, edition: Edition) -> bool:
    return bare(text, edition.year) in _texts_of_forms(edition)


@lru_cache(maxsize=4096)
def is_form_title(text: str, edition: Edition, units: frozenset[Unit]) -> bool:
    """Whether a text is only a form's title, its number, the year and one of these units (or any)."""
    plain = bare(text, edition.year)
    titles = {bare(form.title) for form in edition.forms}
    keys = [bare(form.key) for form in edition.forms]
    if len(plain) > _LONGEST_TITLE or not plain.endswith((*_TITLES, *titles, *keys)):
        return False
    words = sorted({*_TITLES, *titles, "".join(keys), "12333"}, key=len, reverse=True)
    rest = re.sub("|".join(words) + r"|附[表件]\d?|年度", "", plain)
    unit = edition.gazetteer.match(rest).unit
    return not rest or (unit is not None and unit in (units or (unit,)))


@cache
def _texts_of_forms(edition: Edition) -> frozenset[str]:
    """The `bare` texts of all forms and notices, as whole lines and as sentences."""
    earlier = (form for other in EDITIONS.values() for form in other.forms)
    printed = [text for form in dict.fromkeys((*edition.forms, *earlier)) for text in _printed_texts(form)]
    notices = [line for each in EDITIONS.values() for line in (each.notice.title or "", *each.notice.paragraphs)]
    printed += [piece for line in notices for piece in (line, *line.split("。"))]
    labels = [SEAL, INSTRUCTIONS, NOT_PASSED, DRAFT, COMPLETE, TOTAL, SELF_CHECK, CONTINUED]
    labels += [name for item in HEADER for name in (item.label, *item.aliases)]
    return frozenset(bare(text.replace("{year}", str(edition.year)), edition.year) for text in (*printed, *labels))


def _printed_texts(form: Form) -> Iterator[str]:
    """The texts of a form; 填表说明 also clause by clause, as each may have its own cell."""
    yield from (form.key, form.title, f"{form.key}{form.title}")
    yield from (text for column in form.columns for text in (column.heading, column.group, column.note))
    for line in map(_without_number, form.instructions):
        yield from (line, *re.split("[；。]", line))


@lru_cache(maxsize=4096)
def is_quotable(text: str, edition: Edition) -> bool:
    """Whether 附注 quotes a text: it has a line that is no form's, sign-off, greeting or page number."""
    return not all(_is_left_out(line, edition) for line in text.splitlines())


def is_remark(text: str) -> bool:
    """Whether a 备注 says more than 无, "-" or "/"."""
    words = _NO_LETTERS.sub("", text)
    return bool(words) and words not in words_of(_UNQUOTED, _NOTHING)


_BESIDE_LABELS = ("(", "<", "+", "_", BORDER, _TAKEN)


def _is_certain(label: LabelMatch, text: str) -> bool:
    """Whether a label begins where no word runs on, and has a colon or a gap after it."""
    before, after = text[max(label.start - 1, 0) : label.start], text[label.end : label.end + 1]
    is_apart = not after or after.isspace() or after.isdecimal() or after in _BESIDE_LABELS
    return not before.isalpha() and (label.has_colon or is_apart)


@lru_cache(maxsize=1024)
def rest_of(cells: tuple[str, ...], known: tuple[str, ...] = ()) -> Sequence[tuple[int, str]]:
    """The pieces of a line, each with its cell, without labels, usual values, the seal and ``known`` values.

    Usual values are names, offices, days, telephones, addresses; a label with another value is in its piece.
    """
    plain = [half_width(cell) for cell in cells]
    shown = BORDER.join(cells if [*map(len, plain)] == [*map(len, cells)] else plain)
    line = BORDER.join(plain)
    for value in filter(None, map(half_width, known)):
        line = line.replace(value, _TAKEN * len(value), 1)
    for pattern in (SEAL_PATTERN, _OF_HEADER):
        line = re.sub(pattern, lambda found: _TAKEN * len(found[0]), line)
    labels = labels_in(line, _is_certain)
    pieces = [(0, 0), *((label.start, _end_of_label(line, label)) for label in labels)]
    found: list[tuple[int, str]] = []
    for (start, first), end in zip(pieces, [*(label.start for label in labels), len(line)], strict=True):
        behind = _end_of_values(line, start, first, end) if first else 0
        if not any(map(str.isalnum, line[behind:end])):
            continue
        if first and behind == first and _TAKEN not in line[first:end]:
            text = re.sub(rf"{BORDER}+", " ", shown[start:end], count=1)
            found.append((line.count(BORDER, 0, start), text.strip(f" {BORDER}")))
            continue
        for piece in re.finditer(rf"[^{BORDER}{_TAKEN}]+", line[behind:end]):
            if any(map(str.isalnum, piece[0])):
                at = behind + piece.start()
                words = shown[at : behind + piece.end()].strip(" \u3000:：,，;；、")
                found.append((line.count(BORDER, 0, at), words))
    return found


def _end_of_label(line: str, label: LabelMatch) -> int:
    """The end of a label: before a bracket with a word of doubt, as in 联系人（有误）."""
    bracket = line.find("(", label.start, label.end)
    return bracket if bracket >= 0 and holds_doubt(line[bracket : label.end]) else label.end


def _end_of_values(line: str, start: int, first: int, end: int) -> int:
    """Where usual values of the label from ``start`` to ``first`` end: in one cell, at most at ``end``."""
    patterns = [_NUMBER, _VALUE] if _LABELS_OF_NUMBERS.search(line, start, first) else [_VALUE]
    behind = first
    while behind < end:
        words = next((at for at in range(behind, end) if line[at].isalnum()), end)
        starts = range(behind, min(words + 1, end))
        value = next((found for at in starts for pattern in patterns if (found := pattern.match(line, at, end))), None)
        if value is None or holds_doubt(value[0]):
            break
        between = line[behind : value.start()] if behind > first else ""
        if BORDER in between or ("(" in between and value[0].isalpha()):
            break  # words in a bracket after a name are no second name
        behind = value.end()
    return behind


def _is_left_out(line: str, edition: Edition) -> bool:
    line = re.sub(_CODE, "", line)  # its digits are no figure
    if is_printed(line, edition):
        return True
    shown = half_width(line).strip()
    if not rest_of((shown,)) and not holds_doubt(shown):
        return True
    plain = "".join(shown.split())
    pieces = _NO_LETTERS.split(plain.lower())
    whole = words_of(_UNQUOTED, _NOTHING, "问候") | {""}  # "-" and "/" have no letter
    greets = "".join(pieces) in whole or whole.issuperset(pieces)
    return (greets or re.fullmatch(_BARE, plain) is not None) and not is_marked(line, edition.year)
