"""What README.md and docs/ say is true: commands, options, the rules table, libraries and links."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from hrss12333.cli import cli

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
