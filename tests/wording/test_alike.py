"""Findings that ask for the same are reported once, and nothing that differs is lost with them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from factory import suggested, told
from hrss12333.model.finding import Finding, Location, Severity
from hrss12333.model.message import File, RegionName, Several, compose
from hrss12333.wording.alike import alike, by_importance


def about(rule: str, region: str, words: str, row: int = 6, file: str = "甲.xlsx", **more: object) -> Finding:
    place = file, "附表1", row, 2, "附表1", region
    said = told(words, region)
    return replace(Finding(*place, rule=rule, severity=Severity.QUERY, message=said, unit="浙江省"), **more)


GONE = "“宁波市”在更正后的“乙.xlsx”中没有了，不计入汇总。请确认。"


def gone(region: str, row: int, influence: float = 0.1) -> Finding:
    return about("M706", region, GONE.replace("宁波市", region), row, influence=influence)


def replaced(region: str, file: str, day: int) -> Finding:
    """A version that another file replaces."""
    words = "取“丁.xlsx”（1月9日），本文件（{own}）的不计入。"
    own, named = f"1月{day}日", RegionName(region)
    return about(
        "M702", region, "", file=file, message=compose("{region}在多个文件中都有", words, region=named, own=own)
    )


def undecided(region: str, file: str) -> Finding:
    """A region of which neither of two files is the newest."""
    words = "{region}在2个文件中都有而内容不同（{files:、}），都不计入汇总"
    files = ("甲.xlsx", "丙.xlsx")
    reported = compose(words, region=RegionName(region), files=Several(map(File, files)))
    asked = about("M702", region, "", file=file, message=reported, severity=Severity.ERROR)
    return replace(asked, further=tuple(map(Location, files)))


FILES = (("甲.xlsx", 3), ("乙.xlsx", 5))
REPLACED = [replaced(region, file, day) for file, day in FILES for region in ("杭州市", "宁波市")]
UNDECIDED = [undecided(region, "甲.xlsx") for region in ("杭州市", "宁波市")]
FIGURES = ("calls_total", "calls_agent")
SAME = [
    about("P507", region, "与上年完全相同。", row, value=row, field=FIGURES[0], figures=FIGURES)
    for row, region in ((6, "杭州市"), (7, "宁波市"))
]


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        (
            [gone("宁波市", 7), gone("杭州市", 6), gone("温州市", 8)],
            [["“杭州市”等3个地区在更正后的“乙.xlsx”中没有了，不计入汇总。请确认。"]],
        ),
        (SAME, [["与上年完全相同。"]]),
        ([replace(finding, figures=()) for finding in SAME], [["与上年完全相同。"], ["与上年完全相同。"]]),
        (
            REPLACED,
            [
                [f"“杭州市”等2个地区在多个文件中都有。取“丁.xlsx”（1月9日），本文件（1月{day}日）的不计入。"]
                for day in (3, 5)
            ],
        ),
        (UNDECIDED, [["“杭州市”等2个地区在2个文件中都有而内容不同（“甲.xlsx”、“丙.xlsx”），都不计入汇总。"]]),
        (
            [about("P505", "杭州市", f"{label}变动。", field=label) for label in ("人数", "坐席")],
            [["人数变动。", "坐席变动。"]],
        ),
    ],
    ids=["regions of a file", "several figures", "other figures", "versions replaced", "none the newest", "one row"],
)
def test_what_says_the_same_is_told_once(findings: list[Finding], words: list[list[str]]) -> None:
    assert [[message.text for message in together.messages()] for together in alike(findings)] == words


def test_what_differs_in_more_than_the_region_stays_apart() -> None:
    other = gone("宁波市", 7)
    for changed in (
        replace(other, message=told(GONE.replace("乙", "丙乙"), "宁波市")),
        replace(other, file="丁.xlsx"),
        replace(other, severity=Severity.ERROR),
        replace(other, explained=True, reason="已撤并"),
        replace(other, suggestion=suggested("最接近", ("region", "杭州市", None))),
        replace(other, field="calls_total"),
        replace(other, value=3),
    ):
        assert len(alike([gone("杭州市", 6), changed])) == 2


def test_the_most_at_stake_comes_first_each_region_once() -> None:
    larger = about("P501", "温州市", "人均偏高。", 9, influence=0.15)
    first, second = by_importance([larger, gone("宁波市", 7, influence=0.3), gone("杭州市", 6)])
    assert (first.stake, first.first.region, first.regions) == (0.4, "宁波市", ["杭州市", "宁波市"])
    assert second.stake == 0.15
