"""The line above a form, in any shape: whose it is and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from cases import cases, words
from five_cities import ROWS, SYSTEM_HEADINGS, SYSTEM_ROWS, filing, rules, sheet
from hrss12333.model.filing import Place, Value
from hrss12333.model.row import Problem
from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.header import header_lines, read_field, read_header
from hrss12333.survey.editions.y2019 import EDITION

TITLE = "12333电话服务情况调查表"
TRUTH = {"unit": "广东省", "name": "张三", "mobile": "13800000001", "email": "a@b.gov.cn"}


def read(*lines: Sequence[str]) -> dict[str, Value]:
    rows = header_lines(Grid("附表1", lines), (0, len(lines)))
    return read_header(rows, TITLE, EDITION.gazetteer)


def values(header: Mapping[str, Value]) -> dict[str, object]:
    return {key: value.value for key, value in header.items()}


SHAPES = r"""
（盖章） 广东省（自治区、直辖市） 联系人：张三（手机号：13800000001） 邮箱：a@b.gov.cn
（盖章）          广东省（自治区、直辖市）     联系人：张三      手机号：13800000001     邮箱：a@b.gov.cn
（盖章） 广东 省（自治区、直辖市） 联系人:张三 手机号:13800000001 邮箱:a@b.gov.cn
（盖章）__广东__省（自治区、直辖市）  联系人：__张三__  手机号：__13800000001__  邮箱：__a@b.gov.cn__
（盖章）\u3000广东省\u3000联 系 人：张 三\u3000手 机 号：138 0000 0001\u3000邮 箱：a@b.gov.cn
填报单位（盖章）：广东省人力资源和社会保障厅\n联系人：张三\n手机号：+86 13800000001\n邮箱：a＠b.gov.cn
（盖章）||广东|省（自治区、直辖市）|联系人：|张三|手机号：|138-0000-0001|邮箱：|a@b.gov.cn
填 报 单 位|广东省|联 系 人 姓 名：|张三|手 机 号|13800000001|邮 箱|a@b.gov.cn
填报单位|广东省|联系人|张三|手机号码|13800000001|电子邮箱|a@b.gov.cn
报送单位：广东||联系人：张三||手机号：１３８０００００００１|邮箱：a@b.gov.cn
填报单位：|广东省 // 联系人：|张三 // 联系电话：|13800000001 // 邮箱：|a@b.gov.cn
广东省人社厅（公章） // 联系人||手机号||邮箱 // 张三||13800000001||a@b.gov.cn
填报单位|联系人||手机号|邮箱 // 广东省|张三||13800000001|a@b.gov.cn
单位：广东省|联系人及电话：张三 13800000001|邮箱：a@b.gov.cn
单位：广东省 联系人：张三 电话/传真：020-83186000 手机：13800000001 邮箱：<a@b.gov.cn>
单位：广东省|联系人：张三|手机号：13800000001 a@b.gov.cn
单位：广东省/联系人：张三/手机号：13800000001（短号666001）/QQ邮箱：a@b.gov.cn
单位|广东省 // 联系人1|张三|手机号|13800000001|邮箱|a@b.gov.cn // 联系人2|李四
填报单位：广东省人社厅数据服务中心 联系人：张三 手机号：13800000001 邮箱：a@b.gov.cn
（盖章）广东省 联系人 张三 手机号 13800000001 邮箱 a@b.gov.cn||单位：次、人
（盖章）广东省 联系人 张三 手机号 13800000001 邮箱 a@b.gov.cn||单位：百次、人
（盖章）广东省 联系人：张三 手机号：13800000001 邮箱：a@b.gov.cn||填报单位：信息中心
12333电话服务情况调查表\n（盖章）广东省  联系人：张三  手机号：13800000001  邮箱：a@b.gov.cn
广东省12333电话服务情况调查表 // （盖章）     省（自治区、直辖市）  联系人：张三  手机号：13800000001  邮箱：a@b.gov.cn
联系人：张三|手机号：13800000001|邮箱：a@b.gov.cn|填报单位：广东省
填报单位：广东省  联系人：张三  职务：科长  手机号：13800000001  QQ：123456  邮箱：a@b.gov.cn  填报日期：2020-1-9
（盖章）广东省 填表人：李四 手机号：13900000009 联系人：张三 手机号：13800000001 邮箱：a@b.gov.cn
（盖章）广东省 联系人：张三 手机号：13800000001 邮箱：a@b.gov.cn 负责人：李四 电话：13900000009
（盖章）广东省 单位负责人：李四 电话：13900000009 联系人：张三 手机号：13800000001 邮箱：a@b.gov.cn
（盖章）广东省 联系人 张三 电话 13800000001 E-mail a@b.gov.cn
（盖章）广东省 联系人张三 电话13800000001 邮箱a@b.gov.cn
"""
"""One header a line; two strokes part its rows. Who filled in the form, or answers for it, is not the contact."""


@pytest.mark.parametrize("shape", SHAPES.strip().split("\n"))
def test_every_shape_says_the_same(shape: str) -> None:
    assert values(read(*map(words, shape.split(" // ")))) == TRUTH


@pytest.mark.parametrize("shape", [shape for shape in SHAPES.strip().split("\n") if " // " not in shape])
def test_below_the_table_it_says_the_same(shape: str) -> None:
    (table,) = filing(sheet([*ROWS, words(shape)], above=[[TITLE]])).tables
    assert (values(table.header), len(table.rows)) == (TRUTH, 5)


def test_blanks_are_missing_and_not_the_next_label() -> None:
    lacking = [Problem.UNIT_MISSING, Problem.NAME_MISSING, Problem.MOBILE_MISSING, Problem.EMAIL_MISSING]
    header = read(
        ["（盖章）          省（自治区、直辖市）     联系人：           手机号：                邮箱：         "]
    )
    assert values(header) == dict.fromkeys(TRUTH)
    assert [header[key].problem for key in TRUTH] == lacking
    assert {value.place for value in header.values()} == {Place("附表1", 1, 1)}
    for blank in (" ", "\u3000"):
        bare = read([blank.join(["（盖章）广东省", "联系人", "手机号", "邮箱"])])
        assert [bare[key].problem for key in ("name", "mobile", "email")] == lacking[1:]


@cases("""
    key     value                       problem           written
    mobile  13800000001                 -                 13800000001 | 138 0000 0001 | 138-0000-0001 | 138000 00001
    mobile  13800000001                 -                 +86-13800000001 | 008613800000001 | 13800000001（办公室020-83333333）
    mobile  13800000001、13900000002    -                 13800000001、13900000002 | 13800000001/13900000002
    mobile  020-83333333                MOBILE_MALFORMED  020-83333333
    mobile  83333333                    MOBILE_MALFORMED  83333333
    mobile  1380000000                  MOBILE_MALFORMED  1380000000
    mobile  12800000001                 MOBILE_MALFORMED  12800000001
    mobile  13800000001,1390000000      MOBILE_MALFORMED  13800000001，1390000000
    mobile  1.38E+10                    MOBILE_MALFORMED  1.38E+10
    mobile  None                        MOBILE_MISSING    无 |
    email   a@b.gov.cn                  -                 a@b.gov.cn | a＠b.gov.cn | a @ b.gov.cn
    email   a@b.cn、c@d.cn              -                 a@b.cn；c@d.cn
    email   a.b.cn                      EMAIL_MALFORMED   a.b.cn
    email   None                        EMAIL_MISSING     -
