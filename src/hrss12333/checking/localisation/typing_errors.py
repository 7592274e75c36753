"""How a figure gets mistyped: each slip with the probability that it turns the figure meant into the figure written.

A slip names its kind in the words of the report. The weights say how often a kind happens among all slips; the nine
ordinary ones weigh the same, because nobody has counted them for these forms. The rest are rare or cannot be told
apart from an arbitrary number, and only keep a repair from being ruled out.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

Likelihood = Callable[[int, int], float]
"""(figure meant, 0 or more; figure written) → probability that this slip writes it."""


class Slip(Struct, frozen=True):
    """One way of getting a figure wrong."""

    kind: str
    """Name in messages."""
    weight: float
    """How often, relative to the ordinary slips."""
    likelihood: Likelihood


def one_digit(meant: int, written: int) -> float:
    """One digit replaced by another, every place and digit equally likely."""
    a, b = str(meant), str(written)
    if len(a) != len(b) or _distance(a, b) != 1:
        return 0.0
    others = 8 if a[0] != b[0] and len(a) > 1 else 9  # a figure of several digits doesn't begin with 0
    return 1 / (len(a) * others)


def swapped(meant: int, written: int) -> float:
    """Two neighbouring digits in the wrong order."""
    a = str(meant)
    places = [i for i in range(len(a) - 1) if a[i] != a[i + 1]]
    hits = sum(int(a[:i] + a[i + 1] + a[i] + a[i + 2 :]) == written for i in places)
    return hits / len(places) if places else 0.0


def lost(meant: int, written: int) -> float:
    """A digit left out."""
    a = str(meant)
    if len(a) < 2 or written < 0:
        return 0.0
    return sum(int(a[:i] + a[i + 1 :]) == written for i in range(len(a))) / len(a)


def doubled(meant: int, written: int) -> float:
    """A digit typed twice."""
    a, b = str(meant), str(written)
    return sum(a[: i + 1] + a[i:] == b for i in range(len(a))) / len(a)


def zero_more(meant: int, written: int) -> float:
    """A zero too many at the end."""
    return float(meant > 0 and written == meant * 10)


def zero_less(meant: int, written: int) -> float:
    """A zero at the end left out."""
    return float(meant > 0 and written * 10 == meant)


def sign(meant: int, written: int) -> float:
    """A minus before the figure."""
    return float(meant > 0 and written == -meant)


def times(factor: int) -> Likelihood:
    """Converted once too often: a figure in single calls multiplied as if it stood in 千 or 万."""
    return lambda meant, written: float(meant > 0 and written == meant * factor)


def divided(factor: int) -> Likelihood:
    """Written in 千 or 万, what is below the unit rounded off."""
    return lambda meant, written: float(written > 0 and (meant + factor // 2) // factor == written)


def inserted(meant: int, written: int) -> float:
    """A foreign digit put in between."""
    a, b = str(meant), str(written)
    if len(b) != len(a) + 1 or written < 0:
        return 0.0
    return sum(b[:i] + b[i + 1 :] == a for i in range(len(b))) / (len(b) * 10)


def two_digits(meant: int, written: int) -> float:
    """Two digits wrong."""
    a, b = str(meant), str(written)
    if len(a) != len(b) or _distance(a, b) != 2:
        return 0.0
    return 2 / (len(a) * (len(a) - 1) * 81)


def anything(meant: int, written: int) -> float:
    """Any other figure of about that length."""
    return 0.1 ** max(len(str(meant)), len(str(abs(written))))


def _distance(a: str, b: str) -> int:
    return sum(x != y for x, y in zip(a, b, strict=True))


ONE_DIGIT = Slip("一位数字不同", 1.0, one_digit)
SWAPPED = Slip("相邻两位颠倒", 1.0, swapped)
LOST = Slip("漏一位", 1.0, lost)
DOUBLED = Slip("多一位", 1.0, doubled)
ZERO_MORE = Slip("多一个零", 1.0, zero_more)
ZERO_LESS = Slip("少一个零", 1.0, zero_less)
SIGN = Slip("符号", 1.0, sign)
TIMES_1000 = Slip("×1000", 1.0, times(1000))
TIMES_10000 = Slip("×10000", 1.0, times(10000))
ORDINARY = (ZERO_MORE, ZERO_LESS, SIGN, TIMES_1000, TIMES_10000, ONE_DIGIT, SWAPPED, LOST, DOUBLED)
"""The slips that the benchmark makes; where two explain a figure alike, the earlier names it."""
OTHER = Slip("其他", 1e-3, anything)
RARE = (
    Slip("÷1000", 0.3, divided(1000)),
    Slip("÷10000", 0.3, divided(10000)),
    Slip(DOUBLED.kind, 0.05, inserted),
    Slip("两位数字不同", 0.02, two_digits),
    OTHER,
)
SLIPS = ORDINARY + RARE


class Fit(Struct, frozen=True):
    """How well slips explain what was written."""

    likelihood: float
    """Probability of the figure written, given the figure meant and that a slip happened; up to a constant."""
    kind: str
    """The slip that contributes most."""


def fit(meant: int, written: int) -> Fit:
    """Explain ``written`` as a slip of ``meant``."""
    scores = [(slip.weight * slip.likelihood(meant, written), slip.kind) for slip in SLIPS]
    best = max(scores, key=lambda item: item[0])
    return Fit(sum(score for score, _ in scores), best[1])


def describe(kind: str, meant: int, written: int) -> str:
    """A clause that says how ``meant`` became ``written``."""
    a, b = str(meant), str(written)
    if kind == ONE_DIGIT.kind:
        place = next(i for i in range(len(a)) if a[i] != b[i])
        return f"{_place(len(a) - place)}上的“{a[place]}”写成“{b[place]}”"
    if kind == SWAPPED.kind and len(a) == len(b):
        place = next(i for i in range(len(a)) if a[i] != b[i])
        return f"相邻两位“{a[place : place + 2]}”写成“{b[place : place + 2]}”"
    return _WORDS.get(kind, "与通常的录入错误不符，仅由等式推得")


_WORDS = {
    SWAPPED.kind: "相邻两位颠倒",
    LOST.kind: "漏写一位数字",
    DOUBLED.kind: "多写一位数字",
    ZERO_MORE.kind: "末尾多写一个零",
    ZERO_LESS.kind: "末尾少写一个零",
    SIGN.kind: "多写负号",
    TIMES_1000.kind: "放大到1000倍（千的单位用错）",
    TIMES_10000.kind: "放大到10000倍（万的单位用错）",
    "÷1000": "按“千”为单位填写",
    "÷10000": "按“万”为单位填写",
    "两位数字不同": "有两位数字不同",
}
_PLACES = ("个位", "十位", "百位", "千位", "万位", "十万位", "百万位", "千万位", "亿位")


def _place(from_right: int) -> str:
    return _PLACES[from_right - 1] if from_right <= len(_PLACES) else f"右起第{from_right}位"
