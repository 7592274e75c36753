"""What a province sends its cities in two rounds, and the ministry the units: letters as their receivers read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import docx
import openpyxl

from cli_runs import refused, run
from factory import clean_header, clean_rows, lines_below, opened, unit_named, write_below, write_filing
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Scalar

NINGXIA = unit_named("宁夏")
CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")


def sent(file: str, unit: Unit, *names: str, figures: Mapping[str, Scalar] | None = None) -> dict[str, Scalar]:
    """A file with these regions of a unit, the first with these figures of 附表1; its row."""
    at = [region.name for region in unit.regions]
    rows = {form.key: [dict(clean_rows(unit, form)[at.index(name)]) for name in names] for form in EDITION.forms}
    rows["附表1"][0].update(figures or {})
    header = {**clean_header(unit), "email": "a@example.cn"}
    write_filing(Path("收件") / file, unit, rows, header, saved=datetime(2020, 1, 22 if "更正" in file else 6))
    return rows["附表1"][0]


def scan(name: str, sender: str, day: int) -> None:
    """A mail to which nothing but a scan is attached."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, f"{name}12333调查表"
    mail["Date"] = f"Tue, {day} Jan 2020 09:00:00 +0800"
    mail.set_content("盖章扫描件见附件。")
    mail.add_attachment(b"%PDF-1.4" + bytes(2000), maintype="application", subtype="pdf", filename="调查表.pdf")
    Path(f"收件/{name}.eml").write_bytes(mail.as_bytes())


def letter(name: str) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(f"退回/{name}.docx").paragraphs)


def send_list() -> dict[str, dict[str, Any]]:
    return {line["收件单位"]: line for line in lines_below(opened("退回/发送清单.xlsx").worksheets[0].values)}


def noted(name: str, **cells: str) -> None:
    """Staff write into the list of what to send."""
    book = openpyxl.load_workbook("退回/发送清单.xlsx")
    assert write_below(book.worksheets[0], {"收件单位": name}, **cells)
    book.save("退回/发送清单.xlsx")


def test_a_further_letter_says_so_and_what_was_answered(here: Path) -> None:
    (here / "收件").mkdir()
    given = sent("银川市.xlsx", NINGXIA, "银川市")
    sent("石嘴山市.xlsx", NINGXIA, "石嘴山市", figures={"calls_total": 1, "seats": None})
    scan("固原市", "固原人社 <gy@example.cn>", 14)
    merge = ("merge", "收件", "--unit", "宁夏", "--returns", "退回")
    assert run(*merge, "-o", "一.xlsx").exit_code == 1
    first = letter("催报函_固原市")
    assert "你市2020年1月14日来信收悉，谢谢。所附材料为扫描件，" in first
    assert "请报送调查表电子版（.xlsx）；" in first
    assert "再次" not in first
    assert send_list()["固原市"]["已来信"] == "1月14日来信，附件为扫描件"
    assert send_list()["固原市"]["邮箱"] == "gy@example.cn"
    noted("石嘴山市", 发出日期="2020-01-20", 办理情况="电话已催")
    assert "发送清单.xlsx”里有1行写了发出日期或办理情况，覆盖后就没有了" in refused(
        2, *merge, "-o", "三.xlsx", "--force"
    )
    assert not Path("三.xlsx").exists()
    sent("石嘴山市更正.xlsx", NINGXIA, "石嘴山市", figures={"seats": None})
    sent("中卫市.xlsx", NINGXIA, "中卫市", figures={key: given[key] for key in CALLS})
    again = run(*merge, "-o", "二.xlsx", "--since", "一_汇总.xlsx", "--force")
    assert "催报函_中卫市.docx、催报函_中卫市.eml、发送清单.xlsx" in again.stdout
    further = letter("退回修改意见_石嘴山市")
    assert further.splitlines()[0].endswith("的函（再次）")
    assert "我厅曾于2020年1月20日去函，现再次函告；所列各处最早的自" in further
    assert "上次已答复：附表1石嘴山市来电总量，不再列出。" in further
    assert [send_list()["石嘴山市"][key] for key in ("上次发函", "发出日期", "办理情况")] == [
        "2020-01-20",
        None,
        "电话已催",
    ]
    assert "再次" not in letter("催报函_固原市")
    # Neither letter nor copy names another city.
    asked = letter("核实函_银川市")
    assert "另一地区、“银川市”的来电总量" in asked
    copy = openpyxl.load_workbook("退回/银川市_审核.xlsx")
    written = [
        str(cell.value) + str(cell.comment and cell.comment.text) for page in copy for row in page for cell in row
    ]
    assert "中卫" not in "".join((asked, *written))


