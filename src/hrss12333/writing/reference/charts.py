"""The charts of the 参阅文件 as pictures, readable in grey, in a Chinese font found on the machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hrss12333.model.national import National
from hrss12333.model.quotient import quotient
from hrss12333.model.summary_lines import lines, total_line
from hrss12333.survey.indicators import RATIOS, Indicator, opening_rate
from hrss12333.survey.schema import Form, Kind

FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "DengXian",
    "SimSun",
    "Noto Serif CJK SC",
    "Songti SC",
    "FangSong",
    "AR PL UMing CN",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
    "Noto Sans CJK HK",
    "Noto Sans CJK KR",
    "Arial Unicode MS",
)
"""Families that hold the Chinese characters, the most readable first. Of a collection (.ttc) matplotlib may list one face
only, whichever comes first; it holds the same characters."""
_WIDTH = 6.2
"""Inches; the document scales pictures to its text."""
_GREYS = ("#1f4e79", "#6fa3d0", "#d9d9d9", "#a6a6a6")
"""Dark, middle, light: told apart in black and white as well."""
_TEN_THOUSAND = 10_000
_DOTS = 200


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture."""

    title: str
    png: bytes
    describes: str
    """What it shows, for readers who do not see it."""


def chinese_font() -> str | None:
    """A family on this machine that holds Chinese; None where there is none."""
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in FONTS if name in known), None)


@contextmanager
def _using(font: str) -> Iterator[None]:
    with matplotlib.rc_context(
        {"font.family": [font, "DejaVu Sans"], "axes.unicode_minus": False, "font.size": 8.5, "hatch.linewidth": 0.6}
    ):
        yield


def charts(national: National, font: str) -> list[Chart]:
    """The charts that the data allow; none over nothing."""
    with _using(font):
        found = [chart for form in national.edition.forms for chart in _of_form(national, form)]
        found += [*_openings(national), *_choices(national)]
    return found


def _of_form(national: National, form: Form) -> Iterator[Chart]:
    for balance in form.balances:
        parts = [form.by_key[key] for key in balance.parts]
        rows = [
            (line.unit.short, line.tallies[balance.total].total or 0, [line.tallies[p.key].total or 0 for p in parts])
            for line in lines(national, form)
            if line.unit and line.tallies[balance.total].total is not None
        ]
        if rows:
            rows.sort(key=lambda row: row[1])
            total = form.by_key[balance.total]
            yield _stacked(
                f"各单位{total.label}（{'、'.join(part.label for part in parts)}）", rows, [p.label for p in parts]
            )
    ratio = next((ratio for ratio in RATIOS if ratio.applies(form)), None)
    if ratio is not None:
        yield from _rates(national, form, ratio)


def _axes(names: Sequence[str]) -> tuple[Figure, Axes]:
    """Room for a bar a name, from below."""
    figure = Figure(figsize=(_WIDTH, 1.1 + 0.215 * max(len(names), 3)), dpi=_DOTS, layout="constrained")
    axes = figure.add_subplot()
    axes.set_yticks(range(len(names)), names)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.margins(y=0.01)
    return figure, axes


def _picture(figure: Figure, title: str, describes: str) -> Chart:
    out = BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return Chart(title, out.getvalue(), describes)


def _stacked(title: str, rows: Sequence[tuple[str, int, Sequence[int]]], labels: Sequence[str]) -> Chart:
    names = [name for name, _, _ in rows]
    figure, axes = _axes(names)
    bars = range(len(names))
    start = [0.0] * len(rows)
    for index, label in enumerate(labels):
        sizes = [parts[index] / _TEN_THOUSAND for _, _, parts in rows]
        colour = _GREYS[index % len(_GREYS)]
        axes.barh(bars, sizes, left=start, label=label, color=colour, edgecolor="#404040", linewidth=0.4, height=0.7)
        start = [before + size for before, size in zip(start, sizes, strict=True)]
    widest = max(start) or 1.0
    for bar, end, (_, total, _) in zip(bars, start, rows, strict=True):
        axes.text(end + widest * 0.008, bar, f"{total / _TEN_THOUSAND:,.1f}", va="center", fontsize=7)
    axes.set_xlim(0, widest * 1.1)
    axes.set_xlabel("万次")
    axes.xaxis.set_major_formatter("{x:,.0f}" if widest >= 5 else "{x:,.1f}")
    axes.legend(loc="lower right", frameon=False)
    largest = "、".join(f"{name}{total:,}次" for name, total, _ in list(reversed(rows))[:3])
    return _picture(figure, title, f"{title}，由多到少排列；最多的是{largest}。")


