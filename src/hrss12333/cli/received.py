"""What came, read, judged, and compared with last year and with an earlier workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.rule import NO_COMPARISONS
from hrss12333.cli.process import print_remark, progress
from hrss12333.inbox import Sent, cities_of, is_named_otherwise, judge, year_of_most
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import Skipped
from hrss12333.patterns import grouped
from hrss12333.questions.respondents import Respondents, respondents_of, table_of
from hrss12333.reading.documents import Reading, read_paths
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.worker import the_worker
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition
from hrss12333.wording.text import few_named
from hrss12333.writing import protect_input

if TYPE_CHECKING:
    from hrss12333.cli.options import Arguments
    from hrss12333.merging.earlier_figures import Previous
    from hrss12333.model.national import National
    from hrss12333.questions.rounds import Progress


def read(paths: Sequence[Path], edition: Edition, unit: Unit | None = None, *, year_settled: bool = False) -> Reading:
    """All files under these paths, read with a progress bar; refused where there are none."""
    the_worker().ready()
    with progress() as step:
        reading = read_paths(paths, edition, unit=unit, year_settled=year_settled, progress=step)
    for source in reading.sources.values():
        protect_input(source.disk)
    if not reading.documents and not reading.letters:
        raise nothing_read(reading.skipped)
    return reading


def nothing_read(skipped: Sequence[Skipped]) -> UsageStop:
    """The refusal where every file was passed over."""
    listed = [
        few_named([f"“{item.file}”" for item in items], 3, f"等{len(items)}个文件") + reason
        for reason, items in grouped(skipped, lambda item: item.reason).items()
    ]
    return UsageStop(f"没有可以处理的报送材料：{'；'.join(listed)}。")


def read_survey(args: Arguments) -> tuple[Sent, Callable[[str], Source]]:
    """All that was sent for the option's year, else for the year that most units name; and path → source."""
    reading = read(args.paths, args.edition(), args.unit, year_settled=args.year is not None)
    edition = args.edition(year_of_most(reading.documents))
    if edition.year != reading.edition.year or is_named_otherwise(reading.documents, edition.year):
        reading = read(args.paths, edition, args.unit, year_settled=True)
    return Sent(reading.documents, edition, args.unit, reading.skipped, reading.letters), reading.sources.__getitem__


class Judged(Struct, frozen=True):
    """All that came, judged and compared."""

    respondents: Respondents
    table: National
    """The table that shows the respondents: one unit's by its cities."""
    progress: Progress | None
    """What has become of the earlier workbook's questions."""
    previous: Previous | None
    """Last year's figures."""

    @property
    def national(self) -> National:
        """The table by units."""
        return self.respondents.inbox.national


def judged(args: Arguments, sent: Sent) -> Judged:
    """What was sent, judged and compared; refused where the unit sent nothing."""
    previous = last_year(args.previous, sent.edition)
    earlier = None
    if args.since is not None:
        from hrss12333.questions.earlier import load_earlier

        sent = replace(sent, only=cities_of(sent))  # a unit's files are compared with the unit's workbook
        earlier = load_earlier(args.since, sent.edition, sent.only)
    inbox = judge(sent, previous, earlier.comparisons if earlier else NO_COMPARISONS)
    if not (inbox.files or inbox.national.letters):
        raise nothing_read(inbox.national.skipped)
    respondents = respondents_of(inbox)
    if earlier is None:
        return Judged(respondents, table_of(respondents), None, previous)
    from hrss12333.questions.rounds import with_earlier_answers

    return Judged(*with_earlier_answers(respondents, earlier), previous)


def last_year(path: Path | None, edition: Edition) -> Previous | None:
    """Last year's figures, None where no file is given; prints what cannot be compared."""
    if path is None:
        return None
    from hrss12333.merging.earlier_figures import load_previous

    found = load_previous(path, edition)
    if found.year and found.year >= edition.year:
        later = f"{found.year}年度的表，不早于本次的{edition.year}年度，请核对是否给错了文件。"
        print_remark(f"提示：--previous 给的是{later}")
    for sentence in (*found.unmatched, *found.joined):
        print_remark(f"提示：与上一年比较时，{sentence}。")
    return found
