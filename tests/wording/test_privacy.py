"""No mobile number and no mail address in what may leave the office, however it is written; other figures stay."""

from __future__ import annotations

import pytest

from hrss12333.wording.privacy import HIDDEN, without_contacts


@pytest.mark.parametrize(
    "written",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "138－1234－5678",
        "138—1234—5678",
        "+86 13812345678",
        "＋86-138-1234-5678",
        "008613812345678",
        "１３８１２３４５６７８",
        "zhang.san@example.cn",
        "zhang@ example.cn",
        "zhang＠example.cn",
    ],
)
def test_a_contact_is_hidden(written: str) -> None:
    assert without_contacts(f"请电{written}，多谢") == f"请电{HIDDEN}，多谢"


@pytest.mark.parametrize(
    "kept", ["来电总量13,812,345,678", "12333", "010-84209211", "138123456789012", "0.13812345678"]
)
def test_a_figure_is_kept(kept: str) -> None:
    assert without_contacts(kept) == kept