def test_no_unit_learns_anothers_figures_and_paper_alone_is_answered_with_what_is_missing(here: Path) -> None:
    (here / "收件").mkdir()
    given = sent("宁夏.xlsx", NINGXIA, *[region.name for region in NINGXIA.regions])
    hainan = unit_named("海南")
    sent("海南.xlsx", hainan, *[region.name for region in hainan.regions], figures={key: given[key] for key in CALLS})
    scan("山西省", "sx@example.cn", 14)
    Path("收件/江西省.xlsx").write_bytes(b"PK" + bytes(100))
    assert run("merge", "收件", "--returns", "退回").exit_code == 1
    asked = letter("核实函_宁夏回族自治区")
    assert "与其他单位一个地区的完全相同" in asked
    assert "海" not in asked
    for words in (
        "所附材料为扫描件",
        "尚未收到你厅的调查表电子版（.xlsx）和工作总结",
        "请报送调查表电子版（.xlsx）和工作总结，",
    ):
        assert words in letter("催报函_山西省")
    assert "工作总结（3000字以内）尚未收到，请一并报送" in letter("退回修改意见_江西省")
    draft = BytesParser().parsebytes(Path("退回/催报函_山西省.eml").read_bytes())
    assert draft["To"] == "sx@example.cn"


def test_the_copy_of_a_file_with_two_units_has_the_forms_of_one(here: Path) -> None:
    (here / "收件").mkdir()
    units = (unit_named("海南"), unit_named("青海"))
    for unit in units:
        names = [region.name for region in unit.regions]
        sent(f"{unit.short}.xlsx", unit, *names, figures={"calls_total": 1})
    both, other = (openpyxl.load_workbook(f"收件/{unit.short}.xlsx") for unit in units)
    for page in other:
        copied = both.create_sheet(f"青海{page.title}")
        for cell in (cell for row in page for cell in row if cell.value is not None):
            copied[cell.coordinate] = cell.value
    both.save("收件/两省.xlsx")
    for unit in units:
        Path(f"收件/{unit.short}.xlsx").unlink()
    assert run("check", "收件", "--annotate", "副本").exit_code == 1
    for name, unit, stranger in zip(("两省_审核", "两省_审核(2)"), units, reversed(units), strict=True):
        texts = {str(cell.value) for page in opened(f"副本/{name}.xlsx") for row in page for cell in row}
        assert unit.regions[0].name in texts
        assert texts.isdisjoint(region.name for region in stranger.regions)


def test_a_copy_of_a_file_with_several_cities_goes_to_none_of_them(here: Path) -> None:
    (here / "收件").mkdir()
    sent("两市.xlsx", NINGXIA, "银川市", "石嘴山市", figures={"calls_total": 1})
    assert run("merge", "收件", "--unit", "宁夏", "--returns", "退回").exit_code == 1
    draft = BytesParser().parsebytes(Path("退回/退回修改意见_银川市.eml").read_bytes())
    assert [part.get_filename() for part in draft.walk() if part.get_filename()] == ["退回修改意见_银川市.docx"]
    assert "审核副本" not in letter("退回修改意见_银川市")


def test_units_that_staff_let_be_are_no_error(here: Path) -> None:
    """M701 answered by 不报 is asked no more, and leaves the exit status 0."""
    (here / "收件").mkdir()
    sent("宁夏.xlsx", NINGXIA, *[region.name for region in NINGXIA.regions])
    assert run("merge", "收件", "-o", "一.xlsx").exit_code == 1
    book = openpyxl.load_workbook("一.xlsx")
    page: Any = book["问题清单"]
    head = next(row[0].row for row in page.iter_rows() if any(cell.value == "核实情况" for cell in row))
    at = {cell.value: cell.column for cell in page[head]}
    for row in range(head + 1, page.max_row + 1):
        if page.cell(row, at["规则"]).value == "M701":
            for heading, text in {"核实情况": "不报，今年没有开通", "核实人": "王芳", "核实日期": "2020-01-20"}.items():
                page.cell(row, at[heading], text)
    book.save("一.xlsx")
    again = run("merge", "收件", "-o", "二.xlsx", "--since", "一.xlsx")
    assert (again.exit_code, "没报（不报） 31个" in again.stdout) == (0, True), again.stdout
