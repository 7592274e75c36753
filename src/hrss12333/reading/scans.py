"""Scans that go with a filing: the notice asks for the stamped paper, so many send a .pdf or picture beside the workbook."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from hrss12333.model.filing import Document, Filing, Unreadable
from hrss12333.model.problem import Problem
from hrss12333.reading.files.file_type import CONTAINERS
from hrss12333.reading.work_report import regions_named, unit_of_summary
from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.regions import Unit

_CONTAINERS = tuple(f".{kind}" for kind in CONTAINERS)


def accompanied(documents: Sequence[Document], gazetteer: Gazetteer) -> list[Document]:
    """The same documents; what is not to be read but goes with a filing that was, knows which (`Unreadable.beside`).

    It goes with a filing of the unit that its name gives; where it gives none, with the one that came in the same mail,
    archive or folder, if all that came there are one unit's. One that names a city goes with what has the city's row.
    """
    if not any(isinstance(item, Unreadable) and item.problem is Problem.OTHER_FORMAT for item in documents):
        return list(documents)
    filings = [item for item in documents if isinstance(item, Filing)]
    return [_with_company(item, filings, gazetteer) if isinstance(item, Unreadable) else item for item in documents]


def _with_company(scan: Unreadable, filings: Sequence[Filing], gazetteer: Gazetteer) -> Unreadable:
    if scan.problem is not Problem.OTHER_FORMAT:
        return scan
    named = unit_of_summary(scan.file, (), gazetteer)
    cities = regions_named(_last(scan.file), gazetteer)
    company = company_of(scan.file, named.unit if named else None, filings, cities)
    if not company:
        return scan
    beside = company[0].file
    return replace(scan, beside=beside, message=f"{scan.message}同一单位的“{_last(beside)}”已经读取，本文件只作留存。")


def _has_row_of(filing: Filing, cities: Sequence[str]) -> bool:
    known = {filing.unit.certain.get(city) if filing.unit else city for city in cities}
    return any(row.region in known for table in filing.tables for row in table.rows if row.region)


def company_of(file: str, unit: Unit | None, filings: Sequence[Filing], cities: Sequence[str] = ()) -> list[Filing]:
    """The filings that a file without one goes with: those of the unit that it names, else of the same mail, archive or
    folder, if all that came there are one unit's; where it names cities, those with a row of one of them."""
    place = _place(file)
    company = [filing for filing in filings if (filing.unit is unit if unit else _place(filing.file) == place)]
    company = [filing for filing in company if not cities or _has_row_of(filing, cities)]
    return company if len({filing.unit for filing in company}) == 1 else []


def _place(file: str) -> str:
    """The outermost mail or archive that a file came in, else its folder."""
    parts = file.replace("\\", "/").split("/")
    inside = next((number for number, part in enumerate(parts[:-1]) if part.lower().endswith(_CONTAINERS)), None)
    return "/".join(parts[:-1] if inside is None else parts[: inside + 1])


def _last(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]
