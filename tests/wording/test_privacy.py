"""No mobile number and no mail address in what may leave the office, however it is written; other figures stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import cases
from hrss12333.wording.privacy import LEFT_OUT, public_text, without_contacts


@cases("""
    written
    13812345678 | 138 1234 5678 | 138-1234-5678 | 138－1234－5678 | 138—1234—5678 | +86 13812345678 | ＋86-138-1234-5678
    008613812345678 | １３８１２３４５６７８ | zhang.san@example.cn | zhang@ example.cn | zhang＠example.cn | 138.1234.5678
    138/1234/5678 | 138_1234_5678 | 138•1234•5678 | 138，1234，5678 | 138­1234­5678 | x[at]qq.com | x@qq。com
    138 - 1234 - 5678 | 86-138 1234 5678 | 013812345678 | x (at) qq.com | zhang.san（AT）example.cn
""")
def test_a_contact_is_hidden(written: str) -> None:
    assert without_contacts(f"请电{written}，多谢") == f"请电{LEFT_OUT}，多谢"


@pytest.mark.parametrize(
    "kept", ["来电总量13,812,345,678", "12333", "010-84209211", "138123456789012", "0.13812345678"]
)
def test_a_figure_is_kept(kept: str) -> None:
    assert without_contacts(kept) == kept


@cases("""
    written shown
    张三,13812345678 张三,［略］
    13812345678,13912345678 ［略］,［略］
    13812345678.13912345678 ［略］.［略］
    tel.13812345678 tel.［略］
    电话:+8613812345678 电话:［略］
    （86）13812345678 （86）［略］
    张三13812345678李四 张三［略］李四
    手机13812345678/13912345678 手机［略］/［略］
    13812345678@example.cn ［略］
    (139)12340011 (［略］
""")
def test_a_contact_is_hidden_whatever_stands_beside_it(written: str, shown: str) -> None:
    assert without_contacts(written) == shown


def test_a_long_text_without_an_address_takes_no_time() -> None:
    text = "a" * 200_000 + "。@"
    assert without_contacts(text) == text


def test_no_control_or_direction_character_goes_out_and_none_parts_a_number() -> None:
    harmful = "\x00\x07\x1b\x7f\x80\x85\x9f\u202a\u202e\u2066\u2069\ud800"
    assert public_text(f"甲{harmful}乙\n丙") == "甲乙\n丙"
    assert public_text("\x1b".join("13812345678")) == LEFT_OUT


@given(
    st.lists(
        st.sampled_from([*"1１38 09()6+＋.-—@＠甲a\0，", "13812345678", "a@b.cn", "138.1234.567", "86-", "(at)"]),
        max_size=40,
    )
)
def test_of_what_is_left_nothing_is_hidden_again(parts: list[str]) -> None:
    left = without_contacts("".join(parts))
    assert without_contacts(left) == left
