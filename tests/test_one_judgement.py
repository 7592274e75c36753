"""Whatever lies in a folder, `check` and `merge` judge it alike, and every view of a run gives the same respondents, states
and numbers of questions.

Twenty random folders (a hundred in the long run), and two of them as one unit's.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cases import few, seeds
from cli_runs import run, run_in_both
from conftest import write_few_reminders
from factory import clean_rows, lines_below, stored, unit_named, words_of, write_filing
from hrss12333.reading.documents import read_paths
from hrss12333.reporting import returns
from hrss12333.survey.editions.y2019 import EDITION
from merge_runs import found, judged, merged, read_once
from random_inboxes import fill, fill_with_cities
from reporting_samples import Page

STATES = ("要改", "要核实", "没报", "可以用")
WHOLE = {unit.name for unit in EDITION.units}
Standing = tuple[str, int, int]
"""State, and how many places are to be corrected and to be confirmed."""


def numbers(text: str) -> tuple[int, int]:
    """改正1处、核实69处 as numbers."""
    return tuple(sum(map(int, re.findall(rf"{what}(\d+)处", text))) for what in ("改正", "核实"))  # type: ignore[return-value]


class Seen:
    """One folder, checked and merged, of all units or of one, with everything that was written."""

    def __init__(self, inbox: Path, out: Path, *unit: str) -> None:
        out.mkdir()
        looked = run_in_both("check", inbox, *unit, "-v", "--report", out / "check.html")
        self.status, self.check_text = looked[0].exit_code, looked[0].stdout
        if self.status == 2:
            return
        self.checked = json.loads(looked[1])
        self.check_page = (out / "check.html").read_text(encoding="utf-8")
        written = ("-v", "-o", out / "表.xlsx", "--report", out / "merge.html", "--returns", out / "退回")
        made, reported = run_in_both("merge", inbox, *unit, *written)
        self.merge_text, self.merged = made.stdout, json.loads(reported)
        self.unit = unit[1] if unit else None
        self.merge_page = (out / "merge.html").read_text(encoding="utf-8")
        workbook = out / ("表_汇总.xlsx" if unit else "表.xlsx")
        self.book = stored(workbook) if workbook.exists() else None
        self.letters = {
            path.stem.partition("_")[2]: words_of(path) for path in sorted((out / "退回").glob("[退核]*.docx"))
        }
        self.to_send = next(iter(stored(out / "退回" / "发送清单.xlsx").values()))


def of_json(report: Any) -> dict[str, Standing]:
    """Respondent → its state and numbers, counted question by question."""
    found = {}
    for each in report["respondents"]:
        asked = [report["questions"][at] for at in each["questions"]]
        assert {question["respondent"] for question in asked} <= {each["name"]}
        kinds = [question["ground"]["severity"] for question in asked if question["state"] == "open"]
        found[each["name"]] = (each["state"], kinds.count("error"), kinds.count("query"))
    return found


def of_terminal(text: str, everyone: Iterable[str] = ()) -> dict[str, Standing]:
    """Respondent → its state and numbers; ``everyone`` is who 全部32个 are."""
    found = {}
    for line in text.splitlines():
        if match := re.match(rf"  ({'|'.join(STATES)}) *全部\d+个$", line):
            found = dict.fromkeys(everyone, (match[1], 0, 0))
        if match := re.match(rf"  ({'|'.join(STATES)}) *\d+个：(.*)", line):
            # Names of files stand in 《》 and may hold any sign.
            for name, beside in re.findall(
                r"(《[^》]*》|[^、（]+)(?:（((?:改正|核实|只报|认不|文件名|\d+月|来信|有扫描)[^）]*)）)?(?:、|$)",
                match[2],
            ):
                found[name.strip("《》")] = (match[1], *numbers(beside))
    return found


def of_page(page: str) -> dict[str, Standing]:
    found = {}
    for name, state, *counts in Page(page).tiles:
        found[re.sub(r"（(只报|认不|文件名|\d+月|来信|有扫描).*）$", "", name)] = (state, *numbers("".join(counts)))
    return found


def key(finding: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        str(finding[name])
        for name in ("file", "sheet", "cell", "rule", "severity", "form", "region", "field", "message", "explained")
    )


class Looked(NamedTuple):
    """A folder, and what was seen of it."""

    seed: int
    folder: Path
    seen: Seen


@pytest.fixture(scope="module")
def inbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    """All runs judge what one reading found."""
    folder = tmp_path_factory.mktemp("judged")
    (fill_with_cities if request.param % 3 == 1 else fill)(folder / "收件", request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hrss12333.cli.received.read_paths", read_once(read_paths))
        patch.setattr(returns, "annotate_all", lambda *_, **__: ({}, []))  # nobody looks into what is attached
        write_few_reminders(patch)
        yield Looked(request.param, folder / "收件", Seen(folder / "收件", folder / "全部"))


@pytest.mark.parametrize("inbox", few(seeds(100), 20), indirect=True)
def test_check_and_merge_say_the_same_and_every_view_counts_alike(inbox: Looked) -> None:
    agree(inbox.seen)


@pytest.mark.parametrize("inbox", few(seeds(100), 2), indirect=True)
def test_of_one_unit_they_say_the_same_too(inbox: Looked, tmp_path: Path) -> None:
    units = [item["unit"] for item in inbox.seen.checked["units"]]
    for unit in units[inbox.seed % (len(units) or 1) :][:1]:
        seen = Seen(inbox.folder, tmp_path / "一个", "--unit", unit)
        if seen.status == 2:  # what an earlier run wrote is all that there is of it
            assert run("merge", inbox.folder, "--unit", unit, "-o", tmp_path / "表.xlsx").exit_code == 2
        else:
            agree(seen)


def agree(seen: Seen) -> None:
    """All that one folder's judgement was shown as says the same."""
    by_check = [f for item in (*seen.checked["files"], *seen.checked["units"]) for f in item["findings"]]
    by_merge = [f for f in seen.merged["findings"] if f["rule"] != "M701"]
    checked, merged = of_json(seen.checked), of_json(seen.merged)
    if seen.unit or set(checked) == set(merged):
        assert sorted(map(key, by_check)) == sorted(map(key, by_merge))
        assert checked == merged
    else:  # check lists the cities of the only unit, and has no R204 for those that it lists as missing
        assert sorted(map(key, by_check)) == sorted(key(f) for f in by_merge if f["rule"] != "R204")
    assert seen.checked["skipped"] == seen.merged["skipped"]
    for made, findings in ((seen.checked, by_check), (seen.merged, by_merge)):
        told = [f for question in made["questions"] for f in (question["ground"], *question["further"])]
        asked = [f for f in findings if f["severity"] != "note"]
        assert sorted(map(key, told)) == sorted(map(key, asked))  # each once
    missing = sum(f["rule"] == "M701" for f in seen.merged["findings"])
    severities = Counter(f["severity"] for f in by_merge)
    assert seen.merged["counts"]["error"] == severities["error"] + missing
    several = len(seen.checked["files"]) > 1  # of one file its own verdict says what there is
    for text, page, listed in (
        (seen.check_text, seen.check_page, checked),
        (seen.merge_text, seen.merge_page, merged),
    ):
        shown = {name: standing for name, standing in listed.items() if name not in _usable_whole(listed)}
        both = (sum(errors for _, errors, _ in shown.values()), sum(queries for *_, queries in shown.values()))
        if several or text is seen.merge_text:
            assert of_terminal(text, shown) == shown
            assert numbers(next(line for line in text.splitlines() if line.startswith("结论："))) == both
        assert of_page(page) == shown
        kinds = Counter(kind for kind, _ in Page(page).findings)
        assert (kinds["e"], kinds["q"]) == both
    assert (seen.book is None) == (seen.merged["output"] is None)
    letters_agree(seen, merged)
    if seen.book is not None:
        workbook_agrees(seen, merged, seen.book)


