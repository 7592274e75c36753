"""Two rounds of a province of 21 cities and of the ministry, every list by hand from the contract: who is to correct, to confirm
or to send something, to whom which letter goes, what staff settled, and that nobody is asked twice or for two things at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from cli_runs import run, run_in_both
from factory import clean_header, clean_rows, filing, mail, stored, unit_named, write_filing
from hrss12333.survey.editions.y2019 import EDITION, SERVICE
from hrss12333.survey.schema import Kind, Scalar

UNIT = unit_named("广东")
CITIES = [region.name for region in UNIT.expected]
MERGE = ("merge", "各市", "--unit", "广东")
ANSWER: dict[str, str | date] = {
    "核实情况": "已电话核实，坐席由外包单位提供",
    "核实人": "王五",
    "核实日期": date(2020, 1, 15),
}


def figure(city: str, key: str) -> int:
    value = clean_rows(UNIT)[CITIES.index(city)][key]
    assert isinstance(value, int)
    return value


def city_form(city: str, *, email: str = "", day: int = 8, **figures: Scalar) -> bytes:
    """A city's file, clean but for these figures of 附表1."""
    at = CITIES.index(city)
    rows = {form.key: [dict(clean_rows(UNIT, form)[at])] for form in EDITION.forms}
    rows["附表1"][0].update(figures)
    header = {**clean_header(UNIT), "name": f"张{at}", "mobile": f"138000000{at:02d}"}
    header |= {"email": email} if email else {}
    if not email:
        del header["email"]
    return filing(UNIT, rows, header, saved=datetime(2020, 1, day, 2))


def mailed(
    city: str, day: int, *attached: tuple[str, bytes], text: str = "您好，附件请查收。", number: int = 1
) -> None:
    """A mail of a city's office lies in the inbox."""
    sent = {"sender": f"m{CITIES.index(city)}@example.cn", "sent": f"{day} Jan 2020 09:00:00 +0800"}
    data = mail(*attached, said=text, subject=f"{city}报送12333调查表", **sent)
    Path("各市", f"{city}{day}日{number}.eml").write_bytes(data)


def states(reported: Iterable[str]) -> dict[str, list[str]]:
    """State → names, of the list that begins the terminal's output."""
    found: dict[str, list[str]] = {}
    for line in reported:
        state, _, listed = line.strip().partition(" ")
        if state in ("要改", "要核实", "没报", "可以用"):
            found[state] = [name.partition("（")[0] for name in listed.partition("：")[2].split("、")]
    return found


