"""Word files that hold more than their text: workbooks within them; and Word files of old that LibreOffice converts."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from errno import ENOSPC
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from conftest import Convert, write_profile
from damaged import document, encrypted, workbook
from factory import filing, letter, write_filing
from hrss12333.model.filing import Filing, Summary, Unreadable
from hrss12333.model.problem import Problem
from hrss12333.reading.documents import read_in_child, read_paths
from hrss12333.reading.files import libreoffice
from hrss12333.reading.files.child_process import dumps, loads
from hrss12333.reading.files.file_type import open_bytes
from hrss12333.reading.grid import FileProblem, Prose
from hrss12333.survey.editions.y2019 import EDITION
from oldbooks import biff8, bytes_of, ole
from readings import found_as

UNIT = "宁夏回族自治区"
TEXT = "一、基本情况。2019年，全区12333电话咨询服务工作平稳有序。" * 20


def with_objects(*objects: tuple[str, bytes], text: str = TEXT) -> bytes:
    """A Word file with this text and these objects: (relation type, content)."""
    made = docx.Document()
    made.add_paragraph(text)
    for number, (kind, content) in enumerate(objects):
        name = PackURI(f"/word/embeddings/object{number}.{'xlsx' if kind == RT.PACKAGE else 'bin'}")
        made.part.relate_to(Part(name, "application/octet-stream", content, made.part.package), kind)
    return bytes_of(made)


FILING = filing(UNIT)


def test_workbooks_within_a_word_file_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "总结.docx").write_bytes(with_objects((RT.PACKAGE, FILING), (RT.PACKAGE, FILING)))
    for name in ("_SECONDS", "_ORDINARY_SECONDS"):
        monkeypatch.setattr(f"hrss12333.reading.files.bounds.{name}", 0.0)
    problems = [item.problem for item in read_paths([tmp_path], EDITION).documents if isinstance(item, Unreadable)]
    assert problems == [Problem.TOO_LARGE, Problem.TOO_LARGE]


@pytest.mark.parametrize("how", ["package", "object with a package", "icon"])
def test_a_workbook_within_a_word_file_is_read(how: str, tmp_path: Path) -> None:
    objects = {
        "package": (RT.PACKAGE, FILING),
        "object with a package": (RT.OLE_OBJECT, ole({"Package": FILING})),
        "icon": (RT.OLE_OBJECT, ole({"\x01Ole10Native": b"\x10\0\0\0\x02\0C:\\f.xlsx\0" + FILING})),
    }
    (tmp_path / "总结.docx").write_bytes(with_objects(objects[how]))
    reading = read_paths([tmp_path], EDITION)
    inside, outside = sorted(reading.documents, key=lambda item: item.file, reverse=True)
    assert isinstance(outside, Summary)
    assert isinstance(inside, Filing)
    assert inside.file == f"{outside.file}/嵌入的表格1.xlsx"
    assert [len(table.rows) for table in inside.tables] == [5, 5]
    assert reading.data(inside.file)[: len(FILING)] == FILING


def test_a_word_file_that_only_carries_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "表.docx"
    path.write_bytes(with_objects((RT.PACKAGE, FILING), text="请见附表，如有问题请与我们联系，谢谢。"))
    found_as(Filing, path)


def test_an_old_workbook_within_a_word_file_is_found() -> None:
    prose = open_bytes(with_objects((RT.OLE_OBJECT, ole({"Workbook": biff8([["x"]])}))))
    assert isinstance(prose, Prose)
    assert len(prose.embedded) == 1


def test_a_workbook_without_a_form_within_a_word_file_is_none_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "总结.docx"
    path.write_bytes(with_objects((RT.PACKAGE, workbook()), (RT.OLE_OBJECT, b"\xd0\xcf damaged"), (RT.PACKAGE, b"x")))
    assert [type(item) for item in read_paths([path], EDITION).documents] == [Summary]


def test_a_locked_workbook_within_a_word_file_is_said_to_be_locked(tmp_path: Path) -> None:
    path = tmp_path / "总结.docx"
    path.write_bytes(with_objects((RT.PACKAGE, encrypted())))
    found = {type(item): item for item in read_paths([path], EDITION).documents}
    locked = found[Unreadable]
    assert isinstance(locked, Unreadable)
    assert locked.problem is Problem.ENCRYPTED
    assert Summary in found


@pytest.mark.long
@pytest.mark.libreoffice
def test_word_files_of_old_go_through_one_start(
    tmp_path: Path, soffice_convert: Convert, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "总结.docx").write_bytes(letter(TEXT))
    folder = tmp_path / "in"
    folder.mkdir()
    for kind in ("doc", "rtf", "odt"):
        (folder / f"{kind}.{kind}").write_bytes(soffice_convert(tmp_path / "总结.docx", kind).read_bytes())
    (folder / "w.wps").write_bytes((folder / "doc.doc").read_bytes())
    (folder / "坏.doc").write_bytes(ole({"WordDocument": b"x"}))
    starts: list[int] = []
    start = libreoffice._start

    def counted(where: Path, given: Sequence[tuple[str, bytes]], to: str, work: float) -> list[bytes | None]:
        starts.append(len(given))
        return start(where, given, to, work)

    monkeypatch.setattr(libreoffice, "_start", counted)
    monkeypatch.setattr(libreoffice, "_write_profile", write_profile)
    documents = {Path(item.file).name: item for item in read_paths([folder], EDITION).documents}
    assert {name: type(item) for name, item in documents.items()} == {
        "doc.doc": Summary,
        "rtf.rtf": Summary,
        "odt.odt": Summary,
        "w.wps": Summary,
        "坏.doc": Unreadable,
    }
    assert len(starts) <= 2  # another one for what came after the document that stopped the first
    summary = documents["doc.doc"]
    assert isinstance(summary, Summary)
    assert summary.paragraphs == (TEXT,)


def test_without_libreoffice_it_is_said_how_to_save(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    monkeypatch.setattr(libreoffice, "_kept", {})
    with pytest.raises(FileProblem, match=r"另存为\.docx") as raised:
        open_bytes(b"{\\rtf1 x}")
    assert raised.value.kind is Problem.OTHER_FORMAT


def test_a_document_on_which_libreoffice_hangs_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {b"a": b"A", b"b": None, b"c": b"C"}

    def start(_: object, documents: list[tuple[str, bytes]], *_limits: object) -> list[bytes | None]:
        out: list[bytes | None] = []
        for _kind, data in documents:
            out.append(made[data] if None not in out else None)
        return out

    monkeypatch.setattr(libreoffice, "program", lambda: "soffice")
    monkeypatch.setattr(libreoffice, "_kept", {})
    monkeypatch.setattr(libreoffice, "_start", start)
    libreoffice.convert([("doc", b"a"), ("doc", b"b"), ("rtf", b"c")])
    assert [libreoffice.as_docx("doc", data) for data in made] == [b"A", None, b"C"]


def test_what_the_child_finds_within_a_word_file_can_be_opened_again() -> None:
    """Its name and its content come with it: a copy of it is annotated later."""
    data = with_objects((RT.OLE_OBJECT, ole({"Package": FILING})))
    about = {"name": "总结.docx", "named": True}
    came = loads(dumps(read_in_child(data, open_bytes(data), about, (2019, None, False))))
    inside = {type(item): own for own, item in came}
    assert inside[Summary] is None
    assert inside[Filing] == ("总结.docx/嵌入的表格1.xlsx", FILING)


@pytest.mark.parametrize("together", [1, 2, 3, 10])
def test_many_documents_go_through_several_starts(together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[int] = []

    def start(_: object, documents: list[tuple[str, bytes]], *_limits: object) -> list[bytes | None]:
        starts.append(len(documents))
        good = [data != b"3" for _, data in documents]
        return [data if all(good[: at + 1]) else None for at, (_, data) in enumerate(documents)]

    monkeypatch.setattr(libreoffice, "program", lambda: "soffice")
    monkeypatch.setattr(libreoffice, "_kept", {})
    monkeypatch.setattr(libreoffice, "_start", start)
    monkeypatch.setattr(libreoffice, "_MOST_TOGETHER", together)
    documents = [b"%d" % number for number in range(7)]
    libreoffice.convert([("doc", data) for data in documents])
    assert [libreoffice.as_docx("doc", data) for data in documents] == [b"0", b"1", b"2", None, b"4", b"5", b"6"]
    assert max(starts) <= together


def test_a_full_disk_costs_word_files_of_old_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(libreoffice, "program", lambda: "soffice")
    monkeypatch.setattr(libreoffice, "_kept", {})
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
    """Here a script in its place, which writes where programs keep what they know of their user."""
    office, seen = tmp_path / "soffice", tmp_path / "seen"
    writes = 'mkdir -p "$HOME/.cache/dconf" "$XDG_CONFIG_HOME/x"\n'
    office.write_text(f'#!/bin/sh\n{writes}echo "$HOME $XDG_CACHE_HOME $SAL_DISABLE_CUPS" > "{seen}"\n')
    office.chmod(0o700)
    monkeypatch.setattr(libreoffice, "program", lambda: str(office))
    monkeypatch.setattr(libreoffice, "_kept", {})
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert libreoffice.as_docx("rtf", b"{\\rtf1 x}") is None
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

    def stopped(*_: object) -> list[bytes | None]:
        raise KeyboardInterrupt

    monkeypatch.setattr(libreoffice, "program", lambda: "soffice")
    monkeypatch.setattr(libreoffice, "_kept", {})
    monkeypatch.setattr(libreoffice, "_start", stopped)
    monkeypatch.setattr(libreoffice, "_BETWEEN_TRIES", 0.0)
    monkeypatch.setattr(shutil, "rmtree", remove_and_write)
    with pytest.raises(KeyboardInterrupt):
        libreoffice.convert([("doc", b"x")])
    assert (len(folders), len(set(folders)), folders[0].exists()) == (4, 1, False)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="there the clock must do")
def test_libreoffice_may_take_so_much_work_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = tmp_path / "soffice"
    office.write_text("#!/bin/sh\nwhile :; do :; done\n")
    office.chmod(0o700)
    monkeypatch.setattr(libreoffice, "program", lambda: str(office))
    monkeypatch.setattr(libreoffice, "_kept", {})
    monkeypatch.setattr(libreoffice, "_START_WORK", -1.0)
    assert libreoffice.as_docx("rtf", b"{\\rtf1 x}") is None


def test_a_locked_word_file_that_opens_without_asking() -> None:
    assert isinstance(open_bytes(encrypted("VelvetSweatshop", document())), Prose)
