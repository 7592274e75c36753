"""Two faulty filings of one file name: every letter and copy goes with its own unit's figures and contact."""

from __future__ import annotations

import email
import email.policy
import io
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from cli_runs import run
from damaged import archive
from factory import clean_header, clean_rows, filing, mail

pytestmark = pytest.mark.usefixtures("few_reminders")
NAME = "12333调查表.xlsx"
UNITS = {"广东省": "甲负责", "福建省": "乙负责"}
MOBILES = {"广东省": "13900000001", "福建省": "13900000002"}
HEADERS = {
    unit: {**clean_header(unit), "name": name, "mobile": MOBILES[unit], "email": f"{MOBILES[unit]}@example.cn"}
    for unit, name in UNITS.items()
}
FAULTY = [filing(unit, None, HEADERS[unit], cells={"附表1": {"voicemail6": "部分"}}) for unit in UNITS]


Way = Callable[[bytes, bytes], dict[str, bytes]]
WAYS: dict[str, Way] = {
    "one mail": lambda a, b: {"信.eml": mail((NAME, a), (NAME, b))},
    "two mails": lambda a, b: {"信1.eml": mail((NAME, a)), "信2.eml": mail((NAME, b))},
    "one zip": lambda a, b: {"箱.zip": archive([(NAME, a), (NAME, b)])},
    "two zips": lambda a, b: {"箱1.zip": archive([(NAME, a)]), "箱2.zip": archive([(NAME, b)])},
    "two folders": lambda a, b: {f"1/{NAME}": a, f"2/{NAME}": b},
    "control characters": lambda a, b: {f"\x01{NAME}": a, f"\x02{NAME}": b},
}
"""How two filings of one name come."""
NOT_ON_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no control character in a name")


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


@pytest.mark.parametrize("way", [*list(WAYS)[:-1], pytest.param("control characters", marks=NOT_ON_WINDOWS)])
def test_what_goes_back_is_the_units_own(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox, back = tmp_path / "收件", tmp_path / "退回"
    for name, sent in WAYS[way](*FAULTY).items():
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(sent)
    monkeypatch.chdir(tmp_path)
    assert run("merge", inbox, "--returns", back, "--force").exit_code == 1
    for unit in UNITS:
        letter = back / f"退回修改意见_{unit}"
        text = "\n".join(paragraph.text for paragraph in docx.Document(f"{letter}.docx").paragraphs)
        assert_own(text, unit, contact=False)
        draft = email.message_from_bytes(letter.with_suffix(".eml").read_bytes(), policy=email.policy.default)
        assert str(draft["To"]) == f"{MOBILES[unit]}@example.cn"
        printed, attached = draft.iter_attachments()
        assert printed.get_filename() == f"{letter.name}.docx"
        content = attached.get_payload(decode=True)
        assert isinstance(content, bytes)
        pages = openpyxl.load_workbook(io.BytesIO(content))
        assert_own(str([row for page in pages for row in page.iter_rows(values_only=True)]), unit)
        assert (back / str(attached.get_filename())).read_bytes() == content
        assert str(attached.get_filename()) in text
