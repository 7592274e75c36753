"""What the form's self-check cannot see: the rules that it leaves to ``check``, each with the reason."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Blind(Enum):
    """Which forms can't see it."""

    ALWAYS = "每一份"
    ANYONE = "各单位通用的一份"
    CITY = "一个地区自己的一份"


class Unseen(NamedTuple):
    """A rule to which the sheet is blind, and why."""

    rule: str
    why: str
    where: Blind = Blind.ALWAYS


UNSEEN = (
    Unseen("R207", "要看另一张表"),
    Unseen("H108", "要看另一张表"),
    Unseen("P503", "要看本单位全部地区"),
    Unseen("P506", "要看本单位全部地区"),
    Unseen("P507", "要与别的地区、上年比较"),
    Unseen("P508", "要看本单位全部地区"),
    Unseen("R209", "要与本单位其他各行相加比较"),
    Unseen("P501", "经验界限，由审核人员掌握"),
    Unseen("P502", "要与别的地区、上年比较"),
    Unseen("P505", "要与上年比较，只在表旁有上年数据时看得出来"),
    Unseen("R206", "样例数字抄进来的极少，由审核人员掌握"),
    Unseen("V311", "备注、批注里存疑的词（这样的话不能说明其他疑问），表内不认"),
    Unseen("R210", "备注里的话是否说明整行作废、测试或不是全年的，表内看不出来"),
    Unseen("R202", "不知道是哪个单位填", Blind.ANYONE),
    Unseen("R203", "不知道是哪个单位填：“恩施州”与全称等两种写法是不是同一个地区，看不出来", Blind.ANYONE),
    Unseen("R204", "不知道是哪个单位填", Blind.ANYONE),
    Unseen("R204", "只看自己这一个地区", Blind.CITY),
)
"""Rules that the sheet leaves to ``check``; where it sees a case of one, it says so all the same."""