def _usable_whole(listed: dict[str, Standing]) -> set[str]:
    """The unit as a whole beside its cities is listed only where something is open."""
    is_of_cities = not WHOLE.issubset(listed)
    return {name for name, (state, *_) in listed.items() if is_of_cities and name in WHOLE and state == "可以用"}


def letters_agree(seen: Seen, listed: dict[str, Standing]) -> None:
    """Who is asked something gets a letter with as many places, and stands in 发送清单 with them."""
    asked = {name: standing[1:] for name, standing in listed.items() if any(standing[1:]) and name != seen.unit}
    lines = [line for line in lines_below(seen.to_send, "收件单位") if line["序号"]]
    sent = {str(line["邮件草稿"]).partition("_")[2].removesuffix(".eml"): str(line["事项"]) for line in lines}
    matters = Counter(numbers(matter) for matter in sent.values() if any(numbers(matter)))
    assert matters == Counter(asked.values())
    in_letters = Counter[tuple[int, ...]]()
    for text in seen.letters.values():
        (counted,) = re.findall(r"经核对，有(.*?)，列明如下", text)
        both = tuple(sum(map(int, re.findall(rf"(\d+)处需要{what}", counted))) for what in ("改正", "核实"))
        in_letters[both] += 1
        points = re.findall(r"^(\d+)\. (.*)", text, re.MULTILINE)
        assert [int(number) for number, _ in points] == list(range(1, len(points) + 1))
        places = (re.search(r"共(\d+)处", words) for _, words in points)
        assert sum(int(match[1]) if match else 1 for match in places) == sum(both)
    assert in_letters == Counter(asked.values())


