"""What README.md and docs/ say is true: commands, options, the rules table, libraries and links."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import click
import docx
import openpyxl
import pytest
from click.testing import CliRunner

import damaged
from conftest import Convert
from factory import Style, clean_rows, filing, mail
from hrss12333.cli import cli
from hrss12333.model.filing import Filing
from hrss12333.reading.files.file_type import FORMAT_TABLE
from hrss12333.survey.schema import Kind
from merge_runs import found_as

ROOT = Path(__file__).parents[1]
CHINESE = (ROOT / "README.md").read_text(encoding="utf-8")
ENGLISH = (ROOT / "README.en.md").read_text(encoding="utf-8")
DOCS = {f"docs/{path.name}": path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
PAGES = {"README.md": CHINESE, "README.en.md": ENGLISH}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def between(text: str, name: str) -> str:
    match = re.search(f"<!-- {name}:begin -->\n(.*?)<!-- {name}:end -->", text, re.DOTALL)
    assert match, f"the markers {name} are missing"
    return match[1]


def block_after(text: str, mark: str) -> str:
    match = re.search(f"<!-- {mark} -->\n```[a-z]*\n(.*?)\n```", text, re.DOTALL)
    assert match, f"no code block follows {mark}"
    return match[1]


def commands() -> dict[str, click.Command]:
    context = click.Context(cli)
    found = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    return {name: command for name, command in found.items() if command}


def options(command: click.Command) -> set[str]:
    context = click.Context(command)
    return {name for parameter in command.get_params(context) for name in (*parameter.opts, *parameter.secondary_opts)}


def written_commands(text: str) -> list[tuple[str, list[str]]]:
    """Every ``hrss12333 COMMAND …`` in the page's code, with the options that stand on its line."""
    blocks = [*re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL), *re.findall(r"`(hrss12333 [^`\n]*)`", text)]
    found = [re.search(r"(?:^|[\s\\/])hrss12333 +(\w+)(.*)", line) for block in blocks for line in block.splitlines()]
    return [(match[1], re.findall(r"(?<!\S)\[?(--?[a-z][a-z-]*)", match[2])) for match in found if match]


def test_the_rules_table_is_the_programs_own() -> None:
    result = CliRunner().invoke(cli, ["rules", "--format", "markdown"])
    assert result.exit_code == 0
    assert between(DOCS["docs/rules.md"], "rules") == result.stdout


@pytest.mark.parametrize("mark", ["merge-command", "test-command"])
def test_both_pages_give_the_same_commands(mark: str) -> None:
    assert block_after(CHINESE, mark) == block_after(ENGLISH, mark)
    assert "\n" not in block_after(CHINESE, mark)


@pytest.mark.parametrize("page", [*PAGES, "docs/usage.md", "docs/rules.md"])
def test_commands_and_options_exist(page: str) -> None:
    known = {name: {*options(command), "--help"} for name, command in commands().items()}
    written = written_commands({**PAGES, **DOCS}[page])
    assert written
    assert [(name, used) for name, used in written if name not in known or not known[name].issuperset(used)] == []


def test_the_first_page_is_short() -> None:
    assert len(CHINESE.splitlines()) <= 110


