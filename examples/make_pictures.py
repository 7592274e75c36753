"""Make the README's pictures (pictures/): the terminal as rich draws it, the national workbook as LibreOffice prints it.

Needs LibreOffice (soffice) and pdftoppm; run by hand when what they show has changed::

    python examples/make_pictures.py
"""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
from pathlib import Path

from rich.console import Console

from hrss12333.checking import check
from hrss12333.cli import cli
from hrss12333.forms import SURVEY
from hrss12333.reading.documents import read_paths
from hrss12333.reporting.terminal import report_check

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
SHOWN = "faulty/01_勾稽不平_数字颠倒.xlsx"
COLUMNS = 96
RESOLUTION = 80
"""Dots per inch of the workbook's picture."""


def draw_terminal(target: Path) -> None:
    """What ``check`` prints for one faulty file, as SVG."""
    console = Console(record=True, width=COLUMNS, force_terminal=True, color_system="truecolor", file=io.StringIO())
    console.print(f"[bold]$ hrss12333 check {Path(SHOWN).name}[/bold]")
    checked = [check(document, SURVEY) for document in read_paths([HERE / SHOWN], SURVEY).documents]
    report_check(checked, (), console=console)
    drawn = console.export_svg(title="hrss12333", unique_id="check")
    # A picture fetches nothing from the network: the reader's own fixed-width font does.
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    target.write_text(drawn.replace(str(HERE) + "/", ""), encoding="utf-8", newline="\n")


def draw_workbook(target: Path) -> None:
    """The first page of the national workbook of the clean examples, as PNG."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "national.xlsx"
        cli.main(["merge", str(HERE / "filings"), "-o", str(book)], standalone_mode=False)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(book)]
        subprocess.run(convert, check=True, capture_output=True, timeout=300)
        page = ["-f", "1", "-l", "1", "-singlefile", "-r", str(RESOLUTION), "-png"]
        subprocess.run(["pdftoppm", *page, str(book.with_suffix(".pdf")), str(target.with_suffix(""))], check=True)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    draw_terminal(PICTURES / "check.svg")
    draw_workbook(PICTURES / "national.png")
