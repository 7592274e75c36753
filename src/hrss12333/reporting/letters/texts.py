"""The words of the letters, as one colleague writes to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.model.filing import Filing, Summary
from hrss12333.model.finding import Finding, Severity
from hrss12333.reporting.letters.letter import INDENT, NUMERALS, Kind, Letter, Recipient, Sender
from hrss12333.wording.alike import once
from hrss12333.wording.finding_lines import finding_lines
from hrss12333.wording.places import FileNames, by_sheet
from hrss12333.wording.text import clean

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked

_SECTIONS = (
    (Severity.ERROR, "必须改正", "以下内容与填表要求不符，改正后才能汇总："),
    (Severity.QUERY, "请核实", "填错的请改正，漏报的请补报；数据无误的，请在该行“备注”栏写明原因："),
)
FORMS, REPORT = "调查表（附电子版）", "工作总结（3000字以内）"
"""What a unit may owe beside what it sent."""


class Person(Struct, frozen=True):
    """Whom to write to where the files that a letter is about name nobody."""

    contact: Mapping[str, str]
    of_last_year: bool = False

    def __bool__(self) -> bool:
        return any(self.contact.values())

    @property
    def line(self) -> tuple[str, ...]:
        """上年联系人：赵六，13900000000; none where nobody is known."""
        parts = [clean(self.contact[key]) for key in ("name", "mobile", "email") if self.contact.get(key)]
        return (f"{'上年' if self.of_last_year else ''}联系人：{'，'.join(parts)}",) if parts else ()

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """The 邮箱, where it is known."""
        return (clean(self.contact["email"]),) if self.contact.get("email") else ()


def opinion(
    recipient: Recipient, copies: Mapping[str, str], names: FileNames, sender: Sender, person: Person
) -> Letter:
    """What the recipient is to correct, or only to confirm, in the files that were sent.

    Args:
        recipient: To whom; the findings in the files are those still open.
        copies: File → name of its marked copy, which goes with the letter.
        names: What the files are called.
        sender: Who writes.
        person: Whom to write to where the files name nobody.
    """
    edition, files = sender.edition, recipient.files
    findings = [finding for file in files for finding in file.findings if finding.blocks or finding.open_query]
    errors = sum(finding.blocks for finding in findings)
    queries = len(findings) - errors
    attached = [copies[file.file] for file in files if file.file in copies]
    about = f"{edition.year}年度12333电话服务情况"
    received = f"{INDENT}你们报送的{about}材料已收到，感谢支持。"
    if errors:
        found = "、".join(part for part in (f"{errors}处需要改正", f"{queries}处需要核实" if queries else "") if part)
        opening = f"{received}我们核对时发现有{found}，逐条列在下面，请帮忙看一看。"
        closing = (
            "请改好后尽快发回电子版；纸质版已经盖章寄出的，涉及改动的页也请重新盖章补送。对以上意见有疑问，或者数据本来就是如此，"
            "请回复说明，我们再一起核对。"
        )
    else:
        opening = f"{received}内容没有必须改正的地方，只有{queries}处看上去不太寻常，逐条列在下面，请帮忙核实。"
        closing = "数据无误的，回复说明原因即可，不必重新盖章；确实填错的，请改正后发回电子版，并补送改动的盖章页。"
    lines = [*_salutation(recipient.name if recipient.known else "", files, sender, person), opening]
    if attached:
        lines.append(
            f"{INDENT}随信附上标好位置的副本（{'、'.join(attached)}）：第一张表是问题清单，点单元格可以跳到出错的地方，"
            "批注里写有原因和建议。请直接在副本上修改，保存后发回。"
        )
    lines += _points(files, findings, names, sender)
    lines.append("")
    if recipient.owed:
        lines.append(f"{INDENT}另外，{_due(sender, recipient.owed)}，请一并发来；已经发出的，请告知发出的日期和方式。")
    lines += [f"{INDENT}{closing}", *_ending(sender)]
    return Letter(
        Kind.RETURN if errors else Kind.QUERY,
        recipient.name,
        f"请{'修改' if errors else '核实'}{about}报送材料",
        tuple(_mailboxes(files)) or person.mailboxes,
        tuple(_addresses(files, person)),
        tuple(lines),
    )


def reminder(recipient: Recipient, sender: Sender, person: Person) -> Letter:
    """To one who sent nothing, or everything but what is still owed; ``person`` is whom to write to."""
    edition, owed = sender.edition, recipient.owed
    about = f"{edition.year}年度12333电话服务情况"
    due = f"于{sender.deadline}前" if sender.deadline else ""
    what = "调查表" if sender.unit else "工作总结和调查表（附电子版）"
    if owed:
        came = "调查表" if owed == REPORT else "工作总结"
        words = f"你们报送的{about}{came}已收到，感谢支持。{_due(sender, owed)}，请尽快发来电子版并补送盖章的纸质版；已经发出的，请告知发出的日期和方式，以便查收。"
    else:
        words = (
            f"{sender.cited}，各地应{due}报送{about}{what}。我们还没有收到你们的材料，请尽快报送；"
            "已经寄出的，请告知寄出的日期和方式，以便查收。"
        )
    return Letter(
        Kind.REMINDER,
        recipient.name,
        f"请报送{about}{(owed or what).partition('（')[0]}",
        person.mailboxes,
        person.line,
        (f"{sender.office(recipient.name)}：", f"{INDENT}您好！", f"{INDENT}{words}", *_ending(sender)),
    )


def _due(sender: Sender, what: str) -> str:
    """按通知要求，各地应于……前同时报送工作总结，我们还没有收到."""
    due = f"于{sender.deadline}前" if sender.deadline else ""
    return f"{sender.cited}，各地应{due}同时报送{what}，我们还没有收到"


def _ending(sender: Sender) -> Iterator[str]:
    yield from ("", f"{INDENT}谢谢！", "", *sender.signature)


def _points(files: Sequence[Checked], findings: Sequence[Finding], names: FileNames, sender: Sender) -> Iterator[str]:
    """The numbered points, what must be corrected before what is to be confirmed."""
    number = 0
    findings = once(findings)
    sections = [(section, [f for f in findings if f.severity is section[0]]) for section in _SECTIONS]
    for index, ((_, title, opening), listed) in enumerate(section for section in sections if section[1]):
        yield from ("", f"{NUMERALS[index]}、{title}", opening)
        for file in dict.fromkeys(file.file for file in files):
            mine = [finding for finding in listed if finding.file == file]
            for sheet, together in by_sheet(mine):
                place = f"，工作表“{clean(sheet)}”" if sheet else ""
                yield from ("", f"《{names(file)}》{place}" if file else place)
                for line in finding_lines(together, sender.edition):
                    words = names.in_text(line.words)
                    number += bool(line.rule)
                    yield f"{number}. {words}（规则{line.rule}）" if line.rule else f"   {words.strip()}"


def _addresses(files: Sequence[Checked], known: Person) -> Iterator[str]:
    """Who mailed it and whom the form names, where known."""
    people: dict[str, None] = {}
    lines = known.line
    for document in (file.document for file in files):
        if isinstance(document, Filing | Summary) and document.sender:
            people[f"收件：{clean(document.sender)}"] = None
        if isinstance(document, Filing):
            named = [clean(part) for part in document.contact.values() if part]
            if named:
                people[f"联系人：{'，'.join(named)}"] = None
                lines = ()
    yield from (*people, *lines)


def _mailboxes(files: Iterable[Checked]) -> Iterator[str]:
    """The 邮箱 of each form that gives one."""
    given = [f.document.contact["email"] for f in files if isinstance(f.document, Filing)]
    yield from dict.fromkeys(clean(address) for address in given if address)


def _salutation(name: str, files: Sequence[Checked], sender: Sender, known: Person) -> Iterator[str]:
    """The office, and the person that this year's forms name."""
    if name and (sender.unit is None or name != sender.unit.name):
        yield f"{sender.office(name)}："
    names = [file.document.contact["name"] for file in files if isinstance(file.document, Filing)]
    spare = "" if known.of_last_year else known.contact.get("name") or ""
    person = next((clean(name) for name in names if name), clean(spare))
    yield f"{INDENT}{person}同志，您好！" if person else f"{INDENT}您好！"
