"""Which 工作总结 go into the 参阅文件, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from hrss12333.merging.sent import newest_reports
from hrss12333.model.filing import Summary


class Report(Struct):
    """What went into the document, for the terminal."""

    used: list[Summary] = field(default_factory=list)
    """One a unit, in the official order."""
    superseded: list[Summary] = field(default_factory=list)
    """Older ones of the same units."""
    unknown: list[Summary] = field(default_factory=list)
    """Those that do not say whose they are."""
    failed: dict[str, str] = field(default_factory=dict)
    """File → why it could not be copied; Chinese."""
    left_out: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """File → what of it could not be kept → how often."""
    hidden: dict[str, int] = field(default_factory=dict)
    """File → how many mobile numbers and mail addresses were left out of it."""
    paginated: bool = False
    """Whether the contents hold page numbers; else the reader's program has to work them out."""

    def longer_than(self, most: int) -> list[Summary]:
        """Those that have more characters."""
        return [summary for summary in self.used if summary.words > most]


def choose(summaries: Sequence[Summary]) -> Report:
    """One 工作总结 a unit: its newest."""
    newest = newest_reports(summaries)
    listed = sorted(summaries, key=lambda item: (item.unit.code if item.unit else "", item.file))
    used = [newest[code] for code in sorted(newest)]
    older = [item for item in listed if item.unit and item is not newest[item.unit.code]]
    return Report(used, older, [item for item in listed if item.unit is None])
