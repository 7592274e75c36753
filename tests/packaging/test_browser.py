"""12333.html in a real Chromium, opened from disk: what it finds and writes is the command line's, and it asks nothing of the
network."""

from __future__ import annotations

import base64
import fcntl
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cases import words
from chromium import Browser, chromium
from costly_files import COSTLY
from damaged import DAMAGED, document, seven_zip, workbook
from filing_styles import CHOICES_OF, Style, draw
from filing_writers import FORMATS, filing_of, write
from hrss12333.survey.editions.y2019 import EDITION
from random_inboxes import fill

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
READY = "document.getElementById('status').textContent === '可以开始。'"
ELSEWHERE = (".docx", ".docm", ".doc", ".wps", ".rtf", ".7z", ".rar")
"""Extensions of what is not audited in the page."""
BOMBS = words(
    "xlsx-unclosed | heading-square | forms-below | beside-the-form | last-column | xlsx-rows | "
    "mail-nested | rels-open | entries-open | sheets-alike | merged-sheets | hidden-columns | hidden-rows | "
    "loose-texts | sheets-of-headings | anchors-nested | paragraphs-nested | mails-of-attachments | "
    "mail-tags | comments-of-cells"
)
"""Those of the worker's list that the page reads, and that no reader takes."""
GOOD = ["广东省12333调查表.xlsx", "福建省12333调查表.xlsx"]
SAVED = 1_578_300_000
COMMAND = """(async (argv) => {
  const files = [...chosen].map(([path, file]) => [`/run/收件/${path}`, file]), found = await run(argv, files);
  const text = (bytes) => { let all = ""; for (let i = 0; i < bytes.length; i += 8192) all += String.fromCharCode(...bytes.subarray(i, i + 8192)); return btoa(all); };
  return { ...found, outputs: found.outputs.map(([name, bytes]) => [name, text(bytes)]) };
})(arguments[0])"""
"""A command line in the page, over the files that are chosen; its outputs in base64."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, made once a run as it is made for release, where none is given that was made before."""
    if given := os.environ.get("HRSS12333_PAGE"):
        return Path(given)
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", os.getpid())
    made = tmp_path_factory.getbasetemp().parent / f"12333-{run}.html"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several processes may share the tests
        if not made.exists():
            subprocess.run([sys.executable, ROOT / "packaging" / "browser" / "build.py", made], check=True)
    assert made.stat().st_size <= 18_000_000
    return made


