"""Annotated copies (`check --annotate`): the sender's own workbook with wrong cells filled and commented, and a first
sheet 审核结果 that leads to them. Where the format cannot be edited in place, the official form takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.filing import Summary
from hrss12333.reading.grid import FileProblem
from hrss12333.reporting.annotated.annotate import MACROS, PLAIN, Annotated, annotate
from hrss12333.reporting.file_names import stem_of, unique_paths
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.places import FileNames
from hrss12333.wording.text import clean
from hrss12333.writing.target import check_folder, check_target

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked

SUFFIX = "_审核"
NOT_NEEDED = "没有需要改正或核实的地方，不需要审核副本"


class NotAnnotated(Struct, frozen=True):
    """A file without a copy."""

    file: str
    reason: str
    """Chinese."""


class Copies(Struct, frozen=True):
    """What `annotate_all` did."""

    written: tuple[Annotated, ...] = ()
    refused: tuple[NotAnnotated, ...] = ()

    def lines(self) -> list[str]:
        """A line for each copy, and one for those that are missing for one reason."""
        without: dict[str, list[str]] = {}
        for item in self.refused:
            if item.reason != NOT_NEEDED:
                without.setdefault(item.reason, []).append(clean(item.file))
        return [
            *(f"已写入：{item.path}" for item in self.written),
            *(f"没有副本的文件{len(files)}个（{reason}）：{'、'.join(files)}" for reason, files in without.items()),
        ]


def annotate_all(
    folder: Path,
    checked: Iterable[Checked],
    data_of: Callable[[str], bytes],
    edition: Edition,
    names: FileNames | None = None,
    *,
    option: str = "--annotate",
    force: bool = False,
) -> Copies:
    """A copy in ``folder`` for each filing in which something is wrong or to be confirmed.

    Args:
        folder: where to; made where it is missing.
        checked: the audited files.
        data_of: the bytes of a file by its path as shown.
        edition: whose headings to use.
        names: what files are called in messages; by default each by its own name.
        option: where the command line names the folder.
        force: whether existing files may be replaced.

    Raises:
        UsageStop: where a target exists, before anything is written.
        JobStop: where a copy cannot be written.
    """
    check_folder(folder)
    planned: list[tuple[Checked, dict[str, Path]]] = []
    refused: list[NotAnnotated] = []
    taken: set[str] = set()
    files = list(checked)
    names = names or FileNames(item.file for item in files)
    for item in files:
        reason = _no_copy(item)
        if reason:
            refused.append(NotAnnotated(item.file, reason))
            continue
        targets = unique_paths(folder, f"{stem_of(item.file)}{SUFFIX}", (PLAIN, MACROS), taken)
        for target in targets.values():
            check_target(target, force=force, option=option)
        planned.append((replace(item, findings=tuple(map(names.of, item.findings))), targets))
    written: list[Annotated] = []
    for item, targets in planned:
        try:
            written.append(annotate(data_of(item.file), item, targets, item.edition or edition))
        except FileProblem as problem:
            refused.append(NotAnnotated(item.file, problem.message))
    return Copies(tuple(written), tuple(refused))


def _no_copy(checked: Checked) -> str:
    if checked.superseded_by:
        return NOT_NEEDED
    if checked.result == "unreadable":
        return "文件无法读取，没有可以批注的内容"
    if not any(finding.blocks or finding.open_query for finding in checked.findings):
        return NOT_NEEDED
    return "工作总结没有单元格，请按审核意见修改原文" if isinstance(checked.document, Summary) else ""
