"""The HTML report as one text: no script, style, picture or font from elsewhere, every text of a filing escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from hrss12333 import __version__
from hrss12333.checking.rules.catalogue import RULES
from hrss12333.model.filing import Skipped
from hrss12333.model.finding import Severity
from hrss12333.reporting.html.chapters import Brief, Writer
from hrss12333.reporting.standing import Standings, State, undecided_words
from hrss12333.wording.places import FileNames
from hrss12333.wording.privacy import public_finding, public_text
from hrss12333.wording.since_lines import SinceLine, since_lines
from hrss12333.wording.text import clean

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment

    from hrss12333.inbox import Inbox
    from hrss12333.merging.since import Progress

_FEW = 3
"""Files or folders that are named."""

MANY = 2_000
"""Findings from which the report is brief, so that the file stays small: rows share a line of headings, and what all
findings of a rule say is reported once."""


def html_report(
    inbox: Inbox,
    standings: Standings,
    paths: Sequence[Path] = (),
    lead: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> str:
    """The report of an audit of what ``paths`` hold; of a merge where ``lead`` says in sentences what came, what is missing and
    what is most doubtful, ``progress`` what has become of an earlier workbook's questions."""
    national = inbox.national
    names = FileNames(item.file for item in inbox.files)
    findings = national.findings_of_files
    brief = Brief(public_finding(names.of(each)) for each in findings) if len(findings) > MANY else None
    writer = Writer(inbox.edition, inbox.files, names, brief, progress)
    listed = standings.listed
    chapters = [writer.chapter(number, standing) for number, standing in enumerate(listed)]
    states = list(State)
    worst_first = sorted(chapters, key=lambda chapter: [state.label for state in states].index(chapter.label))
    used = sorted({finding.rule for standing in listed for finding in standing.findings})
    template = _environment().get_template("report.html")
    return template.render(
        title=f"{inbox.edition.year}年度12333电话服务情况{'审核报告' if lead is None else '汇总审核报告'}",
        noun=standings.noun,
        counted=standings.counted,
        tally=[(state.label, len(standings.of_state(state))) for state in State],
        counts=national.counts,
        severities=[(severity.value[0], severity.label) for severity in Severity],
        chapters=chapters,
        worst_first=worst_first,
        rules=[(rule, RULES[rule].text_in(inbox.edition).title) for rule in used],
        common=[(rule, "".join(brief.common[rule])) for rule in used if brief.common[rule]] if brief else [],
        footnotes=list(brief.footnotes) if brief else [],
        brief=brief is not None,
        shared=list(writer.shared),
        lead=[clean(sentence) for sentence in lead or ()],
        skipped=_by_reason(national.skipped),
        undecided=undecided_words(national.undecided, inbox.edition) if national.undecided else "",
        about=_report_facts(paths),
        progress=progress,
        since=[_since_words(line) for line in since_lines(progress, inbox.edition)] if progress else [],
        faults=[f"规则{fault.rule}：{fault.error}" for fault in national.faults],
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader

    return Environment(
        loader=PackageLoader("hrss12333.reporting.html", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown_value,
    )


def _shown_value(value: object) -> object:
    """What is in the page for a value; what is safe is the page's own."""
    return public_text(value) if type(value) is str else value


def _report_facts(paths: Sequence[Path]) -> str:
    """When the report was made, of what, by which version; a folder by its name alone."""
    names = list(dict.fromkeys(clean(path.resolve().name or str(path)) for path in paths))
    of = f"　材料：{'、'.join(names[:_FEW])}{'等' if len(names) > _FEW else ''}" if names else ""
    today = date.today()
    return f"{today.year}年{today.month}月{today.day}日{of}　hrss12333 {__version__}"


def _since_words(line: SinceLine) -> str:
    rule = f"（{line.rule}）" if line.rule else ""
    where = "，".join(dict.fromkeys(filter(None, (line.unit, line.region))))
    return f"{line.kind}：{where}{line.form}{line.label if line.rule else ''}{rule}：{line.words}"


def _by_reason(skipped: Sequence[Skipped]) -> list[tuple[str, list[str]]]:
    reasons: dict[str, list[str]] = {}
    names = FileNames(item.file for item in skipped)
    for item in skipped:
        reasons.setdefault(clean(item.reason), []).append(names(item.file))
    return list(reasons.items())