@pytest.fixture(scope="module")
def browser(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    downloads = tmp_path_factory.mktemp("downloads")
    with chromium(downloads) as opened:
        opened.open(page)
        opened.wait(READY, 60)
        yield opened
        assert opened.heard_of_page() == []
        assert opened.run("fetch('http://example.invalid/').then(() => 'sent', () => 'refused')") == "refused"
        assert opened.heard_of_page() == []


def command_line(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    made = [sys.executable, "-m", "hrss12333", *arguments]
    return subprocess.run(made, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def choose(browser: Browser, *paths: Path) -> None:
    """Only these files and folders, dropped on the page."""
    browser.run("choose([])")
    browser.drop("#drop", *paths)
    browser.wait("chosen.size > 0")


def in_page(browser: Browser, *argv: str) -> Any:
    found = browser.run(COMMAND, argv)
    return {**found, "outputs": {name: base64.b64decode(text) for name, text in found["outputs"]}}


def styled(folder: Path, count: int) -> Path:
    """So many filings in mixtures of styles, in which each style that there is occurs."""
    folder.mkdir(parents=True)
    dice = random.Random(12333)
    styles: list[dict[str, Any]] = [{} for _ in range(count)]
    for name, options in CHOICES_OF.items():
        for style, option in zip(dice.sample(styles, len(options)), options, strict=True):
            style[name] = option
    for number, (unit, chosen) in enumerate(zip(dice.sample(EDITION.units, count), styles, strict=True)):
        writer = dice.choice([name for name in FORMATS if name != "docx"])
        for path in write(draw(filing_of(unit, dice), Style(**chosen), dice, writer), writer, folder):
            path.rename(folder / f"{unit.short}{number}{path.name}")
    return folder


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """收件 with two folders: filings in all styles, and whatever comes by mail; all of it can be read in the page."""
    top = tmp_path_factory.mktemp("inbox")
    styled(top / "收件" / "各省", 32)
    for seed in (7, 8, 9):
        fill(top / "收件" / "来件", seed)
    for path in (top / "收件").rglob("*"):
        if path.name.endswith(ELSEWHERE):
            path.unlink()
        elif path.is_file():
            os.utime(path, (SAVED, SAVED))
    return top


def test_check_finds_what_the_command_line_finds(browser: Browser, inbox: Path) -> None:
    assert len([path for path in inbox.rglob("*") if path.is_file()]) >= 40
    choose(browser, *sorted((inbox / "收件").iterdir()))
    argv = ["check", "--format", "json", "--", "收件/各省", "收件/来件"]
    found, expected = in_page(browser, *argv), command_line(inbox, *argv)
    assert found["status"] == expected.returncode
    assert json.loads(found["out"]) == json.loads(expected.stdout)


def cells(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Every cell of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {page.title: [*page.iter_rows(values_only=True)] for page in book.worksheets}


@pytest.mark.parametrize("unit", [(), ("--unit", "云南")], ids=["national", "unit"])
def test_merge_writes_what_the_command_line_writes(
    browser: Browser, inbox: Path, tmp_path: Path, unit: Sequence[str]
) -> None:
    choose(browser, *sorted((inbox / "收件").iterdir()))
    shutil.copytree(inbox / "收件", tmp_path / "收件")
    argv = ["merge", *unit, "--format", "json", "--", "收件/各省", "收件/来件"]
    found, expected = in_page(browser, *argv), command_line(tmp_path, *argv)
    assert (found["status"], json.loads(found["out"])) == (expected.returncode, json.loads(expected.stdout))
    written = {path.name: path for path in tmp_path.iterdir() if path.is_file()}
    assert written
    assert {name for name in found["outputs"] if name.endswith(".xlsx")} == written.keys()
    for name, path in written.items():
        assert cells(found["outputs"][name]) == cells(path.read_bytes())


def test_each_bad_file_is_a_sentence_and_the_others_are_read(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "来件"
    folder.mkdir()
    for name in GOOD:
        shutil.copy(EXAMPLES / "filings" / name, folder)
    for name, (_, make) in DAMAGED.items():
        (folder / f"坏-{name}.xlsx").write_bytes(make())
    for name in BOMBS:
        (folder / f"费-{name}.{COSTLY[name].extension}").write_bytes(COSTLY[name].make(COSTLY[name].once))
    browser.run("SECONDS = 6")
    choose(browser, folder)
    found = in_page(browser, "check", "--format", "json", "--", "收件/来件")
    report = json.loads(found["out"])
    rules = {Path(file["path"]).name: {finding["rule"] for finding in file["findings"]} for file in report["files"]}
    read = [name for name, found in rules.items() if not found & {"F001", "F002", "F003", "F004", "F005"}]
    assert [name for name in read if name != "费-hidden-rows.xlsx"] == GOOD  # which a quick machine reads in time
    assert len(report["files"]) + len(report["skipped"]) == len([*folder.iterdir()]) > 32
    assert sum("F004" in found for found in rules.values()) >= 8
    assert in_page(browser, "check", "--", *(f"收件/来件/{name}" for name in GOOD))["status"] == 0


def press(browser: Browser, button: str) -> str:
    """Press a button and wait for its end; the words that are shown then, of the report too."""
    browser.click(f"#{button}")
    browser.wait("!job")
    time.sleep(0.5)
    # What the command line says of itself, the page says of its buttons and options.
    assert not re.search("--[a-z]|hrss12333 [a-z]|/run/", browser.run("$('results').textContent"))
    return str(browser.run("$('results').innerText + $('report').srcdoc"))


def test_a_clerk_uses_the_page(browser: Browser, tmp_path: Path) -> None:
    """Files by the buttons, a file that is not read here, a name that would be markup, every button, and downloads."""
    folder, odd = tmp_path / "收件夹", "<img src=x onerror=document.title='被改'>.xlsx"
    (folder / "第一批").mkdir(parents=True)
    shutil.copy(EXAMPLES / "faulty" / "01_勾稽不平_数字颠倒.xlsx", folder / "第一批" / odd)
    shutil.copy(EXAMPLES / "filings" / GOOD[0], folder)
    (folder / "四川省.docx").write_bytes(document())
    (folder / "重庆市.7z").write_bytes(seven_zip([("a.xlsx", workbook())]))
    browser.run("choose([])")
    browser.click("#check")
    assert "还没有选择文件" in browser.run("$('status').textContent")
    browser.give("#files", EXAMPLES / "filings" / GOOD[1])
    browser.wait("chosen.size === 1")
    shown = press(browser, "check")
    assert "2019年度12333电话服务情况审核报告" in shown
    browser.give("#folder", folder)
    browser.wait("chosen.size === 4")
    shown = press(browser, "check")
    first = "本页未审核2个文件：四川省.docx、重庆市.7z。"
    assert browser.run("$('out').textContent").startswith(first)
    assert first in shown
    assert browser.run("document.title") == "12333电话服务情况：审核和汇总"
    browser.ask("frame", id=browser.find("#report"))
    assert browser.run("document.querySelector('output').textContent").startswith("显示")
    browser.ask("frame/parent")
    browser.run("$('unit').value = '广东'")
    shown = press(browser, "merge")
    browser.run("$('unit').value = ''")
    names = ["12333报送表_2019_广东省.xlsx", "12333汇总_2019_广东省.xlsx", "审核报告.html", "全部结果.zip"]
    assert browser.run("[...document.querySelectorAll('#links a')].map((link) => link.download)") == names
    browser.click("#links li:nth-child(4) a")
    archive = browser.downloads / "全部结果.zip"
    while not zipfile.is_zipfile(archive):  # it is there before it is whole
        time.sleep(0.1)
    with zipfile.ZipFile(archive) as packed:
        assert packed.namelist() == names[:3]
        assert first in str(cells(packed.read(names[1]))["概览"])
    press(browser, "template")
    assert browser.run("document.querySelector('#links a').download") == "12333调查表_2019.xlsx"
    assert browser.run("$('out').textContent").endswith("填好后可用本页审核。")
    browser.give("#previous", EXAMPLES / "filings" / GOOD[0])
    assert "“上一年的汇总表或报送表”要知道是哪个单位的表：请同时用“单位”写明单位。" in press(browser, "template")
    browser.run("$('previous').value = ''")


def test_the_page_can_be_stopped_and_goes_on(browser: Browser) -> None:
    browser.give("#folder", EXAMPLES / "filings")
    browser.wait("chosen.size > 30")
    browser.click("#check")
    browser.wait("$('step').textContent.includes('共')")
    browser.click("#stop")
    assert browser.run("[$('status').textContent, $('stop').disabled]") == ["已停止。", True]
    assert "32个单位" in press(browser, "check")


def test_a_browser_too_old_is_told_so(page: Path, tmp_path: Path) -> None:
    with chromium(tmp_path) as opened:
        opened.devtools("Page.addScriptToEvaluateOnNewDocument", source="delete window.DecompressionStream")
        opened.open(page)
        opened.wait("!$('old').hidden && $('main').hidden")
        assert "请用2022年以后的 Edge" in opened.run("document.body.innerText")


def test_a_file_changed_since_it_was_chosen_is_named(browser: Browser, tmp_path: Path) -> None:
    path = Path(shutil.copy(EXAMPLES / "filings" / GOOD[0], tmp_path))
    browser.give("#files", path)
    browser.wait("chosen.size === 1")
    path.write_bytes(b"other")
    assert f"请重新选择：{GOOD[0]}" in press(browser, "check")
    assert browser.run("getComputedStyle($('words').firstChild).backgroundColor") == "rgb(255, 199, 206)"
