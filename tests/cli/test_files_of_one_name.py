"""Two faulty filings of one file name: every letter and copy goes with its own unit's figures, contact and mobile."""

from __future__ import annotations

import email
import email.policy
import io
import sys
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pytest

from cli_runs import run
from factory import clean_header, clean_rows, write_filing

pytestmark = pytest.mark.usefixtures("few_reminders")
NAME = "12333调查表.xlsx"
UNITS = {"广东省": "甲负责", "福建省": "乙负责"}
MOBILES = {"广东省": "13900000001", "福建省": "13900000002"}


def one_mail(folder: Path, filings: list[bytes]) -> None:
    (folder / "信.eml").write_bytes(mail(filings))


def two_mails(folder: Path, filings: list[bytes]) -> None:
    for number, filing in enumerate(filings):
        (folder / f"信{number}.eml").write_bytes(mail([filing]))


def two_zips(folder: Path, filings: list[bytes]) -> None:
    for number, filing in enumerate(filings):
        with zipfile.ZipFile(folder / f"箱{number}.zip", "w") as box:
            box.writestr(NAME, filing)


def one_zip(folder: Path, filings: list[bytes]) -> None:
    first, second = filings
    with zipfile.ZipFile(folder / "箱.zip", "w") as box:
        box.writestr(NAME, first)
        with pytest.warns(UserWarning, match="Duplicate name"):
            box.writestr(NAME, second)


def two_folders(folder: Path, filings: list[bytes]) -> None:
    for number, filing in enumerate(filings):
        (folder / str(number)).mkdir()
        (folder / str(number) / NAME).write_bytes(filing)


def control_characters(folder: Path, filings: list[bytes]) -> None:
    for number, filing in enumerate(filings, 1):
        (folder / f"{chr(number)}{NAME}").write_bytes(filing)


NOT_ON_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no control character in a name")
WAYS = (
    *(one_mail, two_mails, one_zip, two_zips, two_folders),
    pytest.param(control_characters, marks=NOT_ON_WINDOWS),
)


def mail(filings: list[bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["Date"] = "a@example.cn", "Fri, 10 Jan 2020 12:00:00 +0800"
    message.set_content("请查收")
    for filing in filings:
        message.add_attachment(filing, maintype="application", subtype="octet-stream", filename=NAME)
    return bytes(message)


@pytest.fixture
def filings(tmp_path: Path) -> list[bytes]:
    made = []
    for unit, name in UNITS.items():
        header = {**clean_header(unit), "name": name, "mobile": MOBILES[unit], "email": f"{MOBILES[unit]}@example.cn"}
        write_filing(tmp_path / "x.xlsx", unit, None, header, cells={"附表1": {"voicemail6": "部分"}})
        made.append((tmp_path / "x.xlsx").read_bytes())
    return made


def words(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return "\n".join(str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell)


def assert_own(text: str, unit: str, *, contact: bool = True) -> None:
    """Of the two units one alone is spoken of."""
    (other,) = UNITS.keys() - {unit}
    first, stranger = (str(clean_rows(name, "附表1")[0]["region"]) for name in (unit, other))
    assert unit in text
    assert first in text
    for strange in (other, stranger, UNITS[other], MOBILES[other]):
        assert strange not in text
    if contact:
        assert MOBILES[unit] in text


def letter_text(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


@pytest.mark.parametrize("pack", [one_mail, two_mails, two_zips, two_folders])
def test_what_goes_back_is_the_units_own(
    pack: Callable[[Path, list[bytes]], None], filings: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, back = tmp_path / "收件", tmp_path / "退回"
    inbox.mkdir()
    pack(inbox, filings)
    monkeypatch.chdir(tmp_path)
    assert run("merge", inbox, "--returns", back, "--force").exit_code == 1
    for unit in UNITS:
        letter = back / f"退回修改意见_{unit}"
        text = letter_text(letter.with_suffix(".docx"))
        assert_own(text, unit)
        draft = email.message_from_bytes(letter.with_suffix(".eml").read_bytes(), policy=email.policy.default)
        assert str(draft["To"]) == f"{MOBILES[unit]}@example.cn"
        printed, attached = draft.iter_attachments()
        assert printed.get_filename() == f"{letter.name}.docx"
        content = attached.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert_own(words(content), unit)
        assert (back / str(attached.get_filename())).read_bytes() == content
        assert str(attached.get_filename()) in text


@pytest.mark.parametrize("pack", WAYS)
def test_a_marked_copy_is_of_the_file_that_was_judged(
    pack: Callable[[Path, list[bytes]], None], filings: list[bytes], tmp_path: Path
) -> None:
    inbox, copies = tmp_path / "收件", tmp_path / "批注"
    inbox.mkdir()
    pack(inbox, filings)
    run("check", inbox, "--annotate", copies)
    reported = [words(path.read_bytes()) for path in sorted(copies.iterdir())]
    assert len(reported) == len(UNITS)
    for unit in UNITS:
        (own,) = (text for text in reported if MOBILES[unit] in text)
        assert_own(own, unit)


def test_a_query_goes_to_whom_it_concerns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = []
    for unit, name in UNITS.items():
        header = {**clean_header(unit), "name": name, "mobile": MOBILES[unit], "email": f"{MOBILES[unit]}@example.cn"}
        rows = {"附表1": [{**row, "agents": 1} if at == 0 else row for at, row in enumerate(clean_rows(unit, "附表1"))]}
        write_filing(tmp_path / "x.xlsx", unit, rows, header)
        asking.append((tmp_path / "x.xlsx").read_bytes())
    inbox, back = tmp_path / "收件", tmp_path / "退回"
    inbox.mkdir()
    one_mail(inbox, asking)
    monkeypatch.chdir(tmp_path)
    run("merge", inbox, "--returns", back, "--force")
    for unit in UNITS:
        assert_own(letter_text(back / f"核实函_{unit}.docx"), unit)
