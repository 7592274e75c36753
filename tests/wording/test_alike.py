"""Findings that ask for the same are reported once, and nothing that differs is lost with them."""

from __future__ import annotations

from factory import suggested, told, varied
from hrss12333.model.finding import Finding, Location, Severity
from hrss12333.model.message import FileOf, FilesOf, FormName, Own, RegionName, compose
from hrss12333.wording.alike import Alike, alike, by_importance, forms_together, once


def about(rule: str, region: str, words: str, row: int = 6, file: str = "甲.xlsx", **more: object) -> Finding:
    place = file, "附表1", row, 2, "附表1", region
    said = told(words, region)
    return varied(Finding(*place, rule=rule, severity=Severity.QUERY, message=said, unit="浙江省"), **more)


GONE = "“宁波市”在更正后的“乙.xlsx”中没有了，不计入汇总。请确认。"


def gone(region: str, row: int, file: str = "甲.xlsx", influence: float = 0.1) -> Finding:
    return about("M706", region, GONE.replace("宁波市", region), row, file, influence=influence)


def texts(together: Alike) -> list[str]:
    return [reported.text for reported in together.messages()]


def test_what_is_said_of_several_regions_of_a_file_is_told_once_from_top_to_bottom() -> None:
    (together,) = alike([gone("宁波市", 7, influence=0.3), gone("杭州市", 6), gone("温州市", 8)])
    assert together.regions == ["杭州市", "宁波市", "温州市"]
    assert texts(together) == ["“杭州市”等3个地区在更正后的“乙.xlsx”中没有了，不计入汇总。请确认。"]
    assert together.first.region == "宁波市"
    assert together.stake == 0.5


def test_what_differs_in_more_than_the_region_stays_apart() -> None:
    other = gone("宁波市", 7)
    for changed in (
        varied(other, message=told(GONE.replace("乙", "丙乙"), "宁波市")),
        varied(other, file="丁.xlsx"),
        varied(other, severity=Severity.ERROR),
        varied(other, explained=True, reason="已撤并"),
        varied(other, suggestion=suggested("最接近", ("region", "杭州市", None))),
        varied(other, field="calls_total"),
        varied(other, value=3),
    ):
        assert len(alike([gone("杭州市", 6), changed])) == 2


def test_what_is_said_of_several_figures_of_each_row_is_told_once_whatever_they_are() -> None:
    keys = ("calls_total", "calls_agent")
    same = [
        about("P507", region, "与上年完全相同。", row, value=row, field=keys[0], figures=keys)
        for row, region in ((6, "杭州市"), (7, "宁波市"))
    ]
    assert len(alike(same)) == 1
    assert len(alike([varied(finding, figures=()) for finding in same])) == 2


def test_all_versions_that_one_file_replaces_are_told_once() -> None:
    versions = [
        about(
            "M702",
            region,
            "",
            6,
            file,
            message=compose(
                "{region}在多个文件中都有",
                "取“丁.xlsx”（1月9日），本文件（{own}）的不计入。",
                region=RegionName(region),
                own=Own(f"1月{day}日"),
            ),
        )
        for file, day in (("甲.xlsx", 3), ("乙.xlsx", 5))
        for region in ("杭州市", "宁波市")
    ]
    (together,) = alike(versions)
    assert texts(together) == [
        "“杭州市”等2个地区在多个文件中都有。取“丁.xlsx”（1月9日），本文件（1月3日）的不计入。另有1个文件中的也不计入。"
    ]


def undecided(region: str, file: str) -> Finding:
    reported = compose(
        "{region}在2个文件中都有而内容不同{files}，都不计入汇总", region=RegionName(region), files=FilesOf()
    )
    asked = about("M702", region, "", 6, file, message=reported, severity=Severity.ERROR)
    return varied(asked, further=(Location("甲.xlsx"), Location(f"{region}.xlsx")))


def test_regions_of_which_no_file_is_the_newest_are_told_once_whichever_files_they_are_in() -> None:
    versions = [undecided(region, file) for region in ("杭州市", "宁波市") for file in ("甲.xlsx", f"{region}.xlsx")]
    (together,) = alike(versions)
    assert texts(together) == [
        "“杭州市”等2个地区在2个文件中都有而内容不同（“甲.xlsx”、“杭州市.xlsx”等），都不计入汇总。"
    ]
    assert [finding.file for finding in once(versions)] == ["甲.xlsx", "甲.xlsx"]


def test_regions_of_one_name_in_other_files_are_told_each() -> None:
    versions = [undecided("省本级", file) for file in ("甲.xlsx", "省本级.xlsx")]
    others = [varied(one, further=(Location("丙.xlsx"), Location("丁.xlsx"))) for one in versions]
    assert once([*versions, *others]) == [versions[0], others[0]]


def test_copies_of_other_files_are_told_each() -> None:
    reported = compose("{form}中3个地区与{file}内容相同，只计一次", form=FormName("附表1"), file=FileOf(1))
    copied = Finding("甲.xlsx", form="附表1", rule="M703", severity=Severity.NOTE, message=reported)
    one = varied(copied, further=(Location("乙.xlsx"),))
    other = varied(one, further=(Location("丙.xlsx"),))
    assert forms_together([one, other]) == [one, other]
    both = varied(one, form="附表2", message=compose(reported.fact, form=FormName("附表2"), file=FileOf(1)))
    assert [found.message_text for found in forms_together([one, both])] == [
        "附表1、附表2中3个地区与“乙.xlsx”内容相同，只计一次。"
    ]


def test_several_figures_of_one_row_keep_their_sentences() -> None:
    changes = [about("P505", "杭州市", f"{label}变动。", field=label, influence=0.2) for label in ("人数", "坐席")]
    (together,) = alike(changes)
    assert texts(together) == ["人数变动。", "坐席变动。"]
    assert together.stake == 0.2


def test_many_small_stakes_that_are_one_question_outweigh_a_single_larger_one() -> None:
    larger = about("P501", "温州市", "人均偏高。", 9, influence=0.15)
    first, second = by_importance([larger, gone("杭州市", 6), gone("宁波市", 7)])
    assert (first.stake, second.stake) == (0.2, 0.15)
