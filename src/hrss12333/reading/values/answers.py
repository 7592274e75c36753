"""是 or 否, and one of a few choices, as people write them. A word is certain or it is a problem, never a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hrss12333.model.problem import Problem
from hrss12333.model.said import ReadingNote, Words, note, read_as
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Cell
from hrss12333.reading.values.cell_text import NOTHING, Answer, as_text, tidy
from hrss12333.survey.schema import NO, YES, Column, Scalar, answer_word
from hrss12333.survey.traditional import simplified

_DEED = "开通|开|启用|统一|集中|建成|建|实现|使用|设置|开设|有"
_YES = lazy(
    rf"(?:是的?|y|yes|true|[√✓✔☑]|对|有|(?:已经?)?(?:全部|全面)?(?:{_DEED})|是[√✓✔☑])",
    needs="是yt√✓✔☑对有开启统集建实使设",
)
_NO = lazy(
    rf"(?:否|n|no|false|[×✗✘x]|不是?|没有?|无|未|(?:尚|暂|还)?(?:未|没有?|不)(?:{_DEED})|否[√✓✔☑])",
    needs="否nf×✗✘x不没无未",
)
_QUALIFIED = lazy(r"([^(\[,;:/]{1,6})([(\[,;:].*)", re.DOTALL, needs="([,;:")
"""A word and what is added to it in brackets or after a comma."""
_TICKED, _UNTICKED = "☑☒■√✓✔●⊙◉", "□☐○◯"
_TICKS, _BOXES = frozenset(_TICKED), frozenset(_TICKED + _UNTICKED)
_BESIDE = lazy(r"([√✓✔☑]\s*)?是([√✓✔☑])?(?:\s*[/、,|]\s*|\s+|(?<=是)(?=否))([√✓✔☑])?否(\s*[√✓✔☑])?", needs="否")
_BRACKETED = lazy(r"\((.+)\)", needs="(")


def read_yesno(cell: Cell, year: int | None = None) -> Answer:
    """Whether a cell says 是 or 否; V301 or V304 where it says neither for certain.

    ``year`` is the year reported on: a 是 that dates from later is none.
    """
    if cell in (YES, NO):
        return Answer(cell == YES)  # what most cells say
    if isinstance(cell, bool):
        return Answer(cell, how=read_as(answer_word(cell)))
    if isinstance(cell, int | float):
        likely: tuple[Scalar, ...] = (bool(cell),) if cell in (0, 1) else ()
        return Answer(problem=Problem.NOT_YES_OR_NO, how=note("是数字"), candidates=likely)
    return _written_yesno(as_text(cell), cell, year)


def _written_yesno(written: str, cell: Cell, year: int | None) -> Answer:
    text = re.sub(r"\s+", "", simplified(tidy(written))).lower().rstrip("。.;,!").strip("“”\"'‘’")
    bracketed = _BRACKETED.fullmatch(text)
    text = bracketed[1] if bracketed else text
    ticked = _ticked(text, ("是", "否", "有", "无")) or _ticked_beside(tidy(written))
    qualified = None if ticked else _QUALIFIED.fullmatch(text)
    word = ticked or (qualified[1] if qualified else text)
    yes, no = bool(_YES.fullmatch(word)), bool(_NO.fullmatch(word))
    if yes or no:
        mild, does = _behind(yes, qualified[2], year) if qualified else (True, "")
        if not mild:
            return Answer(
                problem=Problem.NOT_YES_OR_NO, how=note("{does}，看不准是“是”还是“否”", does=does), candidates=(yes,)
            )
        return Answer(yes, how=_how(cell, written, answer_word(yes)), doubt=does)
    if text in NOTHING:
        return Answer(
            problem=Problem.MISSING, how=note("“{found}”既不是“是”也不是“否”，按没有填处理", found=Words(written))
        )
    return Answer(problem=Problem.NOT_YES_OR_NO, how=note("既不是“是”也不是“否”"))


def _behind(yes: bool, words: str, year: int | None) -> tuple[bool, str]:
    """Whether words behind an answer leave it, and what they do to it; Chinese."""
    from hrss12333.reading.doubt.answers import Effect, effect  # few answers say more

    does = effect(words, year, yes=yes)
    return does in (Effect.HARMLESS, Effect.UNKNOWN), does.value


def _how(cell: Cell, written: str, answer: str) -> ReadingNote | None:
    if written != answer:
        return read_as(answer)
    return None if cell == written else note("去掉多余的空格")


def _ticked(text: str, options: Sequence[str]) -> str | None:
    """The one of some answers that is ticked, each with its box before or behind it; brackets are boxes too: 是(√)否()."""
    text = re.sub(r"[(\[]([√✓✔x]?)[)\]]", lambda match: "☑" if match[1] else "□", text)
    if _BOXES.isdisjoint(text):
        return None
    text = re.sub(r"[/、,]", "", text)
    box, option = f"([{_TICKED}{_UNTICKED}])", f"({'|'.join(map(re.escape, options))})"
    pairs = re.findall(box + option if text[0] in _BOXES else option + box, text)
    named = [pair[1] if pair[0] in _BOXES else pair[0] for pair in pairs]
    ticked = [name for pair, name in zip(pairs, named, strict=True) if not _TICKS.isdisjoint(pair)]
    whole = "".join(map("".join, pairs)) == text
    return ticked[0] if whole and len(ticked) == 1 and len(set(named)) == len(named) else None


def _ticked_beside(text: str) -> str | None:
    """是 or 否 of the two side by side without boxes, of which the tick touches one: 是√ 否, 是/否√, √是 否."""
    match = _BESIDE.fullmatch(text)
    yes, no = (match[1] or match[2], match[3] or match[4]) if match else (None, None)
    return None if bool(yes) == bool(no) else answer_word(bool(yes))


def read_choice(column: Column, cell: Cell, year: int | None = None) -> Answer:
    """Which of the column's choices a cell names; V301 or V305 where it names none for certain.

    ``year`` is the year reported on, as in `read_yesno`.
    """
    if cell in column.choices:
        return Answer(as_text(cell))
    written = as_text(cell)
    text = re.sub(r"[\s\"“”]+", "", simplified(tidy(written))).lower().rstrip("。.;,")
    qualified = re.fullmatch(r"([^(\[,;:/]+)([(\[,;:].*)", text, re.DOTALL)
    named = qualified[1] if qualified else text
    for option in (simplified(written), named, named.removesuffix("部署"), column.synonyms.get(named, "")):
        if option in column.choices:
            also = qualified[2].strip("()[],;:.") if qualified else option
            same = column.synonyms.get(also, also) == option  # 互联网（公网）
            mild, does = (True, "") if same else _behind(True, also, year)
            if mild and (same or "网" not in also):
                return Answer(option, how=_how(cell, written, option), doubt=does)
            how = note("又提到了别的网络" if mild else does)
            return Answer(problem=Problem.NOT_A_CHOICE, how=how, candidates=_mentioned(column, text))
    ticked = _ticked(text, column.choices) if text[:1] in _BOXES else None
    if ticked:
        return Answer(ticked, how=read_as(ticked))
    if text in NOTHING:
        return Answer(problem=Problem.MISSING, how=note("“{found}”不是可填的选项，按没有填处理", found=Words(written)))
    return Answer(problem=Problem.NOT_A_CHOICE, how=note("不是可填的选项"), candidates=_mentioned(column, text))


def _mentioned(column: Column, text: str) -> tuple[Scalar, ...]:
    """The one choice that a text mentions; none where it mentions several."""
    named = tuple(choice for choice in column.choices if choice in text)
    return named if len(named) == 1 else ()
