"""Findings that ask for the same: reported once, with the regions that they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, takewhile
from operator import attrgetter
from typing import TypeVar

from msgspec import Struct

from hrss12333.model.finding import Finding
from hrss12333.model.message import Message, RegionName
from hrss12333.wording.values import value_about

_Item = TypeVar("_Item")
_Common = TypeVar("_Common")


def grouped(items: Iterable[_Item], key: Callable[[_Item], _Common]) -> dict[_Common, list[_Item]]:
    """The items by what they have in common, each group where its first came."""
    groups: dict[_Common, list[_Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


class Alike(Struct, frozen=True):
    """Findings that ask for the same, the most important first."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one that stands for all of them."""
        return self.findings[0]

    @property
    def regions(self) -> list[str]:
        """The regions that they are about, as written below each other."""
        listed = sorted(self.findings, key=lambda finding: finding.position)
        return list(dict.fromkeys(finding.region for finding in listed if finding.region))

    @property
    def stake(self) -> float:
        """Share of the national total that is at stake: that of each region once."""
        shares: dict[str | None, float] = {}
        for finding in self.findings:
            shares[finding.region] = max(shares.get(finding.region, 0.0), finding.influence)
        return min(sum(shares.values()), 1.0)

    def messages(self, shown: Callable[[Finding], Finding] = lambda finding: finding) -> list[Message]:
        """Their messages, with the number of regions where several; findings that stand for others as ``shown``."""
        if len(self.findings) == 1:
            return [shown(self.first).full_message]
        question, regions, by_subject = _question(self.first), self.regions, dict[object, Finding]()
        of_row = [*takewhile(lambda finding: _question(finding) == question, self.findings)]
        for number, finding in enumerate(of_row):  # the other rows have the same messages
            by_subject.setdefault((len(of_row) > 1 and subject(finding)) or number, finding)
        named = f"“{regions[0]}”等{len(regions)}个地区" if len(regions) > 1 else RegionName(self.first.region or "")
        return [self.of_all(shown(finding), named) for finding in by_subject.values()]

    def of_all(self, finding: Finding, named: str) -> Message:
        """The message of one of them, with ``named`` in place of its region."""
        return finding.full_message.changed(lambda leaf: named if isinstance(leaf, RegionName) else leaf)


def subject(finding: Finding) -> tuple[object, ...] | None:
    """The finding's message and value without its own region; None where it is true of one row alone."""
    if not finding.row or not finding.region or finding.suggestion:
        return None
    value = value_about(finding)
    return finding.message.anywhere, finding.field, None if value == finding.region else value


def alike(findings: Iterable[Finding]) -> list[Alike]:
    """The findings of one rule in one row together, with those that report the same of other regions of the file."""
    rows = grouped(findings, lambda finding: _question(finding) or finding).values()
    found = grouped(map(tuple, rows), lambda row: _same_question(row) or row)
    return [Alike(tuple(chain.from_iterable(together))) for together in found.values()]


def by_importance(findings: Iterable[Finding]) -> list[Alike]:
    """Alike findings together, by what they put at stake, then by severity, else as they came; settled ones last."""
    listed = sorted(findings, key=lambda found: (found.is_settled, -found.influence, found.severity.rank))
    return sorted(alike(listed), key=lambda line: (line.first.is_settled, -line.stake, line.first.severity.rank))


_COMMON = attrgetter("rule", "severity", "unit", "explained", "reason", "verification")
"""Attributes in which findings that are reported together agree, wherever they are."""


def _question(finding: Finding) -> object:
    """The key of findings that are one question about one row."""
    if not finding.row or not finding.region:
        return None
    return _COMMON(finding), finding.form, finding.region, finding.file, finding.sheet, finding.row


def _same_question(row: Sequence[Finding]) -> object:
    """The key of rows about which one question is asked."""
    subjects = [subject(finding) for finding in row]
    if None in subjects:
        return None
    first = row[0]
    return _COMMON(first), first.form, first.file, first.sheet, *subjects