def test_headings_that_the_first_screen_leads_to_are_there() -> None:
    """By the names that web pages of repositories give them: without signs and blanks."""
    anchors = {
        re.sub(r"[^\w-]", "", line.lstrip("# ").replace(" ", "-")) for line in CHINESE.splitlines() if line[:1] == "#"
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", CHINESE)) <= anchors


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_mentioned(page: str) -> None:
    assert set(commands()) - {name for name, _ in written_commands(PAGES[page])} == set()


def test_every_library_is_explained_with_its_version() -> None:
    table = between(DOCS["docs/libraries.md"], "libraries")
    rows = {line.split("|")[1].strip(): line.split("|")[2].strip() for line in table.splitlines()[2:]}
    declared = {}
    for requirement in PROJECT["project"]["dependencies"]:
        name, low, high = re.fullmatch(r"([\w-]+)>=([\d.]+),<([\d.]+)", requirement).groups()  # type: ignore[union-attr]
        declared[name] = f"≥{low}，<{high}"
    assert rows == declared


@pytest.mark.parametrize("page", ["README.md", "README.en.md", "examples/README.md", "CHANGELOG.md", *DOCS])
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_the_pages_are_for_readers_without_this_machine() -> None:
    assert [text for text in (*PAGES.values(), *DOCS.values()) if re.search(r"https?://\S+", text)] == []


def test_the_changelog_knows_this_version() -> None:
    assert f"\n## {PROJECT['project']['version']}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# The table of formats: the same filing, in each of them, is read with the same figures


FORMATS = Path(__file__).parents[1] / "docs" / "formats.md"
UNIT = "宁夏回族自治区"
STYLE = Style(total="typed")
"""Without formulas, which not every writer here can store."""


def named() -> set[str]:
    """Suffixes in the table."""
    text = FORMATS.read_text(encoding="utf-8")
    table = text.partition("<!-- formats:begin -->")[2].partition("<!-- formats:end -->")[0]
    return {suffix for line in table.splitlines()[2:] for suffix in re.findall(r"\.[a-z0-9]+", line.split("|")[1])}


FILING = filing(UNIT, style=STYLE)
INSIDE = [("宁夏/调查表.xlsx", FILING)]


def as_docx() -> bytes:
    document = docx.Document()
    for sheet in openpyxl.load_workbook(io.BytesIO(FILING)).worksheets:
        table = document.add_table(sheet.max_row, sheet.max_column)
        for line, values in zip(table.rows, sheet.iter_rows(values_only=True), strict=True):
            for cell, value in zip(line.cells, values, strict=True):
                cell.text = "" if value is None else str(value)
        document.add_paragraph("")
    return damaged.bytes_of(document)


MAKERS: dict[str, Callable[[], bytes]] = {
    ".xlsx": lambda: FILING,
    ".xlsm": lambda: damaged.with_parts(FILING, {damaged.MACROS: damaged.ole({"dir": b"x"})}),
    ".docx": as_docx,
    ".docm": lambda: damaged.with_parts(as_docx(), damaged.WORD_MACROS),
    ".zip": lambda: damaged.archive(INSIDE, encoding="gbk"),
    ".7z": lambda: damaged.seven_zip(INSIDE),
    ".rar": lambda: damaged.stored_rar(INSIDE),
    ".eml": lambda: mail(("调查表.xlsx", FILING)),
}
CONVERTED = {
    **dict.fromkeys((".xls", ".et"), (".xlsx", "xls:MS Excel 97")),
    ".doc": (".docx", "doc"),
    ".wps": (".docx", "doc"),
    ".rtf": (".docx", "rtf"),
}
"""Suffix → what LibreOffice makes it from, and how; .et is an .xls by another name, .wps a .doc."""


def assert_read(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    read = found_as(Filing, path)
    assert read.unit is not None
    assert read.unit.name == UNIT
    assert read.tables
    for table in read.tables:
        keys = [column.key for column in table.form.columns if column.kind not in (Kind.SERIAL, Kind.TEXT)]
        written = [{key: row[key] for key in keys} for row in clean_rows(UNIT, table.form)]
        assert [{key: row.scalars()[key] for key in keys} for row in table.rows] == written


def test_the_table_names_every_format_that_is_read_and_none_that_nobody_knows() -> None:
    read = [item for item in FORMAT_TABLE if item.reader or item.unpacks or item.converted]
    refused = {f".{extension}" for item in FORMAT_TABLE if item not in read for extension in item.extensions.split()}
    tried = {*MAKERS, *CONVERTED}
    assert {f".{item.extensions.split()[0]}" for item in read if item.extensions} <= tried
    assert tried <= named() <= tried | refused


@pytest.mark.parametrize("suffix", MAKERS)
def test_is_read(suffix: str, tmp_path: Path) -> None:
    assert_read(MAKERS[suffix](), tmp_path / f"调查表{suffix}")


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", CONVERTED)
def test_is_read_as_libreoffice_writes_it(suffix: str, tmp_path: Path, soffice_convert: Convert) -> None:
    made, to = CONVERTED[suffix]
    path = tmp_path / f"调查表{made}"
    path.write_bytes(MAKERS[made]())
    assert_read(soffice_convert(path, to).read_bytes(), tmp_path / f"调查表{suffix}")
