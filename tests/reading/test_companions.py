"""Whose mails, letters, scans and refused files are: by the sender's address, else by what they name; never by their folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases import cases
from damaged import archive
from factory import clean_rows, filing, letter, mail, write_filing
from hrss12333.inbox import Inbox
from hrss12333.model.filing import Unreadable
from hrss12333.model.finding import Severity
from hrss12333.model.national import State
from hrss12333.questions.respondents import respondents_of
from merge_runs import judged

PDF = b"%PDF-1.7\n"
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
CITIES = ("银川市", "石嘴山市")
SIGNED = "宁夏人社厅 <nx@example.com>"


def owners(inbox: Inbox) -> dict[str, str | None]:
    """Name of each mail and letter without a filing → the unit whose it is."""
    return {Path(item.file).name: item.unit.short if item.unit else None for item in inbox.national.letters}


def severities(inbox: Inbox) -> dict[str, Severity]:
    """Name of each file that could not be read → how severe that is."""
    return {
        Path(item.document.file).name: item.findings[0].severity
        for item in inbox.files
        if isinstance(item.document, Unreadable)
    }


def sent(path: Path, **files: bytes) -> Inbox:
    """What is made of these files, by name; a double underscore parts a folder, the last one the extension."""
    for name, content in files.items():
        *folders, stem, extension = name.split("__")
        target = path.joinpath(*folders, f"{stem}.{extension}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return judged(path)


# Mails and letters


@pytest.mark.parametrize("words", [("更正", "来电总量多录9000，已改。"), ("您好", "数据以电子版为准。")])
def test_a_mail_is_of_the_unit_of_its_senders_address(tmp_path: Path, words: tuple[str, str]) -> None:
    """By the sender of a mail with a filing, though a stranger's filing lies beside it."""
    first = mail(("表.xlsx", filing("宁夏")), sender=SIGNED)
    later = mail(subject=words[0], said=words[1], sender=SIGNED, sent="20 Jan 2020 09:00:00 +0800")
    inbox = sent(tmp_path, 一__第一封__eml=first, 二__第二封__eml=later, 二__别处__xlsx=filing("青海省"))
    assert owners(inbox) == {"第二封.eml": "宁夏"}
    assert {item.unit and item.unit.short for item in inbox.quoted if "第二封" in item.file} == {"宁夏"}


@pytest.mark.parametrize("sender", ["unit64@example.com", "某某 <UNIT64@example.com>"])
def test_the_address_may_be_that_in_the_header_of_a_filing(tmp_path: Path, sender: str) -> None:
    words = mail(subject="说明", said="坐席数有误。", sender=sender)
    assert owners(sent(tmp_path, 表__xlsx=filing("宁夏"), 信__eml=words)) == {"信.eml": "宁夏"}


@pytest.mark.parametrize(
    ("subject", "said", "unit"),
    [
        ("宁夏回族自治区关于更正的说明", "放弃量有误。", "宁夏"),
        ("说明", "银川市的坐席数应为25。", "宁夏"),
        ("更正", "广元市来电总量多录了。", "四川"),
        ("更正", "来电总量多录了。", None),
        ("更正", "参照广东、浙江的做法。", None),
    ],
)
def test_a_mail_from_another_address_is_of_the_unit_or_city_that_it_names(
    tmp_path: Path, subject: str, said: str, unit: str | None
) -> None:
    write_filing(tmp_path / "攀枝花.xlsx", "四川省")
    inbox = sent(tmp_path, 信__eml=mail(subject=subject, said=said, sender="zhang@example.org"))
    assert owners(inbox) == {"信.eml": unit}
    assert inbox.quoted[0].unit is None or unit is not None


def test_neither_the_folder_nor_the_only_filing_beside_it_tells_whose_a_mail_is(tmp_path: Path) -> None:
    inbox = sent(
        tmp_path,
        宁夏__表__xlsx=filing("宁夏"),
        宁夏__信__eml=mail(subject="说明", said="数据有误。", sender="x@example.org"),
    )
    assert owners(inbox) == {"信.eml": None}
    assert (inbox.quoted[0].unit, inbox.quoted[0].located) == (None, "邮件")


@pytest.mark.parametrize(
    ("said", "lacks"), [("附件请查收。", True), ("调查表见附件。", True), ("数据下周报送。", False), ("收到。", False)]
)
@pytest.mark.parametrize("attached", [(), (("winmail.dat", b"x"),)])
def test_a_mail_that_speaks_of_an_attachment_and_has_none_to_read(
    tmp_path: Path, said: str, lacks: bool, attached: tuple[tuple[str, bytes], ...]
) -> None:
    write_filing(tmp_path / "青海.xlsx", "青海省")
    inbox = sent(tmp_path, 信__eml=mail(*attached, subject="宁夏12333调查表", said=said))
    assert [(item.unit and item.unit.short, item.lacks_attachment) for item in inbox.national.letters] == [
        ("宁夏", lacks)
    ]


@pytest.mark.parametrize(("subject", "sender"), [("报送", "x@example.org"), ("青海省的做法很好", SIGNED)])
def test_the_words_of_a_mail_with_a_filing_are_quoted_with_it(tmp_path: Path, subject: str, sender: str) -> None:
    sent_with = mail(("表.xlsx", filing("宁夏")), subject=subject, said="放弃量为估算数。", sender=sender)
    inbox = sent(tmp_path, 信__eml=sent_with, 青海__xlsx=filing("青海省"))
    assert inbox.national.letters == ()
    quoted = {item.text.text: (item.unit and item.unit.short, item.marked) for item in inbox.quoted}
    assert quoted["放弃量为估算数。"] == ("宁夏", subject != "报送")  # of which nothing is asked


