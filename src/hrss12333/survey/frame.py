"""Texts that every form prints around its rows: the header's blanks, the seal, words of rows that are no data."""

from __future__ import annotations

from msgspec import Struct

from hrss12333.survey.lists import other_headings


class HeaderField(Struct, frozen=True):
    """A blank of the line above the table."""

    key: str
    """Header key, the name in JSON."""
    label: str
    """What the form prints before the blank."""
    required: bool = True
    """Whether a filing is incomplete without it."""
    name: str = ""
    """The blank's name in a sentence, where the label does not serve."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other labels seen in practice."""
        return other_headings(self.key)

    @property
    def called(self) -> str:
        """Its name in messages: 报送单位, 联系人."""
        return self.name or self.label


HEADER = (
    HeaderField("unit", "省（自治区、直辖市）", name="报送单位"),
    HeaderField("name", "联系人"),
    HeaderField("mobile", "手机号"),
    HeaderField("email", "邮箱", required=False),
)
"""The blanks in the form's order."""
SEAL = "（盖章）"
"""Where the unit's seal goes, before the first blank."""
SAMPLE = "样例"
"""Names the row that shows how to fill in the form."""
TOTAL = "合计"
"""Names the row of sums."""
INSTRUCTIONS = "填表说明："
"""Heads the explanations below the table."""
LAST_YEAR_HEADING = "上年数据（仅供参照，不填）"
"""Heads the block beside the form that shows last year's figures: it and all to its right is no part of the form."""
TO_FILL = "浅黄色格为填写处"
"""Begins the advice above the title of a blank form, which a formula gives: nobody wrote it."""
CHANGES = "修改记录（原文件："
"""Heads the sheet of a clean form that lists what was changed: no form, whatever columns it names."""
SELF_CHECK = "自检\n（自动，不打印）"
"""Heads the live self-check, right of the form."""
PASSED, WRONG, ASKED = "√ 通过", "× ", "！"
"""Begin whatever the self-check says in its column, also where a format keeps no formulas: nothing is open, something must be
corrected, or something is lacking or asked."""
COMPLETE = "必填项已填全，自检通过。"
"""Above the title of a form that lacks nothing."""
NOT_PASSED = "自检未通过"
"""Printed above the title by a form that must not be sent as it is."""
DRAFT = "未定稿"
"""Printed there by a unit's own filing while an error is open, or a city has not reported."""
CONTINUED = "续表"
"""Heads the part of a table that a page break parted from the rest."""
