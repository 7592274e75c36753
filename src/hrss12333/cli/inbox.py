"""What was sent, read as one year's survey, compared with last year's, checked and joined."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.cli.common import SurveyOptions, progress, tell
from hrss12333.model.errors import UsageStop

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.merging.last_year import Previous
    from hrss12333.model.filing import Document
    from hrss12333.model.national import National
    from hrss12333.reading.documents import Reading
    from hrss12333.survey.editions.edition import Edition
    from hrss12333.survey.regions import Unit


class Survey(Struct, frozen=True):
    """What the paths hold, of the year that is processed."""

    reading: Reading
    documents: Sequence[Document]
    """As read, each under the unit that it names or that its rows tell."""
    edition: Edition


def read(paths: Sequence[Path], edition: Edition, unit: Unit | None = None, *, settled: bool = False) -> Reading:
    """Read all paths, with a progress bar where standard error is a terminal; ``settled`` as in `read_paths`.

    Raises:
        UsageStop: where a path does not exist, or all that was found was passed over.
    """
    from hrss12333.reading.documents import read_paths

    with progress("读取") as step:
        reading = read_paths(paths, edition, unit=unit, settled=settled, progress=step)
    if not reading.documents:
        reasons: dict[str, list[str]] = {}
        for item in reading.skipped:
            reasons.setdefault(item.reason, []).append(f"“{item.file}”")
        listed = "；".join(f"{_few(files)}{reason}" for reason, files in reasons.items())
        raise UsageStop(f"没有可以处理的报送材料：{listed}。")
    return reading


def _few(files: Sequence[str]) -> str:
    return "、".join(files) if len(files) <= 3 else f"{'、'.join(files[:3])}等{len(files)}个文件"


def read_survey(paths: Sequence[Path], options: SurveyOptions, unit: Unit | None = None) -> Survey:
    """Read all paths as the survey of the year asked for, else of the one that most units name.

    Files that name no year are of that year, and so are those that a name alone gives another: where it is not the
    newest, or a file was read as another year's by its name alone, all are read again.
    """
    from hrss12333.merging.ownership import with_owners
    from hrss12333.merging.survey_year import named_otherwise, year_of_most

    newest = options.edition()
    reading = read(paths, newest, unit, settled=options.year is not None)
    documents = with_owners(reading.documents, newest.gazetteer)
    edition = options.edition(year_of_most(documents))
    if edition.year != newest.year or named_otherwise(documents, edition.year):
        reading = read(paths, edition, unit, settled=True)
        documents = with_owners(reading.documents, edition.gazetteer)
    return Survey(reading, documents, edition)


def last_year(path: Path | None, edition: Edition) -> Previous | None:
    """Last year's workbook or filing, or None where none is given; what cannot be compared is said."""
    if path is None:
        return None
    from hrss12333.merging.last_year import load
    from hrss12333.survey.editions import edition_of

    found = load(path, edition, edition_of)
    if found.year and found.year >= edition.year:
        tell(
            f"提示：--previous 给的是{found.year}年度的表，不早于本次的{edition.year}年度，请核对是否给错了文件。",
            err=True,
        )
    for sentence in found.unmatched:
        tell(f"提示：与上一年比较时，{sentence}。", err=True)
    return found


def join(survey: Survey, previous: Previous | None, unit: Unit | None = None) -> tuple[list[Checked], National]:
    """Check every document by itself and merge them."""
    from hrss12333.checking.engine import check
    from hrss12333.checking.rule import Scope
    from hrss12333.merging.comparisons import comparisons_of
    from hrss12333.merging.national_table import merge

    edition = survey.edition
    comparisons = comparisons_of(survey.documents, previous, edition.year)
    checked = [check(document, edition, comparisons, scopes=(Scope.FILE,)) for document in survey.documents]
    return checked, merge(checked, edition, comparisons=comparisons, only=unit, skipped=survey.reading.skipped)
