"""Make the examples: 32 clean filings with a few 工作总结 (filings/), and faulty files to learn from (faulty/).

Everything is synthetic. The same version of the script gives the same files on every machine::

    python examples/make_examples.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from filing_faults import FAULTS, fault_table, write_fault
from filing_figures import FIGURES, RowData, header
from filing_layouts import SAVED, Style, save, sheet, short_name
from filing_summaries import UNITS, write_summary
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form
from hrss12333.writing.official import write_official
from hrss12333.writing.official.layout import FormContent as OfficialSheet

HERE = Path(__file__).parent
FILINGS, FAULTY = "filings", "faulty"
TABLE = ("<!-- faults:begin -->", "<!-- faults:end -->")

STYLES: tuple[Style | None, ...] = (
    None,
    Style(),
    None,
    Style(header="cells", sample=False, label=False, title_year=True),
    None,
    None,
    Style(sample=False, total="typed", spare_rows=2),
    None,
    Style(header="inline", total="none", notes=False),
    None,
    Style(header="cells", short_regions=True),
    None,
    Style(total="blank", spare_rows=3, notes=False),
    None,
)
"""How units lay out their forms, in turn; None is the official workbook filled in."""
NAMES = ("{name}12333调查表.xlsx", "{short}_附表1附表2.xlsx", "12333电话服务情况（{short}）.xlsx")


def rows_of(unit: Unit, form: Form, style: Style) -> list[RowData]:
    """A unit's rows, its regions written as the style has it."""
    rows = FIGURES[form.key](unit)
    if style.short_regions:
        return [{**row, "region": short_name(unit, str(row["region"]))} for row in rows]
    return rows


def write_clean(folder: Path, number: int, unit: Unit) -> None:
    """Write the filing of one unit, in the style that its number gives it."""
    style = STYLES[number % len(STYLES)]
    path = folder / NAMES[number % len(NAMES)].format(name=unit.name, short=unit.short)
    if style is None:
        filled = [OfficialSheet(form, header(unit), FIGURES[form.key](unit), spare=3) for form in EDITION.forms]
        write_official(path, EDITION, filled, created=SAVED)
    else:
        save(path, [sheet(form, header(unit), rows_of(unit, form, style), style) for form in EDITION.forms])


def make(folder: Path) -> None:
    """Write all examples below ``folder``; what an earlier run left there is removed."""
    for name in (FILINGS, FAULTY):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for old in (folder / name).iterdir():
            old.unlink()
    for number, unit in enumerate(EDITION.units):
        write_clean(folder / FILINGS, number, unit)
        if unit.short in UNITS:
            write_summary(folder / FILINGS / f"{unit.name}12333工作总结.docx", unit)
    for fault in FAULTS:
        write_fault(folder / FAULTY, fault)
    readme = folder / "README.md"
    if readme.exists():
        text = readme.read_text(encoding="utf-8")
        before, after = text.split(TABLE[0])[0], text.split(TABLE[1])[1]
        readme.write_text(f"{before}{TABLE[0]}\n{fault_table()}\n{TABLE[1]}{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
