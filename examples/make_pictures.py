"""Make the README's pictures (pictures/): the terminal as rich prints it, the national workbook as LibreOffice prints it.

Needs LibreOffice (soffice), pdftoppm, Chromium and Noto Sans CJK; run by hand when what they show has changed::

    python examples/make_pictures.py
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from hrss12333.cli import cli
from hrss12333.inbox import Sent, judge
from hrss12333.questions.respondents import respondents_of
from hrss12333.reading.documents import read_paths
from hrss12333.reporting import Sink
from hrss12333.reporting.terminal import check
from hrss12333.survey.editions.y2019 import EDITION

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
SHOWN = "faulty/01_勾稽不平_数字颠倒.xlsx"
COLUMNS = 96
CELL, LINE = 8, 23
"""Size of one character cell of the terminal, in pixels."""
GROUND, TEXT, DIM = "#1e1e1e", "#d4d4d4", "#8a8a8a"
COLOURS = {1: "#f47070", 2: "#98c379", 3: "#e5c07b", 6: "#56b6c2"}
"""Number of an ANSI colour → how it is drawn."""
MARGIN = 12
RESOLUTION = 80
"""Dots per inch of the workbook's picture."""


def draw_terminal(target: Path) -> None:
    """What ``check`` prints for one faulty file, as PNG."""
    printed = [f"\x1b[1m$ hrss12333 check examples/{SHOWN}\x1b[0m"]
    inbox = judge(Sent(read_paths([HERE / SHOWN], EDITION).documents, EDITION, lists_missing=False))
    console = Console(width=COLUMNS, force_terminal=True, color_system="standard")
    check(respondents_of(inbox), [], None, Sink(printed.append, printed.append, console))
    lines = [Text.from_ansi(line.replace(f"{HERE.parent}/", "")) for line in printed]
    fonts = {bold: _font(bold) for bold in (False, True)}
    picture = Image.new("RGB", ((COLUMNS + 2) * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN), GROUND)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        left = MARGIN
        for offset, character in enumerate(line.plain):
            style = line.get_style_at_offset(console, offset)
            font = fonts[bool(style.bold)]
            number_of_colour = style.color.number if style.color else None
            colour = DIM if style.dim else COLOURS.get(number_of_colour or 0, TEXT)
            pen.text((left, MARGIN + number * LINE), character, fill=colour, font=font)
            # Chinese quotation marks are as wide as the font draws them, not as rich counts them.
            left += max(cell_len(character) * CELL, round(font.getlength(character)))
    picture.quantize(32).save(target, optimize=True)


def _font(bold: bool) -> ImageFont.FreeTypeFont:
    """A font in which a Chinese character is as wide as two Latin ones."""
    ask = f"Noto Sans Mono CJK SC:{'bold' if bold else 'regular'}"
    found = subprocess.run(["fc-match", "-f", "%{file}|%{index}", ask], check=True, capture_output=True, text=True)
    file, _, index = found.stdout.partition("|")
    return ImageFont.truetype(file, CELL * 2, index=int(index))


def draw_workbook(target: Path) -> None:
    """The overview of the national workbook of the clean examples, its figures and first charts, as PNG."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "12333全国汇总_2019.xlsx"
        cli.main(["merge", str(HERE / "filings"), "-o", str(book)], standalone_mode=False)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(book)]
        subprocess.run(convert, check=True, capture_output=True, timeout=300)
        page = ["-f", "1", "-l", "2", "-r", str(RESOLUTION), "-png"]
        subprocess.run(["pdftoppm", *page, str(book.with_suffix(".pdf")), str(folder / "page")], check=True)
        pages = [_trimmed(Image.open(path).convert("RGB")) for path in sorted(folder.glob("page-*.png"))]
    width = max(each.width for each in pages) + 2 * MARGIN
    whole = Image.new("RGB", (width, sum(each.height + MARGIN for each in pages) + MARGIN), "white")
    top = MARGIN
    for each in pages:
        whole.paste(each, ((width - each.width) // 2, top))
        top += each.height + MARGIN
    whole.quantize(32).save(target, optimize=True)


def draw_report(target: Path) -> None:
    """The HTML report of a mixed inbox as Chromium shows it, as PNG."""
    browser = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    with tempfile.TemporaryDirectory() as name:
        page, shot = Path(name) / "审核报告.html", Path(name) / "shot.png"
        cli.main(["check", str(HERE / "faulty"), str(HERE / "filings"), "--report", str(page)], standalone_mode=False)
        how = ["--headless=new", "--no-sandbox", "--hide-scrollbars", "--window-size=1100,900"]
        subprocess.run(
            [browser, *how, f"--screenshot={shot}", page.as_uri()], check=True, capture_output=True, timeout=120
        )
        Image.open(shot).convert("RGB").quantize(64).save(target, optimize=True)


def _trimmed(page: Image.Image) -> Image.Image:
    """The page without its footer and white edges."""
    page = page.crop((0, 0, page.width, round(page.height * 0.93)))
    return page.crop(ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox())


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    draw_terminal(PICTURES / "check.png")
    draw_workbook(PICTURES / "national.png")
    draw_report(PICTURES / "report.png")
