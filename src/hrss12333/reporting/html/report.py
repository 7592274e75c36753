"""The HTML report as one text: no script, style, picture or font from elsewhere, every text of a filing escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files as resources
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.checking.rules.catalogue import RULES
from hrss12333.model.filing import Skipped
from hrss12333.model.finding import Fault, Finding, Severity, count
from hrss12333.reporting.html.chapters import Brief, Writer
from hrss12333.reporting.html.contexts import Contexts
from hrss12333.reporting.standing import Standings, State
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.places import FileNames
from hrss12333.wording.privacy import message_without_contacts, without_contacts
from hrss12333.wording.text import clean
from hrss12333.wording.verdicts import undecided_text

if TYPE_CHECKING:
    from hrss12333.checking.audit import Audit
    from hrss12333.checking.engine import Checked
    from hrss12333.model.national import National

MANY = 2_000
"""Findings from which the report is brief, so that the file stays small: rows share a line of headings, and what all
findings of a rule say is said once."""


class Contents(Struct, frozen=True):
    """What a report is made of."""

    title: str
    edition: Edition
    files: Sequence[Checked]
    findings: Sequence[Finding]
    standings: Standings
    skipped: Sequence[Skipped] = ()
    undecided: Mapping[str, int] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    lead: Sequence[str] = ()
    """Sentences with which the summary begins."""


def check_report(audit: Audit, standings: Standings) -> str:
    """The report of an audit."""
    title = f"{audit.edition.year}年度12333电话服务情况审核报告"
    return render(
        Contents(
            title,
            audit.edition,
            audit.files,
            audit.findings,
            standings,
            audit.skipped,
            audit.undecided,
            audit.faults,
        )
    )


def merge_report(national: National, checked: Sequence[Checked], standings: Standings, lead: Sequence[str]) -> str:
    """The report of a merge; ``lead`` says in sentences what came, what is missing and what is most doubtful."""
    title = f"{national.edition.year}年度12333电话服务情况汇总审核报告"
    return render(
        Contents(
            title,
            national.edition,
            checked,
            national.findings,
            standings,
            national.skipped,
            national.undecided,
            national.faults,
            lead,
        )
    )


def render(contents: Contents) -> str:
    """The whole page."""
    from jinja2 import Environment, PackageLoader

    folder = resources("hrss12333.reporting.html")
    environment = Environment(
        loader=PackageLoader("hrss12333.reporting.html", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = FileNames(item.file for item in contents.files)
    hidden = (replace(each, message=message_without_contacts(each, names.in_text)) for each in contents.findings)
    brief = Brief(hidden) if len(contents.findings) > MANY else None
    writer = Writer(contents.edition, Contexts(contents.files), names, brief)
    listed = contents.standings.listed
    chapters = [writer.chapter(number, standing) for number, standing in enumerate(listed)]
    states = list(State)
    worst_first = sorted(chapters, key=lambda chapter: [state.label for state in states].index(chapter.label))
    used = sorted({finding.rule for standing in listed for finding in standing.findings})
    return environment.get_template("report.html").render(
        title=contents.title,
        noun=contents.standings.noun,
        counted=contents.standings.counted,
        tally=[(state.label, len(contents.standings.of_state(state))) for state in State],
        counts=count([finding for standing in listed for finding in standing.findings]),
        severities=[(severity.value[0], severity.label) for severity in Severity],
        chapters=chapters,
        worst_first=worst_first,
        rules=[(rule, RULES[rule].text_in(contents.edition).title) for rule in used],
        common=[(rule, "".join(brief.common[rule])) for rule in used if brief.common[rule]] if brief else [],
        footnotes=list(brief.footnotes) if brief else [],
        brief=brief is not None,
        shared=list(writer.shared),
        lead=[without_contacts(clean(sentence)) for sentence in contents.lead],
        skipped=_by_reason(contents.skipped),
        undecided=undecided_text(contents.undecided) if contents.undecided else "",
        faults=[f"规则{fault.rule}：{fault.error}" for fault in contents.faults],
        style=folder.joinpath("templates", "style.css").read_text(encoding="utf-8"),
        script=folder.joinpath("templates", "filter.js").read_text(encoding="utf-8"),
    )


def _by_reason(skipped: Sequence[Skipped]) -> list[tuple[str, list[str]]]:
    reasons: dict[str, list[str]] = {}
    names = FileNames(item.file for item in skipped)
    for item in skipped:
        reasons.setdefault(without_contacts(clean(item.reason)), []).append(without_contacts(names(item.file)))
    return list(reasons.items())
