"""``hrss12333 fix``: a clean official form from a messy one, every change listed."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from hrss12333.checking.rules.rows import concealed
from hrss12333.cli import options, process, received
from hrss12333.inbox import Sent, judge
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import Filing, Unreadable
from hrss12333.questions import questions_of
from hrss12333.reporting.form_changes import change_sheet, changes_of, print_changes, signed
from hrss12333.survey.editions import edition_named
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.writing import check_target, replacing
from hrss12333.writing.official.filled import write_filled


@options.command(
    "fix",
    *("file", "output", "unit", "force"),
    output={"help": "输出文件。  [默认：FILE_规范.xlsx]"},
    unit={"help": "表上没有写单位，或者写得认不出时，写明是哪个单位的，例如 --unit 广东。"},
)
def command(given: options.Given) -> int:
    """把一份不规范的调查表整理成正式格式，逐条列出改动。

    意思确定的写法（2,500次、√、恩施州……）按规范改写；读不准的内容原样保留并标出，由填报人处理。

    \b
      hrss12333 fix 广东.xls              生成 广东_规范.xlsx
      hrss12333 fix 广东.xls -o 正式.xlsx
    """
    file, unit, newest = given.file, given.unit, given.edition()
    if file.is_dir():
        raise UsageStop(f"“{file}”是一个文件夹；fix 一次整理一个文件。")
    target = given.output or Path(f"{file.stem}_规范.xlsx")
    check_target(target, force=given.force, ending=".xlsx")
    filing = _only_filing(file, newest, unit)
    edition = edition_named(newest, filing.year)
    filing = signed(filing, unit) if unit else filing
    changes = changes_of(filing, edition)
    with replacing(target) as temporary:
        clean = replace(filing, file=str(target), own=False)
        written = write_filled(temporary, edition, clean, change_sheet(file.name, changes, edition))
    judged, source = (judge(Sent([each], edition)) for each in (written, filing))
    # Findings name cells of the clean form, to be corrected there; only what was left out is not in it.
    (remaining,), (found,) = judged.files, source.files
    left_out = [finding for finding in found.findings if finding.rule == concealed.id]
    others = [finding for finding in remaining.findings if not (left_out and finding.rule == concealed.id)]
    asked = questions_of("", (*left_out, *others))
    print_changes(filing.file, str(target), changes, asked, edition, process.sink(given))
    # A figure that has no place in the clean form is as bad as one that is wrong.
    lost = any(change.lost for change in changes)
    return process.exit_status(asked, judged.national.faults) or int(lost)


def _only_filing(file: Path, edition: Edition, unit: Unit | None) -> Filing:
    """The file's only filing, of ``unit`` where it names none; refused: none, several, another unit's."""
    reading = received.read([file], edition, unit)
    documents = reading.documents
    if not documents:
        raise received.nothing_read(reading.skipped)
    if len(documents) != 1:
        raise UsageStop(f"“{file}”里有{len(documents)}份报送；fix 一次整理一份，请先分开（压缩包请先解压）。")
    filing = documents[0]
    if not isinstance(filing, Filing):
        why = filing.message.text if isinstance(filing, Unreadable) else "这是工作总结，不是调查表。"
        raise UsageStop(f"“{file}”不能整理：{why}")
    if unit and filing.unit not in (None, unit):
        raise UsageStop(f"“{file}”是{filing.unit.name}的表，不是{unit.name}的。")
    return filing
