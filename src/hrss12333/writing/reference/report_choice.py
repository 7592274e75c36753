"""Which 工作总结 go into the 参阅文件, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from msgspec import Struct, field

from hrss12333.checking.rules.work_report import MOST_WORDS
from hrss12333.survey.regions import Unit


class SummaryDocument(Struct, frozen=True):
    """A 工作总结 and where to copy it from."""

    unit: Unit | None
    """None where the file does not say whose it is."""
    file: str
    load: Callable[[], bytes]
    """Reads the file when its turn comes; raises FileProblem where it is no longer there."""
    words: int = 0
    """字数."""
    date: datetime | None = None


class Report(Struct):
    """What went into the document, for the terminal."""

    used: list[SummaryDocument] = field(default_factory=list)
    """One a unit, in the official order."""
    superseded: list[SummaryDocument] = field(default_factory=list)
    """Older ones of the same units."""
    unknown: list[SummaryDocument] = field(default_factory=list)
    """Those that do not say whose they are."""
    failed: dict[str, str] = field(default_factory=dict)
    """File → why it could not be copied; Chinese."""
    left_out: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """File → what of it could not be kept → how often."""
    hidden: dict[str, int] = field(default_factory=dict)
    """File → how many mobile numbers and mail addresses were left out of it."""
    paginated: bool = False
    """Whether the contents hold page numbers; else the reader's program has to work them out."""

    @property
    def over_length(self) -> list[SummaryDocument]:
        """Those longer than the notice allows."""
        return [summary for summary in self.used if summary.words > MOST_WORDS]


def choose(summaries: Iterable[SummaryDocument]) -> Report:
    """One 工作总结 a unit: the latest by its date; of the same date, the last by name."""
    report = Report()
    by_unit: dict[str, list[SummaryDocument]] = {}
    for summary in sorted(summaries, key=lambda item: item.file):
        if summary.unit is None:
            report.unknown.append(summary)
        else:
            by_unit.setdefault(summary.unit.code, []).append(summary)
    for _, several in sorted(by_unit.items()):
        several.sort(key=lambda item: (item.date is not None, _naive(item.date), item.file))
        report.used.append(several[-1])
        report.superseded += several[:-1]
    return report


def _naive(date: datetime | None) -> datetime:
    return datetime.min if date is None else date.replace(tzinfo=None)
