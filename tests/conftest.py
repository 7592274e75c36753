"""What all tests share: LibreOffice where it is installed, and how many examples the property tests try.

Environment:
    HRSS12333_REQUIRE_LIBREOFFICE=1  a test that needs LibreOffice fails where it is missing, instead of being skipped
    HRSS12333_PROPERTY=full          property tests try 2,000 examples each (`full`), instead of a few dozen (`quick`)
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xlsxwriter import worksheet

from hrss12333.reading import documents
from hrss12333.reading.files import child_process, libreoffice
from hrss12333.reporting.letters import returns
from hrss12333.reporting.letters.letter import LetterKind, Recipient
from hrss12333.survey.editions import EDITIONS
from hrss12333.survey.editions.y2019 import EDITION
from merge_runs import read_once
from saved_elsewhere import WANTED, Maker

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
REQUIRE_LIBREOFFICE = os.environ.get("HRSS12333_REQUIRE_LIBREOFFICE", "") not in ("", "0")
LIBREOFFICE_MISSING = "LibreOffice (soffice) is not installed on this machine"

# Garbage is looked for seldom, as in the program itself, and not in what all tests keep.
gc.set_threshold(100_000, 50, 100)

# Programs that the tests start share their compiled modules, whatever the shell says: a hundred starts are then half as long.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=40, deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.register_profile("full", max_examples=2000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HRSS12333_PROPERTY", "quick"))

AT_ONCE = 100
_NUMBERS = count()
_READ_ONCE = read_once(documents.read_paths)
write_profile = libreoffice._write_profile
"""As the program does it; `_patience` puts another in its place."""
Convert = Callable[[Path, str], Path]
"""``convert(path, to)``: the file that LibreOffice makes of ``path``; ``to`` as its --convert-to takes it (xlsx, pdf,
``xls:MS Excel 97``)."""
ConvertAll = Callable[[Sequence[Path], str], list[Path]]
"""The same of several; as text it makes a file of each sheet."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs LibreOffice where it is missing, and say so; fail instead where CI demands that it ran."""
    if item.get_closest_marker("libreoffice") and SOFFICE is None:
        if REQUIRE_LIBREOFFICE:
            pytest.fail(f"{LIBREOFFICE_MISSING}, but HRSS12333_REQUIRE_LIBREOFFICE is set", pytrace=False)
        pytest.skip(LIBREOFFICE_MISSING)


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What LibreOffice has to start for takes long."""
    for item in items:
        if item.get_closest_marker("libreoffice"):
            item.add_marker(pytest.mark.long)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _survey_of_2019() -> Iterator[None]:
    """The tests are about the survey of 2019 (and `next_edition`), whatever notices have come since."""
    with pytest.MonkeyPatch.context() as patch:
        for year in EDITIONS.keys() - {EDITION.year}:
            patch.delitem(EDITIONS, year)
        yield


@pytest.fixture(scope="session", autouse=True)
def _patience(request: pytest.FixtureRequest) -> Iterator[None]:
    """Other work on this machine may slow the program's helpers: the clock ends them far later, their own work as ever. And
    nothing waits for the disk, nor for the smallest file, nor for LibreOffice to start as if it never had before."""

    def started_before(profile: Path) -> None:
        shutil.copytree(request.getfixturevalue("program_profile"), profile)

    with pytest.MonkeyPatch.context() as patch:
        if SOFFICE is not None:
            patch.setattr(libreoffice, "_write_profile", started_before)
        patch.setattr(child_process, "_PATIENCE", 100)
        patch.setattr(child_process, "_START_TIME", 600.0)
        patch.setattr(libreoffice, "_START_TIME", 600.0)
        patch.setattr(os, "fsync", lambda _: None)  # no test here cuts the power
        patch.setattr(zlib, "Z_DEFAULT_COMPRESSION", 1)
        yield


@pytest.fixture(scope="session", autouse=True)
def _each_formula_is_looked_through_once() -> Iterator[None]:
    """The official form's are long, and the same in most of the tests that write it."""
    search = lru_cache(20_000)(worksheet.re_dynamic_function.search)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worksheet, "re_dynamic_function", SimpleNamespace(search=search))
        yield


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As pytest's own, which looks through all earlier ones for a name that is free."""
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
    usual = returns._recipients

    def recipients(*given: Any) -> list[Recipient]:
        return [one for one in usual(*given) if one.kind is not LetterKind.REMINDER or one.name == "海南省"]

    patch.setattr(returns, "_recipients", recipients)


