"""What the form's self-check cannot see: the rules that it leaves to ``check``, each with the reason. Where it sees a case of
one, it says so all the same."""

from __future__ import annotations

OTHER_FORM, WHOLE_UNIT, COMPARED = "要看另一张表", "要看本单位全部地区", "要与别的地区、上年比较"
UNSEEN = {
    **dict.fromkeys(("R207", "H108"), OTHER_FORM),
    **dict.fromkeys(("P503", "P506", "P508"), WHOLE_UNIT),
    **dict.fromkeys(("P502", "P507"), COMPARED),
    "P505": "要与上年比较，只在表旁有上年数据时看得出来",
    "R209": "要与本单位其他各行相加比较",
    "P501": "经验界限，由审核人员掌握",
    "R206": "样例数字抄进来的极少，由审核人员掌握",
    "V311": "备注、批注里存疑的词（这样的话不能说明其他疑问），表内不认",
    "R210": "备注里的话是否说明整行作废、测试或不是全年的，表内看不出来",
}
"""Rules to which every form is blind."""
UNSEEN_BY_ANYONES = dict.fromkeys(("R202", "R203", "R204"), "不知道是哪个单位填")
"""To which the form that suits every unit is blind besides; of R203, two ways to write one region."""
UNSEEN_BY_A_CITYS = {"R204": "只看自己这一个地区"}
"""To which a city's own form is blind besides."""
