"""What goes back to the units (`merge --returns`): marked copies, a letter of opinion for each that must correct
something, and the list of those to be reminded. Letters are plain text, ready to be pasted into a mail; UTF-8 with a
byte order mark and CRLF, so that Notepad shows them right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hrss12333.model.filing import Filing, Summary
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import National, Status
from hrss12333.reporting.annotated.copies import annotate_all
from hrss12333.reporting.file_names import stem_of, unique_path
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.wording.finding_lines import finding_lines
from hrss12333.wording.places import base_name, by_sheet
from hrss12333.wording.text import clean
from hrss12333.writing.target import check_folder, check_target, replacing

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked

LETTER = "退回修改意见"
REMINDER = "催报名单"
_MINISTRY = "人力资源社会保障部信息中心"
_OFFICE = "人力资源社会保障厅（局）"
_SECTIONS = (
    (Severity.ERROR, "必须改正", "以下内容与填表要求不符，改正后才能汇总："),
    (Severity.QUERY, "请核实", "以下数据看上去不太寻常。填错的请改正；数据无误的，请在该行“备注”栏写明原因："),
)
_NUMERALS = "一二三"
_MOST = 2
"""Suggestions for one point; all of them stand in the copy."""


@dataclass(frozen=True)
class _Return:
    """What goes back to one recipient."""

    name: str
    """Official name of the unit, else the file's stem."""
    unit: Unit | None
    files: tuple[Checked, ...]


def write_returns(
    folder: Path,
    national: National,
    checked: Sequence[Checked],
    data_of: Callable[[str], bytes],
    edition: Edition | None = None,
    *,
    force: bool = False,
) -> list[Path]:
    """Write copies, letters and the list of reminders; returns their paths.

    A unit gets a letter where one of its files holds an error; a file that names no unit, or cannot be read, gets one of
    its own. In the table of a single unit each file is a city's, and gets its own letter.

    Args:
        folder: where to; made where it is missing.
        national: the merged table, whose findings include those that only the merge could see.
        checked: each filing's audit; a file with the forms of two units has two.
        data_of: the bytes of a file by its path as shown.
        survey: whose headings and deadline to use; the table's own by default.
        force: whether existing files may be replaced.

    Raises:
        UsageStop: where a target exists, before anything is written.
        JobStop: where the folder or a file cannot be written.
    """
    edition = edition or national.edition
    check_folder(folder)
    alone = len(national.units) == 1
    taken: set[str] = set()
    returns = list(_returns(national, checked, alone))
    letters = [(item, unique_path(folder, f"{LETTER}_{item.name}", ".txt", taken)) for item in returns]
    reminder = unique_path(folder, REMINDER, ".txt", taken)
    for target in [*(path for _, path in letters), reminder]:
        check_target(target, force=force)
    copies = annotate_all(folder, [file for item in returns for file in item.files], data_of, edition, force=force)
    names = {written.file: written.path.name for written in copies.written}
    sender = f"{national.units[0].unit.name}{_OFFICE}" if alone else _MINISTRY
    for item, target in letters:
        _write(target, _letter(item, names, edition, sender))
    _write(reminder, _reminder(national, edition, sender))
    return [*(written.path for written in copies.written), *(path for _, path in letters), reminder]


def _returns(national: National, checked: Sequence[Checked], alone: bool) -> Iterator[_Return]:
    """Who must correct something, in the official order of units, then files that name none."""
    by_file: dict[str, list[Finding]] = {}
    for finding in national.findings:
        by_file.setdefault(finding.file, []).append(finding)
    known = [
        replace(item, findings=tuple(f for f in by_file.get(item.file, ()) if _about(f, item))) for item in checked
    ]
    for status in () if alone else national.units:
        mine = [item for item in known if item.unit == status.unit]
        if any(_faulty(item) for item in mine):
            worth = tuple(item for item in mine if any(f.blocks or f.open_query for f in item.findings))
            yield _Return(status.unit.name, status.unit, worth)
    skipped = {item.file for item in national.skipped}
    for item in sorted(known, key=lambda item: item.file):
        if _faulty(item) and item.file not in skipped and (alone or item.unit is None):
            yield _Return(stem_of(item.file), item.unit, (item,))


def _about(finding: Finding, item: Checked) -> bool:
    """Whether a finding in an audit's file is this unit's."""
    return item.unit is None or finding.unit in (None, item.unit.name)


def _faulty(item: Checked) -> bool:
    return any(finding.blocks for finding in item.findings)