def asked(findings: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """Rule and file or region of what is to be corrected or confirmed and not yet answered."""
    return {
        (finding["rule"], (finding["rule"][0] != "F" and finding["region"]) or Path(finding["file"]).name)
        for finding in findings
        if finding["severity"] != "note" and not finding["explained"] and not finding.get("settled")
    }


def answer(workbook: str, heading: str, name: str, rule: str) -> None:
    """Staff settle the only line of this rule and name; ``heading`` is that of the names."""
    book = openpyxl.load_workbook(workbook)
    page = book["问题清单"]
    top = next(cell.row for cell in page["A"] if cell.value == "序号")
    headings = {cell.value: cell.column for cell in page[top]}
    (row,) = (
        line[0].row
        for line in page.iter_rows(min_row=top + 1)
        if (line[headings[heading] - 1].value, line[headings["规则"] - 1].value) == (name, rule)
    )
    for column, value in ANSWER.items():
        page.cell(int(row or 0), headings[column], value)
    book.save(workbook)


def letters(folder: str) -> dict[str, str]:
    """Name of each draft → whom it goes to."""
    drafts = {path.stem: message_from_bytes(path.read_bytes(), policy=default) for path in Path(folder).glob("*.eml")}
    return {stem: str(draft["To"] or "") for stem, draft in drafts.items()}


def first_round() -> None:
    """One clean mail each, but for ten cities."""
    odd = ("珠海市", "汕头市", "佛山市", "湛江市", "肇庆市", "东莞市", "中山市", "阳江市", "云浮市", "河源市")
    for name in CITIES:
        if name not in odd:
            mailed(name, 10, (f"{name}.xlsx", city_form(name)))
    mailed("珠海市", 10, ("珠海市.xlsx", city_form("珠海市", calls_total=figure("珠海市", "calls_total") + 9000)))
    mailed("汕头市", 10, ("汕头市.xlsx", city_form("汕头市", remarks="此行作废")))
    mailed("佛山市", 10, ("佛山市.xlsx", city_form("佛山市")))
    correction = city_form("佛山市", training_attendances=figure("佛山市", "training_attendances") + 3)
    mailed("佛山市", 12, ("佛山市更正.xlsx", correction), text="更正，以本次为准。")
    mailed("湛江市", 10, ("湛江市.xlsx", city_form("湛江市", calls_total=figure("湛江市", "calls_total") + 9000)))
    mailed("湛江市", 12, ("湛江市.xlsx", city_form("湛江市")), text="来电总量多录9000，已改。")
    mailed("肇庆市", 10, ("肇庆市扫描件.pdf", b"%PDF-1.4 scan"))
    for name in ("东莞市", "中山市"):
        mailed(name, 10, (f"{name}.xlsx", city_form(name, seats=figure(name, "staff_total") + 5)))
    Path("各市/阳江市.xlsx").write_bytes(city_form("阳江市", calls_total=figure("阳江市", "calls_total") + 9000))
    mailed("阳江市", 9, text="阳江市的联系人休假，有事请回此信。")
    twice = city_form("河源市", training_attendances=figure("河源市", "training_attendances") + 1)
    mailed("河源市", 10, ("河源市.xlsx", city_form("河源市")), ("河源市表.xlsx", twice))


@pytest.fixture
def _cities(here: Path) -> None:
    (here / "各市").mkdir()


@pytest.mark.usefixtures("_cities")
def test_two_rounds_of_a_province() -> None:
    first_round()
    shown, reported = run_in_both(*MERGE, "--returns", "退", "-o", "第一次.xlsx")
    assert shown.exit_code == 1
    listed, made = states(shown.stdout.splitlines()), json.loads(reported)
    assert {state: sorted(names) for state, names in listed.items() if state != "可以用"} == {
        "要改": sorted(["汕头市", "珠海市", "河源市", "阳江市"]),
        "要核实": sorted(["东莞市", "中山市"]),
        "没报": sorted(["云浮市", "肇庆市"]),
    }
    assert asked(made["findings"]) == {
        ("R210", "汕头市"),
        ("B401", "珠海市"),
        ("R203", "河源市"),
        ("B401", "阳江市"),
        ("P504", "东莞市"),
        ("P504", "中山市"),
    }
    out = ("汕头市", "河源市", "肇庆市", "云浮市")
    # 珠海's and 阳江's total is 9,000 too large, and counts.
    total = sum(figure(name, "calls_total") for name in CITIES if name not in out) + 2 * 9000
    assert made["totals"]["附表1"]["calls_total"] == total
    assert letters("退") == {
        "退回修改意见_汕头市": "m4@example.cn",
        "退回修改意见_珠海市": "m3@example.cn",
        "退回修改意见_河源市": "m13@example.cn",
        "催报函_肇庆市": "m9@example.cn",
        "退回修改意见_阳江市": "m14@example.cn",
        "核实函_东莞市": "m16@example.cn",
        "核实函_中山市": "m17@example.cn",
        "催报函_云浮市": "",
    }

    answer("第一次_汇总.xlsx", "报送地区", "东莞市", "P504")
    mailed("珠海市", 20, ("珠海市.xlsx", city_form("珠海市")))
    mailed("肇庆市", 13, ("肇庆市.xlsx", city_form("肇庆市")))
    mailed("云浮市", 20, ("云浮市.xlsx", city_form("云浮市")))
    mailed("汕头市", 19, ("汕头市更正.xlsx", city_form("汕头市")))
    mailed("中山市", 20, text="坐席数包括外包坐席，没有问题。")
    assert "请写 --since 第一次_汇总.xlsx" in run(*MERGE, "--since", "第一次.xlsx", "-o", "又.xlsx").stderr
    shown, reported = run_in_both(*MERGE, "--since", "第一次_汇总.xlsx", "--returns", "再退", "-o", "第二次.xlsx")
    assert shown.exit_code == 1
    listed, made = states(shown.stdout.splitlines()), json.loads(reported)
    assert {state: sorted(names) for state, names in listed.items() if state != "可以用"} == {
        "要改": sorted(["河源市", "阳江市"]),
        "要核实": ["中山市"],
    }
    assert len(listed["可以用"]) == 18
    still = {("R203", "河源市"), ("B401", "阳江市"), ("P504", "中山市")}
    assert asked(made["findings"]) == still
    since = made["since"]
    assert asked(since["still_open"]) == still
    assert since["new"] == []
    assert [(finding["rule"], finding["region"]) for finding in since["settled"]] == [("P504", "东莞市")]
    assert sorted((item["rule"], item["unit"]) for item in since["corrected"]) == [
        ("B401", "珠海市"),
        ("R210", "汕头市"),
    ]
    assert sorted(since["came"]) == sorted(["肇庆市", "云浮市"])
    late = [Path(f["file"]).parent.name for f in made["findings"] if f["rule"] == "M704"]
    assert late == ["云浮市20日1.eml"]
    text = shown.stdout
    assert "中山市" in next(line for line in text.splitlines() if "仍未解决：" in line)
    issues = [line for line in stored(Path("第二次_汇总.xlsx"))["问题清单"] if "中山市" in line]
    assert ["1月20日来信，见附注" in "".join(map(str, line)) for line in issues if "P504" in line] == [True]
    assert letters("再退") == {
        "退回修改意见_河源市": "m13@example.cn",
        "退回修改意见_阳江市": "m14@example.cn",
        "核实函_中山市": "m17@example.cn",
    }
    assert "来信" not in Path("再退/核实函_中山市.eml").read_text(encoding="utf-8")
    run(*MERGE, "--since", "第二次_汇总.xlsx", "-o", "第三次.xlsx")  # which writes the reason no second time
    for name in ("第二次.xlsx", "第三次.xlsx"):
        remarks = [cell for line in stored(Path(name))["附表1"] for cell in line if "〔核实" in str(cell)]
        assert remarks == ["〔核实 坐席数：已电话核实，坐席由外包单位提供〕"]
    sent = json.loads(run("merge", "第二次.xlsx", "-o", "部里.xlsx", "--format", "json").stdout)
    assert {rule for rule, _ in asked(sent["findings"])} == {"B401", "H103", "H104", "M701", "P504", "R207"}
    assert [f["region"] for f in sent["findings"] if f["rule"] == "P504" and not f["explained"]] == ["中山市"]


@pytest.fixture
def inbox(here: Path) -> Path:
    (here / "收").mkdir()
    return here / "收"


COUNTS = [column.key for column in SERVICE.of_kind(Kind.COUNT)]
CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")


def rows_of(unit: str, at: int = 0, **figures: Scalar) -> dict[str, list[dict[str, Any]]]:
    """The clean rows of a unit, of which one of 附表1 has other figures."""
    rows = {form.key: [dict(row) for row in clean_rows(unit, form)] for form in EDITION.forms}
    rows["附表1"][at].update(figures)
    return rows


def odd_rows() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """What the units of which something is to be said send at first: whole figures in a city's row, one figure in all rows,
    another unit's figures, a total that is not the sum."""
    sums = {key: 2 * sum(int(str(row[key])) for row in clean_rows("海南")) for key in COUNTS}
    jilin = rows_of("吉林")
    for row in jilin["附表1"]:
        row["training_attendances"] = 88
    copied = {key: clean_rows("浙江")[0][key] for key in CALLS}
    return {
        "海南": rows_of("海南", **sums),
        "吉林": jilin,
        "福建": rows_of("福建", 3, **copied),
        "甘肃": rows_of("甘肃", calls_total=1),
    }


def by_state(shown: str, listed: Iterable[str] = ("要改", "要核实", "没报")) -> dict[str, set[str]]:
    """State → short names of those listed there."""
    found = states(shown.splitlines())
    return {state: {unit_named(name).short for name in found.get(state, ())} for state in listed}


def of_units(findings: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """Rule and the beginning of its file of what is open; of units that are missing alone the sum is told."""
    return {(rule, file[:2]) for rule, file in asked({**f, "region": None} for f in findings) if rule != "M701"}


@pytest.mark.usefixtures("inbox")
def test_two_rounds_of_the_ministry() -> None:
    """All units but three are clean, or are asked about once. Last year's file saved later replaces nothing; copies are mentioned;
    a refused file is in the lists until a sound one comes."""
    inbox, odd = Path("收"), odd_rows()
    absent = {"天津", "西藏", "青海"}
    for unit in EDITION.units:
        if unit.short not in absent:
            write_filing(inbox / f"{unit.short}.xlsx", unit, odd.get(unit.short), saved=datetime(2020, 1, 8))
    write_filing(inbox / "宁夏-去年.xlsx", "宁夏", rows_of("宁夏", training_attendances=7), saved=datetime(2020, 1, 9))
    (inbox / "浙江副本.xlsx").write_bytes((inbox / "浙江.xlsx").read_bytes())
    (inbox / "青海.xlsx").write_bytes(b"PK\x03\x04" + bytes(40))
    os.utime(inbox / "青海.xlsx", (1_578_000_000,) * 2)
    shown, reported = run_in_both("merge", "收", "--returns", "退", "-o", "一.xlsx")
    made = json.loads(reported)
    assert by_state(shown.stdout) == {
        "要改": {"甘肃", "青海"},
        "要核实": {"宁夏", "海南", "吉林", "福建", "浙江"},
        "没报": {"天津", "西藏"},
    }
    assert of_units(made["findings"]) == {
        ("M702", "宁夏"),
        ("R209", "海南"),
        ("P507", "吉林"),
        ("P507", "福建"),
        ("P507", "浙江"),
        ("B401", "甘肃"),
        ("F001", "青海"),
    }
    counted = {u.short: odd.get(u.short) or rows_of(u.short) for u in EDITION.units if u.short not in absent}
    assert calls_total(made) == sum(row["calls_total"] for rows in counted.values() for row in rows["附表1"])
    assert "浙江副本.xlsx" in shown.stdout
    assert by_kind("退") == {
        "退回修改意见": {"甘肃", "青海"},
        "核实函": {"海南", "吉林", "福建", "浙江"},
        "催报函": {"天津", "西藏"},
    }
    same_everywhere(shown.stdout, "一.xlsx")
    assert by_state(run("check", "收").stdout) == by_state(shown.stdout)

    answer("一.xlsx", "报送单位", "吉林省", "P507")
    for name in ("海南", "福建"):
        write_filing(inbox / f"{name}更正.xlsx", name, saved=datetime(2020, 1, 20))
    explained = rows_of("甘肃", calls_total=1, remarks="含转接到其他热线的来电")
    write_filing(inbox / "甘肃更正.xlsx", "甘肃", explained, saved=datetime(2020, 1, 20))
    write_filing(inbox / "青海再报.xlsx", "青海")
    (inbox / "天津.eml").write_bytes(mail(("天津.xlsx", filing("天津")), sent="20 Jan 2020 09:00:00 +0800"))
    wrong = rows_of("山西", agents=int(str(clean_rows("山西")[0]["staff_total"])) + 1)
    write_filing(inbox / "山西更正.xlsx", "山西", wrong, saved=datetime(2020, 1, 20))
    shown, reported = run_in_both("merge", "收", "--since", "一.xlsx", "--returns", "再退", "-o", "二.xlsx")
    made = json.loads(reported)
    assert by_state(shown.stdout) == {"要改": {"山西"}, "要核实": {"宁夏"}, "没报": {"西藏"}}
    assert of_units(made["findings"]) == {("M702", "宁夏"), ("B402", "山西")}
    since = made["since"]
    assert (of_units(since["still_open"]), of_units(since["new"])) == ({("M702", "宁夏")}, {("B402", "山西")})
    assert [(f["rule"], f["file"][2:4]) for f in since["settled"]] == [("P507", "吉林")]
    assert [(f["rule"], f["file"][2:4]) for f in since["explained"]] == [("B401", "甘肃")]
    assert sorted((item["rule"], unit_named(item["unit"]).short) for item in since["corrected"]) == [
        ("F001", "青海"),
        ("M701", "天津"),
        ("M701", "青海"),
        ("P507", "浙江"),
        ("P507", "福建"),
        ("R209", "海南"),
    ]
    assert {unit_named(name).short for name in since["came"]} == {"天津", "青海"}
    assert [Path(f["file"]).parent.name for f in made["findings"] if f["rule"] == "M704"] == ["天津.eml"]
    assert by_kind("再退") == {"退回修改意见": {"山西"}, "催报函": {"西藏"}}
    counted = {unit.short: rows_of(unit.short) for unit in EDITION.units if unit.short != "西藏"}
    counted |= {"吉林": odd["吉林"], "甘肃": explained, "山西": wrong}
    assert calls_total(made) == sum(row["calls_total"] for rows in counted.values() for row in rows["附表1"])
    same_everywhere(shown.stdout, "二.xlsx")


def by_kind(folder: str) -> dict[str, set[str]]:
    """Kind of letter → short names of the units that get one; who is asked for a 工作总结 alone is left out."""
    found: dict[str, set[str]] = {}
    for path in Path(folder).glob("*.docx"):
        kind, _, name = path.stem.partition("_")
        text = "".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
        if kind != "催报函" or "报送的材料" in text:
            found.setdefault(kind, set()).add(unit_named(name).short)
    return found


def calls_total(made: dict[str, Any]) -> int:
    found: int = made["totals"]["附表1"]["calls_total"]
    return found


def same_everywhere(shown: str, workbook: str) -> None:
    """The workbook names the states of this run."""
    listed = states(shown.splitlines())
    book = stored(Path(workbook))
    for sheet in ("报送情况", "附表1汇总"):
        heads = next(line for line in book[sheet] if "状态" in line)
        name, state = heads.index("报送单位"), heads.index("状态")
        named = {line[name]: line[state] for line in book[sheet] if line[state] in ("要改", "要核实", "没报", "可以用")}
        assert {unit: what for what, units in listed.items() for unit in units} == named
