"""The HTML report: everything that was found, each in its row; nothing from elsewhere, nobody's telephone; in a browser."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from factory import a1, unit_named
from hrss12333 import __version__
from hrss12333.checking.engine import Checked
from hrss12333.inbox import Inbox
from hrss12333.model.filing import CoveringLetter, Filing
from hrss12333.model.finding import Severity
from hrss12333.model.text import Text, TextKind
from hrss12333.questions.earlier import Earlier, EarlierFinding, EarlierQuestion
from hrss12333.questions.respondents import respondents_of
from hrss12333.questions.rounds import with_earlier_answers
from hrss12333.reporting.html_report import write_report
from hrss12333.survey.editions.y2019 import EDITION
from merge_runs import question_key
from reporting_samples import (
    BALANCE,
    SERVICE_ROWS,
    Page,
    clean,
    faulty,
    filing,
    finding,
    inbox_of,
    national,
    row,
    table,
    unreadable,
)


def page_of(*checked: Checked) -> str:
    return page_for(replace(inbox_of(*checked), lists_missing=False))


def page_for(inbox: Inbox, *about: Any) -> str:
    with tempfile.TemporaryDirectory() as folder:
        write_report(Path(folder) / "报告.html", respondents_of(inbox), *about)
        page = (Path(folder) / "报告.html").read_text("utf-8")
    return re.sub(' data-h="[^"]*"', "", page)  # the heading of a cell, shown on a telephone


def calls(*shown: str) -> str:
    """The cells of 来电总量, 人工接听量, 自助语音量 and 放弃量 in a row; the samples leave any column between them blank."""
    form = EDITION.form("附表1")
    cells, keys = dict(zip(form.balances[0].fields, shown, strict=True)), [*form.by_key]
    return "".join(
        cells.get(key, "<td>") for key in keys[keys.index("calls_total") : keys.index("calls_abandoned") + 1]
    )


def test_every_finding_is_told_with_its_row_and_suggestion() -> None:
    """Below the day on which the page was made, and by which version."""
    page, today = page_of(faulty(), clean(), unreadable()), date.today()
    made = f"{today.year}年{today.month}月{today.day}日　hrss12333 {__version__}"
    assert f'<p class="small">{made}</p>' in page
    read = Page(page)
    expected = [f.rule for item in (faulty(), unreadable()) for f in item.findings]
    assert sorted(rule for _, rule in read.findings) == sorted(expected)
    assert calls('<td class="e">2,500', "<td>1,000", "<td>1,000", "<td>400") in page
    assert f"<small>{a1('calls_agent')}</small>人工<wbr>接听量" in page
    assert "建议：放弃量（F7）改为500：改后该行对得上" in read.text
    assert ("x", "P504") in read.findings
    assert "备注说明：部分坐席为备用" in read.text


def test_texts_stand_by_unit_those_of_nobody_first_marked_and_without_contacts() -> None:
    texts = (Text(TextKind.PARAGRAPH, "另函<b>说明</b>"), Text(TextKind.COMMENT, "暂估数，问13812345678"))
    item = replace(clean(), document=replace(filing(), texts=texts))
    stray = CoveringLetter("来信.eml", (Text(TextKind.MAIL, "请看附表"),))
    inbox = inbox_of(item, table=replace(national(), letters=(stray,)))
    page = page_for(inbox)
    annex = page[page.index('id="annex"') : page.index("<script>")]
    assert "附注3条，其中1条请先看。" in annex
    at = [annex.index(words) for words in ("来源不明", "请看附表", "广东省", "暂估数，问［略］", "另函&lt;b&gt;说明")]
    assert at == sorted(at)
    assert annex.count("<mark>请先看</mark>") == 1


def test_answers_are_in_the_middle_the_total_is_named_and_each_rule_may_be_chosen() -> None:
    total = row(EDITION.forms[0], 9, "", calls_total=5)
    of_total = finding("B403", message="合计不等。", cell="C9", region=None)
    form = replace(table(EDITION.forms[0], SERVICE_ROWS), total=total)
    page = page_of(Checked(Filing("报送/广东省.xlsx", unit_named("广东省"), (form,)), (of_total, BALANCE)))
    assert '<tr><th>9<td>合计<td class="e">5' in page
    assert '<td class="c">TRUE<td class="c">FALSE' in page
    assert re.findall(r'<option value="(\w+)">\1 [^<（]+<', page) == ["B401", "B403"]


def test_nothing_comes_from_elsewhere() -> None:
    read = Page(page_of(faulty()))
    assert [where for where in read.loads if not where.startswith("#")] == []
    assert "link" not in read.tags
    assert "@import" not in page_of(faulty())


def test_a_merge_leads_with_its_sentences() -> None:
    whole = national()
    read = Page(page_for(inbox_of(faulty(), table=whole), ["共收到2个。"]))
    assert "共收到2个。" in read.text
    assert "没报1个" in read.text.replace("\n", "")


def test_usable_units_are_folded_and_notes_unticked() -> None:
    page = page_of(Checked(clean().document, (finding("F008", Severity.NOTE, "有宏。"),)))
    assert re.search(r'<section class="c u" id="c0">\n<details><summary>', page)
    assert re.findall(r'value="(\w)"( checked)?>', page) == [("e", " checked"), ("q", " checked"), ("n", "")]


def test_a_table_has_one_line_of_headings() -> None:
    later = finding(message="两边不等。", cell="C8", region="阳江市", field="calls_total", value=None, suggestion=None)
    page = page_of(Checked(filing(), (BALANCE, later, finding("V306", Severity.NOTE, "读作2500。", cell="C7"))))
    assert page.count("<thead>") == 1


@pytest.mark.usefixtures("here")
def test_with_an_earlier_workbook_new_and_open_questions_are_told_apart() -> None:
    inbox = inbox_of(Checked(filing(), (BALANCE,)), table=national())
    still = next(each for each in national().findings if each.rule == "V301" and each.field == "calls_ivr")
    gone = finding("V302", field="complaints")
    asked = (EarlierFinding(question_key(each)._replace(unit="广东省"), "") for each in (gone, still))
    earlier = Earlier(tuple(EarlierQuestion((each,), since="2020-01-20") for each in asked))
    respondents, _, progress = with_earlier_answers(respondents_of(inbox), earlier)
    write_report(path := Path("报告.html"), respondents, progress=progress)
    page = path.read_text(encoding="utf-8")
    assert "与上次汇总相比：新问题2处，仍未解决1处，已改正1处，问题以外" in page
    assert re.search(r"data-r=B401><mark>新</mark>", page)
    assert re.search(r"data-r=V301><mark>仍未解决（2020-01-20起）</mark>", page)
    assert "（V302）：上次提出的问题，这次没有了。" in page