def _rates(national: National, form: Form, ratio: Indicator) -> Iterator[Chart]:
    listed = lines(national, form)
    rows = [
        (line.unit.short, found)
        for line in listed
        if line.unit and (found := quotient(ratio, (entry.row for entry in line.entries)).value) is not None
    ]
    nation = quotient(ratio, (entry.row for entry in total_line(form, listed).entries)).value
    if not rows or nation is None:
        return
    rows.sort(key=lambda row: row[1])
    names, values = [name for name, _ in rows], [value * 100 for _, value in rows]
    figure, axes = _axes(names)
    bars = range(len(names))
    axes.barh(bars, values, color=_GREYS[1], edgecolor="#404040", linewidth=0.4, height=0.7)
    edge = max(100.0, *values) + 1  # beside the bars, clear of the national line
    for bar, value in zip(bars, values, strict=True):
        axes.text(edge, bar, f"{value:.1f}%", va="center", fontsize=7)
    axes.axvline(nation * 100, color="#000000", linestyle="--", linewidth=1, label=f"全国 {nation:.2%}")
    axes.set_xlim(0, edge * 1.1)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("%")
    figure.legend(loc="outside upper center", frameon=False)
    title = f"各单位{ratio.name}"
    text = f"{title}，由高到低排列，虚线为全国{nation:.2%}；最高{names[-1]}{values[-1]:.2f}%，最低{names[0]}{values[0]:.2f}%。"
    yield _picture(figure, title, text)


def _openings(national: National) -> Iterator[Chart]:
    rows = []
    for form in national.edition.forms:
        entries = [entry.row for entry in national.entries_of(form)]
        for column in form.of_kind(Kind.YESNO):
            found = quotient(opening_rate(column), entries)
            if found.value is not None:
                rows.append((column.label.replace("是否", "", 1), found.value * 100, found))
    if not rows:
        return
    rows.reverse()
    names = [name for name, _, _ in rows]
    figure, axes = _axes(names)
    bars = range(len(names))
    axes.barh(bars, [value for _, value, _ in rows], color=_GREYS[1], edgecolor="#404040", linewidth=0.4, height=0.65)
    for bar, (_, value, found) in zip(bars, rows, strict=True):
        axes.text(value + 1, bar, f"{value:.1f}%（{found.numerator}/{found.denominator}）", va="center", fontsize=7.5)
    axes.set_xlim(0, 125)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("占有效填报地区的比例（%）")
    title = "各项服务与规范化建设情况（全国）"
    yield _picture(figure, title, "；".join(f"{name}{value:.1f}%" for name, value, _ in reversed(rows)) + "。")


def _choices(national: National) -> Iterator[Chart]:
    for form in national.edition.forms:
        for column in form.of_kind(Kind.CHOICE):
            counted = national.tally(form, column)
            if not counted.answered:
                continue
            figure, axes = _axes([""])
            figure.set_figheight(1.35)
            start = 0
            for index, (choice, number) in enumerate(counted.choices.items()):
                colour = _GREYS[index % len(_GREYS)]
                label = f"{choice} {number}（{number / counted.answered:.1%}）"
                axes.barh([0], [number], left=[start], color=colour, edgecolor="#404040", label=label, height=0.5)
                start += number
            axes.set_xlim(0, counted.answered)
            axes.set_xlabel("地区数")
            figure.legend(loc="outside upper center", ncols=len(counted.choices), frameon=False)
            text = "，".join(f"{choice}{number}个地区" for choice, number in counted.choices.items())
            yield _picture(figure, f"{column.label}（全国）", f"{column.label}：{text}。")