def _letter(item: _Return, copies: Mapping[str, str], edition: Edition, sender: str) -> list[str]:
    open_ones = [finding for file in item.files for finding in file.findings if finding.blocks or finding.open_query]
    errors = sum(finding.blocks for finding in open_ones)
    queries = len(open_ones) - errors
    attached = [copies[file.file] for file in item.files if file.file in copies]
    found = "、".join(
        part for part in (f"{errors}处需要改正" if errors else "", f"{queries}处需要核实" if queries else "") if part
    )
    lines = [
        f"主题：请修改{edition.year}年度12333电话服务情况报送材料",
        *_addresses(item.files),
        "",
        *_salutation(item, sender),
        f"    你们报送的{edition.year}年度12333电话服务情况材料已收到，感谢支持。我们核对时发现有{found}，"
        "逐条列在下面，请帮忙看一看。",
    ]
    if attached:
        lines.append(
            f"    随信附上标好位置的副本（{'、'.join(attached)}）：第一张表是问题清单，点单元格可以跳到出错的地方，"
            "批注里写有原因和建议。请直接在副本上修改，保存后发回。"
        )
    number = 0
    sections = [(section, [f for f in open_ones if f.severity is section[0]]) for section in _SECTIONS]
    for index, ((_, title, opening), findings) in enumerate(section for section in sections if section[1]):
        lines += ["", f"{_NUMERALS[index]}、{title}", opening]
        for file in item.files:
            listed, number = _listed(file, findings, number, edition)
            lines += listed
    lines += [
        "",
        "    请改好后尽快发回电子版；纸质版已经盖章寄出的，涉及改动的页也请重新盖章补送。对以上意见有疑问，或者数据本来就是如此，"
        "请回复说明，我们再一起核对。",
        "",
        "    谢谢！",
        "",
        sender,
    ]
    return lines


def _addresses(files: Sequence[Checked]) -> Iterator[str]:
    """Who mailed it and whom the form names, where known."""
    people: dict[str, None] = {}
    for file in files:
        document = file.document
        if isinstance(document, Filing | Summary) and document.sender:
            people[f"收件：{clean(document.sender)}"] = None
        if isinstance(document, Filing):
            named = [clean(part) for part in document.contact.values() if part]
            if named:
                people[f"联系人：{'，'.join(named)}"] = None
    yield from people


def _salutation(item: _Return, sender: str) -> Iterator[str]:
    """The office, and the person that the form names."""
    office = f"{item.unit.name}{_OFFICE}" if item.unit else ""
    if office and office != sender:
        yield f"{office}："
    names = [file.document.contact["name"] for file in item.files if isinstance(file.document, Filing)]
    person = next((clean(name) for name in names if name), "")
    yield f"    {person}同志，您好！" if person else "    您好！"


def _listed(file: Checked, findings: Sequence[Finding], number: int, edition: Edition) -> tuple[list[str], int]:
    """The numbered points about one file, and the last number given."""
    lines: list[str] = []
    mine = [finding for finding in findings if finding.file == file.file]
    for sheet, together in by_sheet(mine):
        place = f"，工作表“{clean(sheet)}”" if sheet else ""
        lines += ["", f"《{base_name(file.file)}》{place}"]
        for line in finding_lines(together, edition, most=_MOST):
            if line.rule:
                number += 1
                lines.append(f"{number}. {line.words}（规则{line.rule}）")
            else:
                lines.append(f"   {line.words.strip()}")
    return lines, number


def _reminder(national: National, edition: Edition, sender: str) -> list[str]:
    last = edition.deadline
    day = f"{last.year}年{last.month}月{last.day}日" if last else ""
    number = edition.notice.number
    missing = [status.unit.name for status in national.units if status.status is Status.MISSING]
    received = len(national.units) - len(missing)
    lines = [f"{edition.year}年度12333电话服务情况催报名单"]
    lines += [f"报送期限：{day}" + (f"（{number}）" if number else "")] if day else []
    lines += [""]
    if len(national.units) > 1:
        lines.append(f"应报送{len(national.units)}个单位，已报送{received}个，未报送{len(missing)}个。")
    if missing:
        lines += ["", "一、未报送的单位", *(f"{index}. {name}" for index, name in enumerate(missing, start=1))]
    partial = [
        f"{status.unit.name}：{form}缺少{'、'.join(regions)}"
        for status in national.units
        if status.status is not Status.MISSING
        for form, regions in status.missing_regions.items()
        if regions
    ]
    if partial:
        title = f"{_NUMERALS[1] if missing else _NUMERALS[0]}、已报送但缺少地区的单位"
        lines += ["", title, *(f"{index}. {words}" for index, words in enumerate(partial, start=1))]
    if not missing and not partial:
        return [*lines, "全部单位、全部地区均已报送，没有需要催报的。"]
    return [
        *lines,
        "",
        "催报用语（可直接粘贴）：",
        f"    {edition.year}年度12333电话服务情况按通知应{f'于{day}前' if day else ''}报送工作总结和调查表（附电子版）。我们还没有收到贵单位的材料，或者其中缺少"
        "部分地区，请尽快报送；已经寄出的，请回复告知寄出日期和方式，以便查收。谢谢！",
        "",
        sender,
    ]


def _write(target: Path, lines: Sequence[str]) -> None:
    with replacing(target) as temporary:
        temporary.write_bytes("\r\n".join([*lines, ""]).encode("utf-8-sig"))
