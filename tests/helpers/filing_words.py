"""How people write a heading, a region, a number, an answer: the words of `filing_styles`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from cases import words
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind, Scalar

_WIDE = {code - 0xFEE0: chr(code) for code in range(0xFF01, 0xFF5F)} | {0x20: "\u3000"}


def wide(text: str) -> str:
    return text.translate(_WIDE)


HEADINGS: list[Callable[[str], str]] = [
    lambda text: text.replace("\n", ""),
    lambda text: wide(text.replace("\n", "")),
    lambda text: " ".join(text.replace("\n", "")),
    lambda text: f"{text[:2]}\n{text[2:]}",
    lambda text: text.translate({ord("坐"): "座", ord("座"): "坐"}),
    lambda text: f" {text}\u3000",
    lambda text: text.replace("（", "(").replace("）", ")"),
    lambda text: f"{text}：",
    lambda text: f"*{text}",
    lambda text: f"{text}\u200b",
]
"""The form's own heading in another shape."""

FOREIGN = words("""
    满意度 | 人工接通率 | 平均等待时长（秒） | 上年来电总量 | 其中：夜间人工接听量 | 人工接听量占比 | 放弃率 | 是否开通电话服务
    是否开通抖音服务 | 网上服务办件量 | 微信关注人数 | 联系电话 | 所辖县区数 | 咨询员人数（外包） | 年度培训费用（元） | 坐席利用率
    12345转接量 | 知识库更新条目数 | 来电总量同比增长 | 自检
""")
"""Headings of columns that the forms do not have."""

REGIONS: list[Callable[[Unit, str], str | None]] = [
    lambda unit, name: name,
    lambda unit, name: min((a for a, official in unit.aliases.items() if official == name), key=len, default=None),
    lambda unit, name: unit.short + name,
    lambda unit, name: unit.name + name,
    lambda unit, name: " ".join(name),
    lambda unit, name: f"{name[0]}\u3000{name[1:]}",
    lambda unit, name: f" {name} ",
    lambda unit, name: f"1.{name}",
    lambda unit, name: f"（3）{name}",
    lambda unit, name: f"2、{name}",
    lambda unit, name: f"{name}人社局",
    lambda unit, name: f"{name}人力资源和社会保障局",
    lambda unit, name: f"{name[:2]}\n{name[2:]}",
]
"""A region's name in another shape; None where there is no such."""


def _ten_thousands(n: int) -> str | None:
    return f"{n // 10000}.{n % 10000:04d}".rstrip("0").rstrip(".") + "万" if n >= 1000 else None


AROUND_A_NUMBER = words(
    r"约{} | {}左右 | {}次 | {} 人 | {}条 | {:,}个 | {}（次） | '{} | {}.0 | {:,}.00 | +{} | 共{}次 | \u200b{} | \n{}"
)
NUMBERS: list[Callable[[int], str | int | float | None]] = [
    lambda n: n,
    lambda n: float(n),
    lambda n: str(n),
    lambda n: f"{n:,}",
    lambda n: f"{n:,}".replace(",", "，"),
    lambda n: f"{n:,}".replace(",", " ") if n >= 1_000_000 or 10_000 <= n < 100_000 else None,
    lambda n: f" {n}\u3000",
    lambda n: wide(str(n)),
    lambda n: wide(f"{n:,}"),
    *(shape.format for shape in AROUND_A_NUMBER),
    _ten_thousands,
    lambda n: f"约{_ten_thousands(n)}次" if _ten_thousands(n) else None,
    lambda n: f"{n // 10000}万{n % 10000:04d}" if n >= 10000 else None,
    lambda n: f"{n // 1000}千" if n and n % 1000 == 0 else None,
]
"""A whole number in another shape; None where there is no such."""


def _either(yes: str, no: str) -> Callable[[Scalar], str]:
    return lambda answer: yes if answer else no


YESNO = [
    _either(*pair.split("~"))
    for pair in words(r"""
        是~否 | √~× | ✓~✗ | ✔~✘ | 有~无 | Y~N | yes~No | 已开通~未开通 | ☑是□否~□是☑否 | 是☑ 否□~是□ 否☑ | ■是 □否~□是 ■否
        是（√）否（ ）~是（ ）否（√） | \s是~否\u3000 | 是。~否。 | Ｙ~Ｎ | 已经开通~尚未开通 | （是）~（否）
    """)
]
"""是 and 否 in another shape."""

CHOICES: list[Callable[[str], str]] = [
    lambda choice: choice,
    lambda choice: f" {choice} ",
    lambda choice: {"业务专网": "专网", "互联网": "外网"}[choice],
    lambda choice: {"业务专网": "人社专网", "互联网": "公网"}[choice],
    lambda choice: f"“{choice}”",
    lambda choice: f"{choice[:2]} {choice[2:]}",
    lambda choice: {"业务专网": "□互联网 ☑业务专网", "互联网": "☑互联网 □业务专网"}[choice],
]
"""网络部署位置 in another shape."""

WAYS: dict[Kind, Sequence[Callable[..., str | int | float | None]]] = {
    Kind.COUNT: NUMBERS,
    Kind.YESNO: YESNO,
    Kind.CHOICE: CHOICES,
}
Spoilt = str | int | float | bool | date | None


def _spoilt(**contents: Sequence[Spoilt]) -> list[tuple[Spoilt, str]]:
    return [(content, rule) for rule, listed in contents.items() for content in listed]


NO_COUNTS = words(
    r"50% | 1,23 | 12 34 | 3, 120 | 120\n340 | 3000/4120 | 120（原340） | 10² | ①2500 | 2万5 | 25OO | 3人 5人"
)
NO_ANSWERS = words("""
    0 | 是/否 | 是（计划2020年开通） | 是（已下线） | 是（2020年2月开通） | √（仅市区） | 是（×） | □是□否 | ☑是☑否 | 在建
""")
NO_CHOICES = words("政务外网 | 互联网（已停用） | 业务专网（拟迁） | 内网 | 互联网、业务专网 | 互联网√ 业务专网□ | 是")
SPOILT = {
    Kind.COUNT: _spoilt(
        V301=[None, *words(r"\s | \u3000 | - | / | —— | 无 | 不详")],
        V302=[*words("两千多 | 100多 | 近3000 | 2500-3000 | 12.5"), 12.5, *NO_COUNTS, True, date(2019, 12, 31)],
        V303=[-5, "-5", "－12"],
        V307=["#REF!", "#DIV/0!"],
    ),
    Kind.YESNO: _spoilt(V301=[None, *words(r"\u3000 | - | /")], V304=["部分开通", 1, *NO_ANSWERS], V307=["#N/A"]),
    Kind.CHOICE: _spoilt(V301=[None, "-", "无"], V305=[*NO_CHOICES, 3]),
}
"""What cannot be read as an answer of this kind, and who must object."""
