"""Text that came out of a file, made harmless.

Everything a report takes from a filing passes through `clean`: no control character reaches a terminal, a workbook or
a letter.
"""

from __future__ import annotations

from hrss12333.patterns import lazy
from hrss12333.survey.spellings import HAN

# C0 and C1 controls, line and paragraph separators, direction overrides, invisible joiners, lone surrogates,
# noncharacters
_HARMFUL = lazy(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_QUOTED = lazy(r"(“[^”]*”)")
_BLANK = lazy(rf"(?:(?<={HAN})|(?<=[，。；：、（）“”])) (?=[\w.<+-])|(?<=[\w.%)]) (?={HAN}|[，。；：、（）“”])")
_COMMAND = "hrss12333 "
_WHITE = lazy(r"[\s\u3000]+")


def clean(text: str) -> str:
    """One line of printable text: white space runs become one space, control and direction characters vanish."""
    return _WHITE.sub(" ", _HARMFUL.sub("", text)).strip()


def message_text(message: str) -> str:
    """A message set as Chinese is: no blank between Chinese and figures or Latin, but in quotations and commands."""
    message = clean(message)
    if _COMMAND in message:
        return message
    parts = _QUOTED.split(message)
    return "".join(part if number % 2 else _BLANK.sub("", part) for number, part in enumerate(parts))


def shorten(text: str, limit: int = 60) -> str:
    """At most ``limit`` characters, an ellipsis for the rest."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