def test_a_covering_letter_is_quoted_as_one_text(tmp_path: Path) -> None:
    words = letter("宁夏回族自治区人力资源和社会保障厅关于报送调查表的函", "部信息中心：", "现将调查表报送你中心。")
    inbox = sent(tmp_path, 表__xlsx=filing("宁夏"), 函__docx=words)
    assert owners(inbox) == {"函.docx": "宁夏"}
    assert [item.located for item in inbox.quoted if item.file.endswith("函.docx")] == ["函件"]


@pytest.mark.parametrize(
    "said",
    [
        "银川市 63000 41000 12000 10000 是 是 45 40 30 100",
        "来电总量：63000\n人工接听量：41000\n自助语音量：12000\n放弃量：10000\n总人数：45\n坐席数：30",
    ],
)
def test_a_form_typed_into_a_mail_is_refused(tmp_path: Path, said: str) -> None:
    inbox = sent(tmp_path, 信__eml=mail(subject="宁夏调查表", said=said))
    assert [(f.rule, f.unit) for item in inbox.files for f in item.findings] == [("F005", "宁夏回族自治区")]
    assert not any("信.eml" in item.file for item in inbox.national.skipped)


# Scans, and files that could not be read


def notes(inbox: Inbox) -> dict[str, str]:
    """Name of each respondent that is 没报 → what stands beside it."""
    return {each.name: each.note for each in respondents_of(inbox).of_state(State.MISSING) if each.note}


def test_a_scan_stands_beside_its_unit_until_the_table_came(tmp_path: Path) -> None:
    """By its mail, else by its name; never a finding."""
    day = "8 Jan 2020 09:00:00 +0800"
    scan = mail(("盖章.pdf", PDF), subject="宁夏盖章件", said="盖章件。", sent=day)
    attached = ("表.xlsx", filing("青海省")), ("盖章.jpg", JPEG), ("扫描.ofd", archive([("OFD.xml", b"<ofd/>")]))
    own = mail(*attached, sender="青海人社厅 <qh@example.com>")
    files = {"信__eml": own, "一__eml": scan, "甘肃省盖章件__pdf": PDF, "盖章件__pdf": PDF}
    inbox = sent(tmp_path / "一", **files)
    assert notes(inbox) == {"宁夏回族自治区": "1月8日来信，附件为扫描件", "甘肃省": "有扫描件"}
    assert severities(inbox) == {}
    assert [f.rule for f in inbox.national.findings if f.rule not in ("M701", "H107")] == []
    after = sent(tmp_path / "二", **files, 宁夏__xlsx=filing("宁夏"), 甘肃__xlsx=filing("甘肃省"))
    assert notes(after) == {}
    listed = {Path(item.file).name for item in after.national.skipped}
    assert listed >= {"盖章.jpg", "扫描.ofd", "盖章.pdf", "甘肃省盖章件.pdf", "盖章件.pdf"}


@cases("""
    unit  name
    -     宁夏__坏.xlsx | 坏.xlsx
    宁夏  宁夏坏.xlsx | 银川市.xlsx
    青海  青海.zip/坏.xlsx
""")
def test_a_refused_file_is_of_the_unit_that_it_or_its_archive_names(tmp_path: Path, name: str, unit: str) -> None:
    outer, slash, inner = name.rpartition("/")
    folder, _, own = (outer or inner).rpartition("__")
    (tmp_path / folder).mkdir(exist_ok=True)
    content = archive([(inner, b"PK\x03\x04broken")]) if slash else b"PK\x03\x04broken"
    (tmp_path / folder / own).write_bytes(content)
    write_filing(tmp_path / "甘肃.xlsx", "甘肃省")
    found = [item.document.unit for item in judged(tmp_path).files if isinstance(item.document, Unreadable)]
    assert [found_unit.short if found_unit else "-" for found_unit in found] == [unit]


def test_a_refused_file_is_of_the_filing_in_its_own_mail(tmp_path: Path) -> None:
    both = mail(("表.xlsx", filing("宁夏")), ("附表2.xlsx", b"PK\x03\x04broken"), subject="报送", said="请查收。")
    inbox = sent(tmp_path, 信__eml=both, 青海__xlsx=filing("青海省"))
    found = [item.document.unit for item in inbox.files if isinstance(item.document, Unreadable)]
    assert [unit and unit.short for unit in found] == ["宁夏"]


def test_a_refused_file_of_a_city_is_replaced_by_that_citys_table_alone(tmp_path: Path) -> None:
    early, late = "10 Jan 2020 09:00:00 +0800", "20 Jan 2020 09:00:00 +0800"
    first = mail(("石嘴山市.csv", b"1,2"), sent=early)
    of_city = {
        name: {form: clean_rows("宁夏", form)[at : at + 1] for form in ("附表1", "附表2")}
        for at, name in enumerate(CITIES)
    }
    other = mail(("表.xlsx", filing("宁夏", rows=of_city["银川市"])), sent=late)
    own = mail(("表.xlsx", filing("宁夏", rows=of_city["石嘴山市"])), sent=late)
    assert severities(sent(tmp_path / "一", 甲__eml=first, 乙__eml=other))["石嘴山市.csv"] is Severity.ERROR
    assert severities(sent(tmp_path / "二", 甲__eml=first, 乙__eml=own))["石嘴山市.csv"] is Severity.NOTE
