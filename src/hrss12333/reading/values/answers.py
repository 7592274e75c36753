"""是 or 否, and one of a few choices, as people write them. A word is certain or it is a problem, never a guess."""

from __future__ import annotations

import re

from hrss12333.reading.grid import Cell
from hrss12333.reading.values.cell_text import NOTHING, Answer, as_text, tidy
from hrss12333.survey.schema import Column, Scalar

_DEED = "开通|启用|统一|集中|建成|建|实现|使用|设置|开设|有"
_YES = re.compile(rf"(?:是的?|y|yes|true|[√✓✔☑]|对|有|(?:已经?)?(?:全部|全面)?(?:{_DEED})|是[√✓✔☑])")
_NO = re.compile(rf"(?:否|n|no|false|[×✗✘x]|不是?|没有?|无|未|(?:尚|暂|还)?(?:未|没有?|不)(?:{_DEED})|否[√✓✔☑])")
_TRAILING = re.compile(r"(是|否|有|无|已开通|未开通|√|×|✓|✗)([(,;:].*)", re.DOTALL)
_DOUBT = re.compile(r"计划|拟|将|待|部分|筹|未|不|除|仅|个别|否|无|没|建设中|在建|停")
_REVERSAL = re.compile(r"已|是|部分|仅|有")
_TICKED, _UNTICKED = "☑☒■√✓✔", "□☐"
_BOX = re.compile(rf"([{_TICKED}{_UNTICKED}])(是|否|有|无)([{_TICKED}{_UNTICKED}])(是|否|有|无)")
_XOB = re.compile(rf"(是|否|有|无)([{_TICKED}{_UNTICKED}])(是|否|有|无)([{_TICKED}{_UNTICKED}])")
_BRACKETED = re.compile(r"\((.+)\)")
_SYNONYMS = {
    word: choice
    for choice, words in {
        "业务专网": "专网 业务专线 业务专用网 业务专用网络 业务网 人社专网 人社业务专网 金保专网 金保工程专网 金保业务专网 金保工程业务专网",
        "互联网": "外网 公网 因特网 internet 互联网络 国际互联网 公共互联网",
    }.items()
    for word in words.split()
}
"""Other words for the two networks, where no other network could be meant (政务外网 and 内网 could)."""


def read_yesno(cell: Cell) -> Answer:
    """Whether a cell says 是 or 否; V301 or V304 where it says neither for certain."""
    if cell in ("是", "否"):
        return Answer(cell == "是")  # what most cells say
    if isinstance(cell, bool):
        return Answer(cell, how=f"按“{_label(cell)}”读取")
    if isinstance(cell, int | float):
        likely: tuple[Scalar, ...] = (bool(cell),) if cell in (0, 1) else ()
        return Answer(problem="V304", how="填的是数字", candidates=likely)
    written = as_text(cell)
    text = re.sub(r"\s+", "", tidy(written)).lower().rstrip("。.;,!").strip("“”\"'‘’")
    bracketed = _BRACKETED.fullmatch(text)
    text = bracketed[1] if bracketed else text
    trailing = _TRAILING.fullmatch(text)
    ticked = _ticked(text)
    word = ticked or (trailing[1] if trailing else text)
    yes, no = bool(_YES.fullmatch(word)), bool(_NO.fullmatch(word))
    if yes or no:
        if trailing and not ticked and (_DOUBT if yes else _REVERSAL).search(trailing[2]):
            return Answer(problem="V304", how="前后说法不一致，看不准是“是”还是“否”", candidates=(yes,))
        return Answer(yes, how=_how(cell, written, _label(yes)))
    if text in NOTHING:
        return Answer(problem="V301", how=f"“{written}”既不是“是”也不是“否”，按没有填处理")
    return Answer(problem="V304", how="既不是“是”也不是“否”")


def _how(cell: Cell, written: str, answer: str) -> str:
    if written != answer:
        return f"按“{answer}”读取"
    return "" if cell == written else "去掉多余的空格"


def _ticked(text: str) -> str | None:
    """是 or 否 of a pair of tick boxes, of which exactly one is ticked; brackets are boxes too: 是(√)否()."""
    text = re.sub(r"[(\[]([√✓✔x]?)[)\]]", lambda match: "☑" if match[1] else "□", text)
    pairs: list[tuple[str, str]] = []
    if match := _BOX.fullmatch(re.sub(r"[/、,]", "", text)):
        pairs = [(match[2], match[1]), (match[4], match[3])]
    elif match := _XOB.fullmatch(re.sub(r"[/、,]", "", text)):
        pairs = [(match[1], match[2]), (match[3], match[4])]
    ticked = [answer for answer, box in pairs if box in _TICKED]
    return ticked[0] if len(ticked) == 1 and pairs[0][0] != pairs[1][0] else None


def _label(answer: bool) -> str:
    return "是" if answer else "否"


def read_choice(column: Column, cell: Cell) -> Answer:
    """Which of the column's choices a cell names; V301 or V305 where it names none for certain."""
    written = as_text(cell)
    text = re.sub(r"[\s\"“”]+", "", tidy(written)).lower().rstrip("。.;,")
    bracket = re.fullmatch(r"([^()]+)\(([^()]*)\)", text)
    if bracket and "网" not in bracket[2]:
        text = bracket[1]
    for option in (written, text, text.removesuffix("部署"), _SYNONYMS.get(text, "")):
        if option in column.choices:
            return Answer(option, how=_how(cell, written, option))
    ticked = _ticked_choice(column, text)
    if ticked:
        return Answer(ticked, how=f"按“{ticked}”读取")
    if text in NOTHING:
        return Answer(problem="V301", how=f"“{written}”不是可填的选项，按没有填处理")
    named = tuple(choice for choice in column.choices if choice in text)
    likely: tuple[Scalar, ...] = named if len(named) == 1 else ()
    return Answer(problem="V305", how="不是可填的选项", candidates=likely)


def _ticked_choice(column: Column, text: str) -> str | None:
    """The one choice that is ticked among all of them, each with its box in front."""
    boxes = re.findall(rf"([{_TICKED}{_UNTICKED}])([^{_TICKED}{_UNTICKED}]+)", text)
    ticked = [name for box, name in boxes if box in _TICKED]
    whole = "".join(box + name for box, name in boxes) == text
    return ticked[0] if whole and len(ticked) == 1 and sorted(n for _, n in boxes) == sorted(column.choices) else None