@pytest.fixture(scope="module")
def examples_read_once() -> Iterator[None]:
    """All runs over the same examples take what was read of them first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "read_paths", _READ_ONCE)
        yield


@pytest.fixture
def no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without it: ``compile`` leaves the page numbers of its contents to Word, which is a second sooner."""
    monkeypatch.setattr(libreoffice, "program", lambda: None)


def libreoffice_runs(profile: Path, to: str, folder: Path, paths: Sequence[Path]) -> subprocess.CompletedProcess[bytes]:
    command = [SOFFICE or "soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", to]
    command += ["--outdir", str(folder), *map(str, paths)]
    return subprocess.run(command, capture_output=True, timeout=600, check=False)


@pytest.fixture(scope="session")
def soffice_profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A LibreOffice user profile of this test process's own, so that parallel runs don't wait for one another; it was started
    in it once: the first start takes three times as long as any other."""
    folder = tmp_path_factory.mktemp("libreoffice")
    if SOFFICE is not None:
        libreoffice_runs(folder / "profile", "pdf", folder, [Path(__file__).with_name("texts") / "README.md"])
    return folder / "profile"


@pytest.fixture(scope="session")
def program_profile(soffice_profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the settings that the program writes, in which charts are not drawn, either."""
    folder, settings = tmp_path_factory.mktemp("program"), Path("user", "registrymodifications.xcu")
    write_profile(folder / "settings")
    if SOFFICE is None:
        return folder / "settings"
    shutil.copytree(soffice_profile, folder / "profile")
    items = (folder / "settings" / settings).read_text(encoding="utf-8").partition("<item ")
    known = (soffice_profile / settings).read_text(encoding="utf-8")
    (folder / "profile" / settings).write_text(known.replace("</oor:items>", items[1] + items[2]), encoding="utf-8")
    return folder / "profile"


@pytest.fixture(scope="session")
def soffice_convert_all(soffice_profile: Path, tmp_path_factory: pytest.TempPathFactory) -> ConvertAll:
    """Convert files of different names with LibreOffice, a hundred in each start: it has broken off after 248."""

    def convert(paths: Sequence[Path], to: str) -> list[Path]:
        target = tmp_path_factory.mktemp("converted")
        ending, results = to.partition(":")[0], []
        for start in range(0, len(paths), AT_ONCE):
            some = paths[start : start + AT_ONCE]
            done = libreoffice_runs(soffice_profile, to, target, some)
            for path in some:
                whole, sheets = target / f"{path.stem}.{ending}", sorted(target.glob(f"{path.stem}-*.{ending}"))
                made = [whole] if whole.exists() else sheets
                assert made, f"LibreOffice made nothing of {path.name}: {done.stdout!r} {done.stderr!r}"
                results += made
        return results

    return convert


@pytest.fixture(scope="session")
def saved_elsewhere(
    soffice_convert_all: ConvertAll, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, Maker], bytes]:
    """``saved_elsewhere(kind, maker)``: what `saved_as` asks for."""

    @cache
    def converted(kind: str) -> dict[Maker, bytes]:
        makers, folder = list(dict.fromkeys(WANTED[kind])), tmp_path_factory.mktemp("saved")
        paths = [folder / f"{number}.xlsx" for number, _ in enumerate(makers)]
        for path, make in zip(paths, makers, strict=True):
            path.write_bytes(make())
        made = soffice_convert_all(paths, kind)
        return {make: path.read_bytes() for make, path in zip(makers, made, strict=True)}

    return lambda kind, maker: converted(kind)[maker]


@pytest.fixture
def saved(request: pytest.FixtureRequest, saved_elsewhere: Callable[[str, Maker], bytes]) -> bytes:
    return saved_elsewhere(*request.param)


@pytest.fixture(scope="session")
def soffice_convert(soffice_convert_all: ConvertAll) -> Convert:
    return lambda path, to: soffice_convert_all([path], to)[0]
