"""Word files of old, converted by LibreOffice: in few starts, in a folder that goes, within limits, and words where it is missing."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from errno import ENOSPC
from pathlib import Path

import pytest

from conftest import SOFFICE, Convert
from damaged import ole
from factory import letter, write_filing
from hrss12333.model.filing import Filing, Unreadable, WorkReport
from hrss12333.model.row import Problem
from hrss12333.reading.documents import read_paths
from hrss12333.reading.files import programs
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.grid import FileProblem
from hrss12333.survey.editions.y2019 import EDITION

UNIT = "宁夏回族自治区"
TEXT = "一、基本情况。2019年，全区12333电话咨询服务工作平稳有序。" * 20


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier test converted is not known, and the program is found, whether it is there or not."""
    monkeypatch.setattr(programs, "_kept", {})
    monkeypatch.setattr(programs, "_silent", set())
    monkeypatch.setattr(programs, "program", lambda: SOFFICE or "soffice")


def stand_in(folder: Path, patch: pytest.MonkeyPatch, script: str) -> None:
    """A script in the place of LibreOffice."""
    office = folder / "soffice"
    office.write_text(f"#!/bin/sh\n{script}\n")
    office.chmod(0o700)
    patch.setattr(programs, "program", lambda: str(office))


@pytest.mark.long
@pytest.mark.libreoffice
def test_word_files_of_old_go_through_one_start(
    tmp_path: Path, soffice_convert: Convert, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "总结.docx").write_bytes(letter(TEXT))
    folder = tmp_path / "in"
    folder.mkdir()
    for kind in ("doc", "rtf"):
        (folder / f"{kind}.{kind}").write_bytes(soffice_convert(tmp_path / "总结.docx", kind).read_bytes())
    (folder / "w.wps").write_bytes((folder / "doc.doc").read_bytes())
    (folder / "坏.doc").write_bytes(ole({"WordDocument": b"x"}))
    starts: list[int] = []
    start = programs._start

    def counted(office: str, given: Sequence[tuple[str, bytes]]) -> list[bytes | None]:
        starts.append(len(given))
        return start(office, given)

    monkeypatch.setattr(programs, "_start", counted)
    documents = {Path(item.file).name: item for item in read_paths([folder], EDITION).documents}
    assert {name: type(item) for name, item in documents.items()} == {
        "doc.doc": WorkReport,
        "rtf.rtf": WorkReport,
        "w.wps": WorkReport,
        "坏.doc": Unreadable,
    }
    assert len(starts) <= 2  # another one for what came after the document that stopped the first
    summary = documents["doc.doc"]
    assert isinstance(summary, WorkReport)
    assert summary.paragraphs == (TEXT,)


def test_without_libreoffice_it_is_said_how_to_save(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "program", lambda: None)
    with pytest.raises(FileProblem, match=r"另存为 \.docx") as raised:
        open_document(b"{\\rtf1 x}")
    assert raised.value.kind is Problem.OTHER_FORMAT


@pytest.mark.parametrize("together", [1, 2, 3, 10])
def test_many_documents_go_through_several_starts(together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[int] = []

    def start(_: object, documents: list[tuple[str, bytes]], *_limits: object) -> list[bytes | None]:
        starts.append(len(documents))
        good = [data != b"3" for _, data in documents]
        return [data if all(good[: at + 1]) else None for at, (_, data) in enumerate(documents)]

    monkeypatch.setattr(programs, "_start", start)
    monkeypatch.setattr(programs, "_MOST_TOGETHER", together)
    documents = [b"%d" % number for number in range(7)]
    programs.convert([("doc", data) for data in documents])
    assert [programs.as_docx("doc", data) for data in documents] == [b"0", b"1", b"2", None, b"4", b"5", b"6"]
    assert max(starts) <= together


def test_a_full_disk_costs_word_files_of_old_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    (tmp_path / "总结.rtf").write_bytes(b"{\\rtf1 x}")
    write_filing(tmp_path / "表.xlsx", UNIT)
    found = {Path(item.file).name: item for item in read_paths([tmp_path], EDITION).documents}
    refused = found["总结.rtf"]
    assert isinstance(refused, Unreadable)
    assert (refused.problem, "磁盘已满" in refused.message.text) == (Problem.OTHER_FORMAT, True)
    assert isinstance(found["表.xlsx"], Filing)


@pytest.mark.skipif(sys.platform == "win32", reason="a script of Unix stands for LibreOffice")
def test_libreoffice_lives_in_a_folder_that_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a script writes where programs keep what they know of their user."""
    seen, writes = tmp_path / "seen", 'mkdir -p "$HOME/.cache/dconf" "$XDG_CONFIG_HOME/x"\n'
    stand_in(tmp_path, monkeypatch, f'{writes}echo "$HOME $XDG_CACHE_HOME $SAL_DISABLE_CUPS" > "{seen}"')
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert programs.as_docx("rtf", b"{\\rtf1 x}") is None
    home, cache, printers = seen.read_text().split()
    assert (home, printers) == (cache, "1")
    assert not Path(home).exists()
    assert not (tmp_path / "home").exists()


def test_a_folder_into_which_somebody_still_writes_goes_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was ended a moment ago puts a file into it after each of the first removals."""
    remove, late = shutil.rmtree, iter(range(3))
    folders: list[Path] = []

    def remove_and_write(folder: Path, *, ignore_errors: bool) -> None:
        remove(folder, ignore_errors=ignore_errors)
        if next(late, None) is not None:
            folder.mkdir()
            (folder / "lu5.tmp").touch()
        folders.append(folder)

    def stopped(*_: object, **__: object) -> list[bytes | None]:
        raise KeyboardInterrupt

    monkeypatch.setattr(programs, "run", stopped)
    monkeypatch.setattr(programs, "_BETWEEN_TRIES", 0.0)
    monkeypatch.setattr(shutil, "rmtree", remove_and_write)
    with pytest.raises(KeyboardInterrupt):
        programs.convert([("doc", b"x")])
    assert (len(folders), len(set(folders)), folders[0].exists()) == (4, 1, False)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="there the clock must do")
def test_libreoffice_may_take_so_much_work_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, "while :; do :; done")
    monkeypatch.setattr(programs, "_START_WORK", -1.0)
    assert programs.as_docx("rtf", b"{\\rtf1 x}") is None
