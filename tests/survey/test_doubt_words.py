"""The words that mark a text, measured on texts that others wrote (tests/texts)."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases import cases
from hrss12333.checking.reasons import postponing
from hrss12333.survey.doubt_words import is_marked
from hrss12333.survey.lists import DATA_FOLDER, flat_list

TEXTS = Path(__file__).parents[1] / "texts"


def texts(name: str) -> list[str]:
    """The texts of a table."""
    head, *lines = (TEXTS / name).read_text(encoding="utf-8").splitlines()
    at = head.split("\t").index("text")
    return [line.split("\t")[at].replace("\\n", "\n") for line in lines]


def test_most_doubtful_texts_are_marked_and_few_ordinary_ones() -> None:
    doubtful, ordinary = texts("doubts.tsv"), texts("ordinary.tsv")
    assert sum(is_marked(text, 2019) for text in doubtful) >= 0.55 * len(doubtful)
    assert sum(is_marked(text, 2019) for text in ordinary) <= 0.30 * len(ordinary)


@pytest.mark.parametrize(
    ("name", "most"), [("doubtful_words.tsv", 120), ("harmless_phrases.tsv", 60), ("reason_words.tsv", 100)]
)
def test_the_lists_are_short_and_say_how_they_are_extended(name: str, most: int) -> None:
    words = [word for word, *_ in flat_list(name)]
    assert len(words) <= most
    assert len(set(words)) == len(words)
    assert (DATA_FOLDER / name).read_text(encoding="utf-8").startswith("# ")


def test_all_word_tables_together_are_short() -> None:
    tables = [path for path in DATA_FOLDER.iterdir() if path.stem.endswith(("_words", "_phrases"))]
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in tables) <= 800


@cases("""
    text
    来电总量应为7万 | 放弃量 1,500 | 坐席250个 | 约２３００ | 全省1,234,567次 | 共2345 | 坐席2000个 | 全市2.5万次
    2018年 | 2018年12月31日 | 统计日期：2018-12-31 | 三季度 | 1-11月
""")
def test_a_figure_marks_a_text(text: str) -> None:
    assert is_marked(text, 2019)


@cases("""
    text
    2019年 | 填表日期：2020年1月15日 | 2020-01-15 09:30 | 联系电话：0951-5012345、13800138000 | 12333电话咨询 | 12345热线
    人社网信函〔2019〕28号 | 邮箱12333@mohrss.gov.cn | 联系电话：5012345 | 坐席25个
    顺丰SF1234567890123 | 快递单号7312345678901 | EMS：EA123456789CN | 2019年度 | 2019年1月1日至2019年12月31日
""")
def test_a_year_a_day_a_telephone_or_a_number_of_a_document_is_no_figure(text: str) -> None:
    assert not is_marked(text, 2019)


def test_a_harmless_phrase_is_taken_out_before_words_are_looked_for() -> None:
    assert not is_marked("经核对，无误，无遗漏", 2019)
    assert is_marked("经核对无误，放弃量有误", 2019)
    assert is_marked("数据 有 误", 2019)


def test_few_phrases_disown_or_postpone() -> None:
    assert len(postponing()) <= 10