""")
def test_mobiles_and_mail_addresses(key: str, value: str, problem: str, written: str) -> None:
    field = read_field(key, written)
    assert (str(field.value), field.problem.name if field.problem else "-") == (value, problem)


def test_two_contacts_in_one_blank_are_both_kept() -> None:
    header = read(["联系人：张三 13800000001；李四 13900000002", "邮箱：a@b.cn"])
    assert header["name"].value == "张三、李四"
    assert header["mobile"].value == "13800000001、13900000002"
    assert header["name"].place == header["mobile"].place == Place("附表1", 1, 1)


def test_who_filled_in_the_form_is_no_contact_where_that_is_left_blank() -> None:
    assert read(["联系人：    手机号："], ["填报人：王五"])["name"].problem is Problem.NAME_MISSING
    assert read(["联 系 人     手 机 号 13800000001"])["name"].problem is Problem.NAME_MISSING


@pytest.mark.parametrize("who", ["填表人", "经办人", "负责人", "填报人", "审核人", "单位负责人", "制表人"])
def test_nobody_else_is_taken_for_a_missing_contact(who: str) -> None:
    for lines in (
        [[f"（盖章）广东省 {who}：李四 手机号：13900000009 邮箱：x@y.gov.cn"]],
        [["（盖章）广东省"], [f"{who}：", "李四", "手机号：", "13900000009"]],
        [["（盖章）广东省"], [f"{who}：李四"], ["联系电话：13900000009"]],
    ):
        assert values(read(*lines)) == {"unit": "广东省"}, lines


@cases("""
    unit            line
    None            填报单位：光东省人力资源和社会保障局  联系人：张三
    None            （盖章） 宁夏回族自制区 联系人：张三 手机号：13800000001 | （盖章） 寧夏 联系人：张三 手机号：13800000001
    宁夏回族自治区  填报单位：银川市 联系人：张三 | 填报单位：银川市人社局 联系人：张三 | 填报单位：宁夏银川市 联系人：张三
""")
def test_a_unit_that_is_none_of_the_32_is_unknown_and_a_city_names_its_province(line: str, unit: str) -> None:
    found, written = (
        read([line])["unit"],
        line.split("  ")[0].partition(" 联系人")[0].rpartition("：")[2].split(" ")[-1],
    )
    known = unit if unit != "None" else None
    assert (found.found, found.value, found.problem) == (written, known, None if known else Problem.UNIT_UNKNOWN)
    assert found.note


def test_nothing_beside_the_seal_is_a_missing_unit() -> None:
    assert "unit" not in read(["（盖章）      联系人：张三"])
    systems = Grid("附表2", (SYSTEM_HEADINGS, *SYSTEM_ROWS))
    assert rules(filing(sheet("1-5"), systems)) == ["H101"]  # no line at all above one form


@cases("""
    told            written
    只有7位         1380000
    只有10位        1380000000
    有12位          138000000000
    填的是座机号    83330000 | 0531-8888888
    不是11位手机号  23800000000
""")
def test_a_mobile_with_digits_missing_is_told_from_a_landline(written: str, told: str) -> None:
    assert str(read_field("mobile", written).note) == told


@cases("""
    name                line
    张三                联系人：张三，广东省人社厅信息中心 手机号：13800000001
    张三、李四          联系人：张三、李四
    王\ue000\ue001     联系人：王\ue000\ue001 手机号：13800000001
    张三；李四          联系人：张三；李四
    阿卜杜·热合曼       联系人：阿卜杜·热合曼 手机号：13800000001
    None                联系人：数据有误，请以本次为准
    None                联系人：数据有误。
    None                联系人：张三已于上月调离，数据由新同事重新统计 手机号：13800000001
""")
def test_a_sentence_behind_the_contacts_label_is_no_name(name: str, line: str) -> None:
    header = read([line])
    assert str(header["name"].value if "name" in header else None).partition("，")[0] == name
