"""字数 against counts that Word gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss12333.reading.work_report import count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \t\n\u3000", 0),
        ("工作总结", 4),
        ("工作，总结。", 6),
        ("12333", 1),
        ("12333电话", 3),
        ("全国12333电话服务", 7),
        ("hello world", 2),
        ("hello, world!", 2),
        ("综合接通率91.15%，", 7),
        ("2019年1月1日", 6),
        ("１２３３３", 5),
        ("ＡＰＰ服务", 5),
        ("APP服务", 3),
        ("“互联网＋人社”", 8),
        ("don’t", 1),
        ("情况……", 4),
        ("——完", 3),
        ("一、工作\n二、成效", 8),
        ("中 文", 2),
        ("a\u200bb", 1),
        ("www.12333.gov.cn 网站", 3),
    ],
)
def test_known_counts(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text(), st.text())
def test_a_line_break_parts_words(first: str, second: str) -> None:
    assert count_words(first + "\n" + second) == count_words(first) + count_words(second)


@given(st.text(alphabet="工作总结，。；（）《》", max_size=50))
def test_chinese_counts_every_character(text: str) -> None:
    assert count_words(text) == len(text)
