"""Files, folders, archives and mails: what is read, what is passed over and why, what is a problem."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import py7zr
import pytest

from damaged import DAMAGED, archive, many_entries, problem_of, seven_zip, stored_rar, workbook, xls
from factory import mail
from hrss12333.checking.rules import OBJECTS
from hrss12333.model.check_code import OWN_HEADINGS
from hrss12333.model.errors import UsageStop
from hrss12333.model.row import Problem
from hrss12333.model.text import TextKind
from hrss12333.reading.files import discovery, programs
from hrss12333.reading.files.discovery import OWN_OUTPUT, UNREACHABLE, Discovered, discover
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.grid import Book, FileProblem
from hrss12333.reading.worker import limits
from hrss12333.reading.worker.limits import Budget

BOOK, OLD = workbook(), xls([["x"]])
PAGE = b"<html>" + b"<td>1</td>" * 99
"""A report of this tool."""
SENT: dict[str, str] = {"sent": "Fri, 10 Jan 2020 09:30:00 +0800", "sender": "某省人社厅 <sheng@example.gov.cn>"}


FROM = b"From: a@example.com\nTo: b@example.com\n"


def nested_mail(depth: int) -> bytes:
    """A mail whose parts lie in one another."""
    return FROM + b"Content-Type: message/rfc822\n\nFrom: a@example.com\n" * depth + b"\nx"


def with_a_damaged_member() -> bytes:
    data = bytearray(archive([("a.xlsx", BOOK), ("b.xlsx", BOOK)]))
    data[200] ^= 0xFF
    return bytes(data)


def found_in(folder: Path, **files: bytes) -> Discovered:
    """What is discovered in a folder with these files in it."""
    put(folder, files)
    return discover([folder])


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def names(found: Discovered, below: Path) -> list[str]:
    return [Path(source.name).relative_to(below).as_posix() for source in found.sources if not source.problem]


def skipped(found: Discovered, below: Path) -> dict[str, str]:
    return {Path(item.file).relative_to(below).as_posix(): item.reason for item in found.skipped}


def problems(found: Discovered) -> list[tuple[str, str]]:
    return [(Path(item.name).name, OBJECTS[item.problem[0]].id) for item in found.sources if item.problem]


def reasons(found: Discovered) -> list[str]:
    return [source.problem[1] for source in found.sources if source.problem]


def test_what_may_be_a_filing_is_never_passed_over(tmp_path: Path) -> None:
    files = {"扫描件.pdf": b"%PDF-1.7", "照片.jpg": b"\xff\xd8\xff\xe0", "网页.xls": b"<html><table></table></html>"}
    files |= {"表.csv": "银川市,1".encode("gbk")}
    rules = {}
    for source in found_in(tmp_path, **files, 没有扩展名=BOOK, **{"空.xlsx": b""}).sources:
        try:
            open_document(source.load())
            rules[Path(source.name).name] = ""
        except FileProblem as problem:
            rules[Path(source.name).name] = "" if problem.kind is Problem.SCAN else OBJECTS[problem.kind].id
    refused = {"扫描件.pdf": "", "照片.jpg": "", "网页.xls": "F003", "表.csv": "F003"}
    assert rules == refused | {"没有扩展名": "", "空.xlsx": "F001"}


def test_a_file_named_on_the_command_line_is_always_judged(tmp_path: Path) -> None:
    (tmp_path / "说明.txt").write_bytes("说明".encode())
    (source,) = discover([tmp_path / "说明.txt"]).sources
    assert source.named
    with pytest.raises(FileProblem, match="纯文本") as raised:
        open_document(source.load())
    assert raised.value.kind is Problem.OTHER_FORMAT


@pytest.mark.parametrize(
    ("path", "said"), [("没有.xlsx", "找不到"), ("空", "没有可读的文件"), ("影", "没有可读的文件")]
)
def test_where_there_is_nothing_to_read_it_is_said_so(path: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    put(tmp_path, {"影/说明.mp4": b"x"})
    with pytest.raises(UsageStop, match=said):
        discover([tmp_path / path])


@pytest.mark.skipif(sys.platform == "win32", reason="an ordinary account may make no links on Windows")
def test_links_in_a_circle_and_files_named_twice(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(BOOK)
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "broken.xlsx").symlink_to(tmp_path / "gone.xlsx")
    found = discover([tmp_path / "表.xlsx", tmp_path, tmp_path])
    assert names(found, tmp_path) == ["表.xlsx"]
    assert skipped(found, tmp_path) == {"表.xlsx": "与前面的是同一个文件"}
    assert problems(found) == [("broken.xlsx", "F001")]
    assert "链接失效" in reasons(found)[0]


PACKED: dict[str, Callable[[list[tuple[str, bytes]]], bytes]] = {
    "zip, utf-8": archive,
    "zip, gbk": lambda files: archive(files, encoding="gbk"),
    "zip, utf-8 without its flag": lambda files: archive(
        [(name.encode().decode("latin-1"), content) for name, content in files], encoding="latin-1"
    ),
    "7z": seven_zip,
    "rar": stored_rar,
}


@pytest.mark.parametrize("pack", PACKED)
def test_names_in_archives(pack: str, tmp_path: Path) -> None:
    files = [("广东省/附表1.xlsx", BOOK), ("广东省/~$附表1.xlsx", b""), ("说明.txt", b"x"), ("a.xls", OLD)]
    found = found_in(tmp_path, **{"箱.dat": PACKED[pack](files)})
    assert names(found, tmp_path) == ["箱.dat/a.xls", "箱.dat/广东省/附表1.xlsx"]
    assert [source.load() for source in found.sources] == [OLD, BOOK]
    assert skipped(found, tmp_path) == {
        "箱.dat/广东省/~$附表1.xlsx": "Office打开文件时的临时锁文件",
        "箱.dat/说明.txt": "不是表格或文档",
    }
    saved = found.sources[0].saved
    assert saved == datetime(2020, 1, 10, 9, 30) or (saved and not pack.startswith("zip"))  # 17:30 in Beijing


def test_a_rar_without_a_program_that_unpacks_it_leaves_no_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileProblem, match="没有能解开") as raised:
        discovery.unpacked(stored_rar([("a.xlsx", BOOK)], method=0x33), "rar", Budget())
    assert raised.value.kind is Problem.OTHER_FORMAT
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a script of Unix stands for a program")
def test_no_program_is_started_that_came_with_the_mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, inbox, apart = (tmp_path / name for name in ("here", "inbox", "apart"))
    for folder in (here, inbox / "bin", apart):
        folder.mkdir(parents=True)
        (folder / "unrar").touch(0o700)
    (inbox / "表.xlsx").write_bytes(BOOK)
    monkeypatch.chdir(here)
    inboxes: set[Path] = set()
    for module in (discovery, programs):
        monkeypatch.setattr(module, "INBOXES", inboxes)
    for path, found in ((f".{os.pathsep}{here}", None), (inbox / "bin", None), (f"{inbox / 'bin'}:{apart}", apart)):
        monkeypatch.setenv("PATH", str(path))
        discover([inbox])
        assert programs.find_program("unrar") == (str(found / "unrar") if found else None)


def test_a_folder_without_permission_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"锁/表.xlsx": BOOK, "表.xlsx": BOOK})
    listed = os.scandir

    def refused(folder: Path) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
        if folder == tmp_path / "锁":
            raise PermissionError(folder)
        return listed(folder)

    monkeypatch.setattr(os, "scandir", refused)
    found = discover([tmp_path])
    assert problems(found) == [("锁", "F001")]
    assert "没有权限" in reasons(found)[0]


def test_a_mail(tmp_path: Path) -> None:
    message = message_from_bytes(
        mail(("附表1.xlsx", BOOK), ("说明.txt", b"x"), ("../../附表2.xls", OLD), **SENT), policy=default
    )
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png", disposition="inline")
    found = found_in(tmp_path, **{"信.eml": bytes(message)})
    assert names(found, tmp_path) == ["信.eml/附表1.xlsx", "信.eml/附表2.xls"]
    for source in found.sources:
        assert source.sender == "某省人社厅 <sheng@example.gov.cn>"
        assert source.received == source.saved == datetime(2020, 1, 10, 1, 30)
    assert skipped(found, tmp_path) == {"信.eml/说明.txt": "不是表格或文档", "信.eml/logo.png": "邮件正文里的图片"}


def test_what_a_forwarded_mail_holds_was_sent_with_that_mail(tmp_path: Path) -> None:
    inner = mail(("先.xlsx", BOOK), sent="Thu, 02 Jan 2020 08:00:00 +0800", sender="某市 <shi@example.gov.cn>")
    last = message_from_bytes(mail(("后.xlsx", BOOK), **SENT), policy=default)
    last.add_attachment(message_from_bytes(inner, policy=default))
    found = found_in(tmp_path, **{"信.eml": bytes(last)})
    sent = {source.name.rpartition("/")[2]: (source.sender, source.received) for source in found.sources}
    assert sent == {
        "后.xlsx": ("某省人社厅 <sheng@example.gov.cn>", datetime(2020, 1, 10, 1, 30)),
        "先.xlsx": ("某市 <shi@example.gov.cn>", datetime(2020, 1, 2, 0, 0)),
    }


def test_what_a_mail_says_itself(tmp_path: Path) -> None:
    """Its subject, its text, and what its page says besides; not what it quotes. A form in it is words like any others."""
    said = "来电总量应为3000\n\n-----原始邮件-----\n请报送"
    page = "<head><style>p{}</style></head><p>来电总量应为<b>3000</b></p><!-- x>y --><table><tr><td>银川市<td>1</tr></table>"
    page += "<blockquote>请报送</blockquote><p>另：座席&nbsp;5个"
    (source,) = found_in(tmp_path, **{"信.eml": mail(("表.xlsx", BOOK), said=said, page=page)}).sources
    assert [(text.kind, text.text) for text in source.around] == [
        (TextKind.SUBJECT, "报送12333调查表"),
        (TextKind.MAIL, "来电总量应为3000"),
        (TextKind.MAIL, "银川市 1\n另：座席\xa05个"),
    ]


@pytest.mark.parametrize(
    ("charset", "written"),
    [("", "utf-8"), ("", "gb18030"), ("gb2312", "gbk"), ("x-unknown", "gbk"), ("us-ascii", "utf-8")],
)
def test_words_in_whatever_charset(charset: str, written: str, tmp_path: Path) -> None:
    """Of a subject, a name and a text as they are, without one that is named, or in another."""
    kind = 'Content-Type: multipart/mixed; boundary="b"'
    head = ["From: a@b.cn", "Subject: 关于镕", "MIME-Version: 1.0", kind, "", "--b"]
    kind = f"Content-Type: text/plain{charset and '; charset='}{charset}"
    text = [kind, "Content-Transfer-Encoding: 8bit", "", "座席①", "--b"]
    book = ['Content-Disposition: attachment; filename="镕.xlsx"', "Content-Transfer-Encoding: base64", ""]
    data = "\n".join([*head, *text, *book, b64encode(BOOK).decode(), "--b--"]).encode(written)
    (source,) = found_in(tmp_path, **{"信.eml": data}).sources
    assert [Path(source.name).name, *(text.text for text in source.around)] == ["镕.xlsx", "关于镕", "座席①"]


@pytest.mark.parametrize("damage", [b"Date: nonsense", b"From: =?gb2312?B?//8=?= <", b"Content-Type: multipart/mixed"])
def test_malformed_mails(damage: bytes, tmp_path: Path) -> None:
    lines = mail(("表.xlsx", BOOK)).split(b"\n")
    key = damage.partition(b":")[0]
    changed = [damage if line.startswith(key + b":") else line for line in lines]
    put(tmp_path, {"信.eml": b"\n".join(changed)})
    assert len(discover([tmp_path / "信.eml"]).sources) == 1


def test_mails_without_names_for_their_files(tmp_path: Path) -> None:
    raw = mail(("表.xlsx", BOOK)).replace(b"filename", b"nothing")
    (source,) = found_in(tmp_path, **{"信.eml": raw}).sources
    assert isinstance(open_document(source.load()), Book)


@pytest.mark.skipif(sys.platform != "linux", reason="only there may names be any bytes")
def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/" + "广东.xlsx".encode("gbk")
    with open(raw, "wb") as file:  # noqa: PTH123  a Path cannot be made of bytes
        file.write(BOOK)
    (source,) = discover([tmp_path]).sources
    assert Path(source.name).name == "广东.xlsx"
    assert isinstance(open_document(source.load()), Book)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among the files of a folder")
def test_pipes_devices_and_links_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(BOOK)
    os.mkfifo(tmp_path / "管道.xlsx")
    (tmp_path / "设备.xlsx").symlink_to("/dev/zero")
    (tmp_path / "链接.xlsx").symlink_to(tmp_path / "管道.xlsx")
    found = discover([tmp_path])
    assert len(found.sources) == 1
    assert skipped(found, tmp_path) == dict.fromkeys(("管道.xlsx", "设备.xlsx", "链接.xlsx"), "不是普通文件")
    with pytest.raises(UsageStop):
        discover([tmp_path / "管道.xlsx"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among the files of a folder")
def test_a_file_that_becomes_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(BOOK)
    (source,) = discover([tmp_path]).sources
    path.unlink()
    os.mkfifo(path)
    assert problem_of(lambda: source.load()) is Problem.DAMAGED


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows takes no path that long or deep, so no such file can be made"
)
def test_folders_that_go_deeper_than_any_path(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(BOOK)
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=here)
        inner = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    found = discover([tmp_path])
    shutil.rmtree(tmp_path / ("d" * 200))
    assert len(found.sources) == 2
    assert reasons(found) == [UNREACHABLE]


def test_archives_within_an_archive_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = archive([(f"{number}.xlsx", BOOK) for number in range(3)])
    outer = archive([(f"{number}.zip", inner) for number in range(4)])
    assert len(found_in(tmp_path, **{"a.zip": outer}).sources) == 12
    monkeypatch.setattr(limits, "MAX_UNPACKED", 2 * (len(inner) + 3 * len(BOOK)))
    found = discover([tmp_path])
    assert len(found.sources) < 9
    assert problems(found)[-1] == ("a.zip", "F004")


# What is found in a folder


PASSED_OVER = {
    "~$表.xlsx": "Office打开文件时的临时锁文件",
    ".hidden.xlsx": "隐藏文件",
    **dict.fromkeys(("desktop.ini", "Thumbs.db", ".DS_Store"), "系统文件"),
    **dict.fromkeys(("说明.txt", "a.py", "页.html", "报告.html"), "不是表格或文档"),
    "__MACOSX/._表.xlsx": "隐藏文件",
    "汇总.csv": OWN_OUTPUT,
}
OURS = {"汇总.csv": f"{OWN_HEADINGS[0]},来电总量".encode("utf-8-sig"), "页.html": b"<html><p>x", "报告.html": PAGE}
QUICKLY = [{"id": py7zr.FILTER_DEFLATE}]
REFUSED = {
    "a.7z": (seven_zip([("a.xlsx", BOOK)])[:-30], "F001"),
    "b.7z": (seven_zip([("a.xlsx", BOOK)], password="x"), "F002"),
    "c.7z": (seven_zip([("a.xlsx", bytes(101 * 2**20))], filters=QUICKLY), "F004"),
    "d.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(100), "F001"),
    "e.rar": (b"Rar!\x1a\x07\x01\x00" + bytes(100), "F003"),
    "f.rar": (stored_rar([("a.xlsx", BOOK)])[:-300], "F001"),
    "g.zip": (many_entries(), "F004"),
    "h.zip": (DAMAGED["password-zip"][1](), "F002"),
    "i.zip": (archive([("表.xlsx", BOOK)])[:-30], "F001"),
    "j.zip": (archive([("说明.txt", b"x")]), "F003"),
    "k.eml": (FROM + b'Content-Type: multipart/mixed; boundary="b"\n' + b"\n--b\n\nx" * 5_000 + b"\n--b--\n", "F004"),
    "l.eml": (nested_mail(3_000), "F001"),
    "m.eml": (nested_mail(30_000), "F001"),
}
INNER = archive([("表.xlsx", BOOK)])
LETTER = ("信.eml", mail(("表.xlsx", BOOK)))
MEMBERS = [("表.xlsx", BOOK), ("表.xlsx", OLD), ("没有扩展名", BOOK)] * 2
NAMED_APART = (("表.xlsx", BOOK), ("表.xlsx", BOOK), ("表（第2份）.xlsx", BOOK), ("说明.txt", b"x"), ("说明.txt", b"x"))
Case = tuple[dict[str, bytes], list[str], dict[str, str], list[tuple[str, str]]]
FOLDERS: dict[str, Case] = {
    "it is walked in a stable order": (
        {"b/乙.xlsx": BOOK, "b/a/甲.xls": OLD, "丙.et": OLD}, ["b/a/甲.xls", "b/乙.xlsx", "丙.et"], {}, []),
    "what is passed over and why": (
        {**dict.fromkeys(PASSED_OVER, b"text and only text"), **OURS, "表.xlsx": BOOK}, ["表.xlsx"], PASSED_OVER, []),
    "what cannot be opened hides no other": (
        {**{name: data for name, (data, _) in REFUSED.items()}, "z.xlsx": BOOK}, ["z.xlsx"],
        {"j.zip/说明.txt": "不是表格或文档"},
        [(name, rule) for name, (_, rule) in REFUSED.items()]),
    "containers are opened one within another": (
        {"1.zip": archive([("内.zip", INNER), LETTER]), "3.eml": mail(("箱.zip", INNER))},
        ["1.zip/信.eml/表.xlsx", "1.zip/内.zip/表.xlsx", "3.eml/箱.zip/表.xlsx"], {}, []),
    "but no deeper": ({"2.zip": archive([("中.zip", archive([("内.zip", INNER)]))]), "z.xlsx": BOOK}, ["z.xlsx"], {},
    [("内.zip", "F003")]),
    "a mail without attachments": ({"信.eml": mail(), "表.xlsx": BOOK}, ["表.xlsx"], {"信.eml": "邮件没有附件"}, []),
    "one without a sender": (
        {"信.eml": b"Received: from x\n\tby y\nMessage-ID: <1>\nDate: x\n\nhello", "表.xlsx": BOOK}, ["表.xlsx"],
        {"信.eml": "邮件没有附件"}, []),
    "a mail of hundreds of mails": ({"信.eml": nested_mail(300), "表.xlsx": BOOK}, ["表.xlsx"], {"信.eml": "邮件没有附件"}, []),
    "a name that would talk to the terminal": (
        {"箱.zip": archive([("\x1b[31m表\u202e.xlsx", BOOK)])}, ["箱.zip/\ufffd[31m表\ufffd.xlsx"], {}, []),
    "an attachment that has but an extension": ({"信.eml": mail((".xlsx", BOOK))}, ["信.eml/附件2.xlsx"], {}, []),
    "one beside a damaged one": (
        {"箱.zip": with_a_damaged_member(), "z.xlsx": BOOK}, ["z.xlsx", "箱.zip/b.xlsx"], {}, [("a.xlsx", "F001")]),
    "mails behind a mark": ({"信.eml": b"\xef\xbb\xbf" + LETTER[1], "乙.eml": b"\r\n" + LETTER[1]}, ["乙.eml/表.xlsx",
    "信.eml/表.xlsx"], {}, []),
    "attachments of one name": (
        {"信.eml": mail(("表.xlsx", BOOK), ("表.xlsx", OLD), ("表.xlsx", b""))},
        ["信.eml/表.xlsx", "信.eml/表（第2份）.xlsx", "信.eml/表（第3份）.xlsx"], {}, []),
    "archives of one name in one mail": (
        {"信.eml": mail(("箱.zip", INNER), ("箱.zip", INNER))}, ["信.eml/箱.zip/表.xlsx", "信.eml/箱（第2份）.zip/表.xlsx"], {}, []),
    "mails of one name": ({"箱.zip": archive([LETTER, LETTER])}, ["箱.zip/信.eml/表.xlsx", "箱.zip/信（第2份）.eml/表.xlsx"], {},
    []),
    "members of one name": (
        {"箱.zip": archive(MEMBERS)},
        [f"箱.zip/没有扩展名{which}" for which in ("", "（第2份）")]
        + [f"箱.zip/表{which}.xlsx" for which in ("", "（第2份）", "（第3份）", "（第4份）")], {}, []),
    "one name in different folders": ({"甲/表.xlsx": BOOK, "乙/表.xlsx": BOOK}, ["乙/表.xlsx", "甲/表.xlsx"], {}, []),
}  # fmt: skip
"""Files of a folder → what is read of it, what is passed over and why, and what is a problem."""
CONTENTS = {"attachments of one name": [BOOK, OLD, b""], "members of one name": [BOOK, BOOK, BOOK, OLD, BOOK, OLD]}


@pytest.mark.parametrize("what", FOLDERS)
def test_what_is_found_in_a_folder(what: str, tmp_path: Path) -> None:
    files, read, passed_over, refused = FOLDERS[what]
    found = found_in(tmp_path, **files)
    assert (names(found, tmp_path), skipped(found, tmp_path), problems(found)) == (read, passed_over, refused)
    assert [source.load() for source in found.sources if not source.problem] == CONTENTS.get(
        what, [OLD if "xls" in n[-3:] or n.endswith(".et") else BOOK for n in read]
    )


def test_a_name_that_looks_told_apart_is_still_its_own(tmp_path: Path) -> None:
    found = found_in(tmp_path, **{"信.eml": mail(*NAMED_APART)})
    shown = [*names(found, tmp_path), *(item.file for item in found.skipped)]
    assert len(set(shown)) == len(shown) == len(NAMED_APART)


def test_a_mail_without_attachments_that_is_named_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path, {"信.eml": mail()})
    assert problems(discover([tmp_path / "信.eml"])) == [("信.eml", "F003")]


def test_what_is_too_large_or_vanishes_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large, gone = found_in(tmp_path, **{"大.xlsx": bytes(2000), "表.xlsx": BOOK}).sources
    (tmp_path / "表.xlsx").unlink()
    monkeypatch.setattr(discovery, "MAX_FILE", 1000)
    assert [problem_of(large.load), problem_of(gone.load)] == [Problem.TOO_LARGE, Problem.DAMAGED]


def test_a_header_that_goes_on_and_on_costs_no_time(tmp_path: Path) -> None:
    endless = b"".join(b'name*%d="a"; ' % number for number in range(30_000))
    message = mail(("表.xlsx", BOOK)).replace(b"Subject:", b"Content-Location: x; " + endless + b"\nSubject:", 1)
    message = message.replace(
        b"Content-Disposition: attachment;", b"Content-Disposition: attachment; x=1;" + endless, 1
    )
    (source,) = found_in(tmp_path, **{"a.eml": message}).sources
    assert source.load() == BOOK


def test_many_files_of_one_long_name_are_told_apart_at_once(tmp_path: Path) -> None:
    found = found_in(tmp_path, **{"a.zip": archive([("表" * 500 + ".xlsx", BOOK[:100])] * 250)})
    assert len({source.name for source in found.sources}) == 250
    assert names(found, tmp_path)[-1].endswith("（第250份）.xlsx")
