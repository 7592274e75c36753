"""What all tests share: LibreOffice where it is installed, and what is set aside for them.

Environment:
    HRSS12333_REQUIRE_LIBREOFFICE=1  a test that needs LibreOffice fails where it is missing, instead of being skipped
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from xlsxwriter import worksheet

import hrss12333
from hrss12333.reading.documents import read_paths
from hrss12333.reading.files import programs
from hrss12333.reporting import returns
from hrss12333.reporting.letter import LetterKind, Recipient
from hrss12333.survey.editions import EDITIONS
from hrss12333.survey.editions.y2019 import EDITION
from merge_runs import read_once

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
LIBREOFFICE_MISSING = "LibreOffice (soffice) is not installed on this machine"

# Garbage is looked for seldom, as in the program itself, and not in what all tests keep.
gc.set_threshold(100_000, 50, 100)

# Programs that the tests start share their compiled modules, whatever the shell says: a hundred starts are then half as long.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

AT_ONCE = 100
"""Files of one start of LibreOffice, which has broken off after 248."""
_NUMBERS = count()
_READ_ONCE = read_once(read_paths)
Convert = Callable[[Path, str], Path]
"""``convert(path, to)``: the file that LibreOffice makes of ``path``; ``to`` as its --convert-to takes it (xlsx, pdf,
``xls:MS Excel 97``)."""
ConvertAll = Callable[[Sequence[Path], str], list[Path]]
"""Several files converted; as text there is a file of each sheet."""
Resaved = Callable[[bytes, str], bytes]
"""``resaved(data, kind)``: an .xlsx as LibreOffice saves it in this format."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs LibreOffice where it is missing, and say so; fail instead where CI demands that it ran."""
    if item.get_closest_marker("libreoffice") and SOFFICE is None:
        if os.environ.get("HRSS12333_REQUIRE_LIBREOFFICE", "") not in ("", "0"):
            pytest.fail(f"{LIBREOFFICE_MISSING}, but HRSS12333_REQUIRE_LIBREOFFICE is set", pytrace=False)
        pytest.skip(LIBREOFFICE_MISSING)


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What LibreOffice has to start for takes long. The longest tests of all begin first, so that no process waits for them."""
    items.sort(key=lambda item: item.path.stem not in ("test_golden", "test_rounds"))
    for item in items:
        if item.get_closest_marker("libreoffice"):
            item.add_marker(pytest.mark.long)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _all_tests() -> Iterator[None]:
    """They are about the survey of 2019 (and `next_edition`), whatever notices have come since. Other work on this machine may
    slow the program's helpers: the clock ends them far later, their own work as ever. Nothing waits for the disk, and the
    official form's formulas, which are long and the same in most tests, are looked through once."""
    search = lru_cache(20_000)(worksheet.re_dynamic_function.search)
    with pytest.MonkeyPatch.context() as patch:
        for year in EDITIONS.keys() - {EDITION.year}:
            patch.delitem(EDITIONS, year)
        patch.setattr(programs, "START_TIME", 600.0)
        patch.setattr(os, "fsync", lambda _: None)  # no test here cuts the power
        patch.setattr(zlib, "Z_DEFAULT_COMPRESSION", 1)
        patch.setattr(worksheet, "re_dynamic_function", SimpleNamespace(search=search))
        yield


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A numbered folder: pytest's own fixture looks through all earlier ones for a name that is free."""
    folder = tmp_path_factory.getbasetemp() / f"test{next(_NUMBERS)}"
    folder.mkdir()
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs in an empty folder of its own."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def few_reminders(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that look into none of them."""
    write_few_reminders(monkeypatch)


def write_few_reminders(patch: pytest.MonkeyPatch) -> None:
    """Of those that sent nothing, thirty where two units sent something, 海南省 alone is written to."""
    usual = returns.recipients_of

    def recipients(*given: Any) -> list[Recipient]:
        return [one for one in usual(*given) if one.kind is not LetterKind.REMINDER or one.name == "海南省"]

    patch.setattr(returns, "recipients_of", recipients)


@pytest.fixture(scope="module")
def examples_read_once() -> Iterator[None]:
    """All runs over the same examples take what was read of them first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hrss12333.cli.received.read_paths", _READ_ONCE)
        yield


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was sent is opened here, where a test may have changed something."""
    monkeypatch.setattr(hrss12333, "worker", "reading.worker:Worker")


@pytest.fixture
def no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without it."""
    monkeypatch.setattr(programs, "program", lambda: None)


@pytest.fixture(scope="session")
def soffice_convert_all(tmp_path_factory: pytest.TempPathFactory) -> ConvertAll:
    """Convert files of different names with LibreOffice, in a profile of this test process's own: parallel runs do not wait
    for one another."""
    profile = tmp_path_factory.mktemp("libreoffice").as_uri()

    def convert(paths: Sequence[Path], to: str) -> list[Path]:
        target = tmp_path_factory.mktemp("converted")
        ending, results = to.partition(":")[0], []
        command = [SOFFICE or "soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", to]
        for start in range(0, len(paths), AT_ONCE):
            some = paths[start : start + AT_ONCE]
            asked = [*command, "--outdir", str(target), *map(str, some)]
            done = subprocess.run(asked, capture_output=True, timeout=600, check=False)
            for path in some:
                whole, sheets = target / f"{path.stem}.{ending}", sorted(target.glob(f"{path.stem}-*.{ending}"))
                made = [whole] if whole.exists() else sheets
                assert made, f"LibreOffice made nothing of {path.name}: {done.stdout!r} {done.stderr!r}"
                results += made
        return results

    return convert


@pytest.fixture(scope="session")
def soffice_convert(soffice_convert_all: ConvertAll) -> Convert:
    return lambda path, to: soffice_convert_all([path], to)[0]


@pytest.fixture
def resaved(soffice_convert: Convert, tmp_path: Path) -> Resaved:
    def saved(data: bytes, kind: str) -> bytes:
        (tmp_path / "a.xlsx").write_bytes(data)
        return soffice_convert(tmp_path / "a.xlsx", kind).read_bytes()

    return saved