def workbook_agrees(seen: Seen, listed: dict[str, Standing], book: dict[str, list[list[Any]]]) -> None:
    """概览, 报送情况 and 问题清单."""
    overview = {str(row[0]): str(row[1]) for row in book["概览"] if row[0] in STATES}
    for state in ("要改", "要核实", "没报"):
        shown = of_terminal(f"  {state} 1个：{overview[state]}") if state in overview else {}
        assert shown == {name: standing for name, standing in listed.items() if standing[0] == state}
    units = [line for line in lines_below(book["报送情况"], "状态") if line["状态"] in STATES]
    assert units
    for line in units:
        standing = str(line["状态"]), int(line.get("改正（处）") or 0), int(line.get("核实（处）") or 0)
        assert standing == listed[str(list(line.values())[1])]
    issues = book["问题清单"]
    rows = lines_below(issues, "@key_fields")
    open_ones = [row for row in rows if row["规则"] not in ("", "M701") and not row.get("备注说明")]
    totals = tuple(sum(given) for given in zip(*(standing[1:] for standing in listed.values()), strict=True))
    for at, severity in enumerate(("强制性错误", "核实性错误")):
        by_unit = Counter(str(list(row.values())[1]) for row in open_ones if row["级别"] == severity)
        assert by_unit.total() == totals[at]
        assert all(name.startswith("（") or number == listed[name][at + 1] for name, number in by_unit.items())
    assert numbers(" ".join(str(row[0]) for row in issues[:4])) == totals


# What concerns the unit over all its files, and what a row with its file


@pytest.mark.parametrize("others", [[], ["附表1"], ["附表1", "附表2"]])
def test_a_city_that_lacks_a_form_is_asked_itself(tmp_path: Path, others: list[str]) -> None:
    """Whatever another city sent; of a file of several cities the unit is asked."""
    rows = {form: clean_rows("广东", form)[:1] for form in ("附表1", "附表2")}
    write_filing(tmp_path / "广州市.xlsx", "广东", rows, forms=("附表1",))
    if others:
        rows = {form: clean_rows("广东", form)[1:2] for form in ("附表1", "附表2")}
        write_filing(tmp_path / "韶关市.xlsx", "广东", rows, forms=others)
    asked = ["韶关市.xlsx"] if others == ["附表1"] else []
    unit = unit_named("广东")
    assert [(rule, file) for rule, file, _ in found(merged(tmp_path, only=unit))] == [
        ("R207", file) for file in ("广州市.xlsx", *asked)
    ]
    write_filing(tmp_path / "广州市.xlsx", "广东", forms=("附表1",))
    (tmp_path / "韶关市.xlsx").unlink(missing_ok=True)
    assert found(merged(tmp_path, only=unit)) == [("F006", "广州市.xlsx", None)]


def test_a_region_in_several_files_is_one_region_in_every_count(tmp_path: Path) -> None:
    answers = [{**row, "system_centralized": row["region"] == "珠海市"} for row in clean_rows("广东", "附表2")]
    for name in ("第一次.xlsx", "第二次.xlsx"):
        write_filing(tmp_path / name, rows={"附表2": answers})
    (finding,) = [f for f in judged(tmp_path).national.findings if f.rule == "P503"]
    assert finding.message.text.startswith("“系统是否省集中”一栏1个地区填“是”，20个地区填“否”，其中填“是”的是珠海市。")
