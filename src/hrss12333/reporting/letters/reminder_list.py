"""催报名单: everybody who still owes something, on one sheet of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hrss12333.model.national import National, Status
from hrss12333.model.summary_lines import missing, without_report
from hrss12333.reporting.letters.letter import INDENT, NUMERALS, Sender
from hrss12333.reporting.letters.texts import Person
from hrss12333.reporting.standing import Standings, State


def reminder_list(
    national: National, standings: Standings, sender: Sender, contacts: Mapping[str, Mapping[str, str]]
) -> bytes:
    """UTF-8 with a byte order mark and CRLF, so that Notepad shows it right."""
    return "\r\n".join([*_lines(national, standings, sender, contacts), ""]).encode("utf-8-sig")


def _lines(
    national: National, standings: Standings, sender: Sender, contacts: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    edition, noun = national.edition, standings.noun
    yield f"{edition.year}年度12333电话服务情况催报名单"
    if sender.deadline:
        yield f"报送期限：{sender.deadline}" + (f"（{edition.notice.number}）" if edition.notice.number else "")
    yield ""
    if standings.of:
        absent = [standing.name for standing in standings.of_state(State.MISSING)]
        expected = len(standings.of.expected)
    else:
        absent = [unit.name for unit in missing(national)]
        expected = len(national.units)
    sent = {item.name: "只收到工作总结" for item in standings.listed if item.only_report and item.known}
    sent |= {item.name: "收到的文件不能汇总，见退回修改意见" for item in standings.listed if item.errors}
    yield f"应报送{expected}个{noun}，已报送{expected - len(absent)}个，未报送{len(absent)}个。"
    sections = [
        (
            f"未报送的{noun}",
            [f"{name}{_noted(sent.get(name, ''), contacts.get(name, {}))}" for name in absent],
        ),
        *([] if standings.of else [("已报送但缺少地区的单位", _partial(national))]),
        *([] if standings.of else [("没有报送工作总结的单位", [unit.name for unit in without_report(national)])]),
    ]
    filled = [(title, listed) for title, listed in sections if listed]
    for index, (title, listed) in enumerate(filled):
        yield from ("", f"{NUMERALS[index]}、{title}")
        yield from (f"{number}. {words}" for number, words in enumerate(listed, start=1))
    if not filled:
        yield f"全部{noun}均已报送，没有需要催报的。"
        return
    due = f"于{sender.deadline}前" if sender.deadline else ""
    what = "调查表" if sender.unit else "工作总结和调查表（附电子版）"
    yield from (
        "",
        "催报用语（可直接粘贴；另有催报函，有退回修改意见、核实函的写在其中）：",
        f"{INDENT}{edition.year}年度12333电话服务情况按通知应{due}报送{what}。我们还没有收到你们的材料，或者其中缺少"
        "一部分，请尽快报送；已经寄出的，请回复告知寄出日期和方式，以便查收。谢谢！",
        "",
        *sender.signature,
    )


def _noted(sent: str, contact: Mapping[str, str]) -> str:
    """（只收到工作总结；上年联系人：赵六，13900000000）."""
    notes = [sent, *Person(contact, of_last_year=True).line]
    said = "；".join(note for note in notes if note)
    return f"（{said}）" if said else ""


def _partial(national: National) -> Sequence[str]:
    return [
        f"{status.unit.name}：{form.key}缺少{'全部地区' if status.lacks(form) else '、'.join(regions)}"
        for status in national.units
        if status.status is not Status.MISSING
        for form in national.edition.forms
        if (regions := status.unsent_regions(form))
    ]
