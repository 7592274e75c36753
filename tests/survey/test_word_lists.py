"""What words and names say: which mark a text, measured on texts that others wrote (tests/texts), which say nothing, which tell a
version."""

from __future__ import annotations

import pytest

from cases import cases, written
from hrss12333.checking.reasons import postponing
from hrss12333.survey import DATA_FOLDER, flat_list
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.words import (
    Meaning,
    is_marked,
    is_quotable,
    version_named,
)


def test_most_doubtful_texts_are_marked_and_few_ordinary_ones() -> None:
    doubtful, ordinary = written("doubts.tsv"), written("ordinary.tsv")
    assert sum(is_marked(line["text"], 2019) for line in doubtful) >= 0.55 * len(doubtful)
    assert sum(is_marked(line["text"], 2019) for line in ordinary) <= 0.30 * len(ordinary)


@pytest.mark.parametrize(
    ("name", "most"),
    [("doubtful_words.tsv", 120), ("harmless_phrases.tsv", 60), ("reason_words.tsv", 100)],
)
def test_the_lists_are_short_and_say_how_they_are_extended(name: str, most: int) -> None:
    words = [word for word, *_ in flat_list(name)]
    assert len(words) <= most
    assert len(set(words)) == len(words)
    assert (DATA_FOLDER / name).read_text(encoding="utf-8").startswith("# ")


def test_all_word_tables_together_are_short() -> None:
    tables = [path for path in DATA_FOLDER.iterdir() if path.stem.endswith(("_words", "_phrases"))]
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in tables) <= 800
    assert len(postponing()) <= 10


@cases("""
    marked=  text
    True     来电总量应为7万 | 放弃量 1,500 | 坐席250个 | 约２３００ | 全省1,234,567次 | 共2345 | 坐席2000个 | 全市2.5万次 | 来电201912人次 | 201906
    True     2019年7月1日—12月31日 | 2019年1月1日至6月30日数据 | 2018年 | 2018年12月31日 | 统计日期：2018-12-31 | 三季度 | 1-11月
    False    2019年 | 填表日期：2020年1月15日 | 2020-01-15 09:30 | 联系电话：0951-5012345、13800138000 | 12333电话咨询 | 12345热线
    False    人社网信函〔2019〕28号 | 邮箱12333@mohrss.gov.cn | 联系电话：5012345 | 坐席25个 | 顺丰SF1234567890123
    False    快递单号7312345678901 | EMS：EA123456789CN | 2019年度 | 2019年1月1日至2019年12月31日
    False    201901-201912 | 2019.01-2019.12 12333电话服务情况调查表 | 2018.12.26-2019.12.25 12333调查表
    False    截至12月31日 | 1月1日至12月31日 | 数据截止到2019年12月31日 | 1月1日起由省里接听
    False    经核对，无误，无遗漏
    True     经核对无误，放弃量有误 | 数据 有 误
""")
def test_a_figure_or_a_word_of_doubt_marks_a_text(text: str, marked: bool) -> None:
    """Neither the year processed, a day, a telephone or a document's number, nor a harmless phrase."""
    assert is_marked(text, 2019) is marked


# What 附注 leaves out


@cases(r"""
    quoted=  text
    False    无 | - | / | —— | 无。 | （盖章） | 2020年1月15日 | 年  月  日 | 第1页 共2页 | - 3 - | 您好！ | 此致\n敬礼 | 谢谢 | 发自我的iPhone
    False    填表说明： | 12333电话服务情况调查表 | 附表1 | 合计 | 来电总量 | 1．请务必填写联系人及手机号。 | 联系电话：0951-5012345 | 经办人：
    False    注：来电总量=人工接听量+自助语音量+放弃量；若不相等，请说明情况。 | 填表人：张三  审核人：李四  2020年1月15日
    False    说明：1.请务必填写联系人及手机号。2.数据采集周期为：2019年1月1日至2019年12月31日。 | 负责人（签字）：王五    填报单位（盖章）：广州市人社局
    False    2019年度 | 2019年度12333电话服务情况调查表 | 填报时间：2019年12月20日至2020年1月17日 | 传真：0951-5012345  邮编：750001
    True     63000 | 2500 | 12月为估算数 | 系统由省厅统一建设 | 以上数据含县区 | 注：咨询员含外包人员 | 审核人：数据有误 | 经办人：张三（外包）
    True     填表人：张三\n放弃量为估算数 | 来电总量=人工接听量+自助语音量；若不相等，请说明情况。 | 联系电话：0951-5012345，来电总量应为63000
    True     2018年度 | 2018年12月31日 | 统计日期：2018年12月31日 | 2018年度12333电话服务情况调查表 | 审核人：63000 | 第1页 2018年
    True     数据采集周期为：2018年1月1日至2018年12月31日。 | 手机号：13900000000 石嘴山估算 | 情况统计日期：无 | 单位：万次
""")
def test_what_says_anything_is_quoted(text: str, quoted: bool) -> None:
    assert is_quotable(text, EDITION) is quoted


# What names say


@cases("""
    version    file
    corrected  收件/宁夏（更正）.xlsx | 宁夏（原表作废，以此为准）.xlsx | 更正.zip/宁夏.xlsx
    former     宁夏更正前.xlsx | 宁夏（未修改）.xlsx | 宁夏征求意见稿.xlsx | 更正.zip/宁夏-旧.xlsx | 宁夏-去年.xlsx
    former     宁夏2018年.xlsx | 2018年度/宁夏.xlsx | 旧宁夏.xlsx | 宁夏调查表旧.xlsx | 宁夏旧/宁夏.xlsx
    neither    宁夏.xlsx | 个旧市.xlsx | 宁夏2020年1月.xlsx | 宁夏1月.xlsx
""")
def test_the_version_that_a_name_tells(file: str, version: str) -> None:
    assert (
        version_named(file, 2019) == {"corrected": Meaning.CORRECTED, "former": Meaning.FORMER, "neither": ""}[version]
    )


def test_what_a_mail_says_tells_a_version_where_no_name_does() -> None:
    assert version_named("信.eml/宁夏.xlsx", 2019, mail=["关于更正调查表的说明"]) == Meaning.CORRECTED
    assert version_named("信.eml/宁夏.xlsx", 2019, mail=["去年的表格式不同"]) == ""
