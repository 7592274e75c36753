"""What counts as a reason in 备注: it settles a query (核实性错误), so it must tell the auditor something.

No reasons are blanks, dashes, 无 and its kin, the sample's text, bare numbers, and words that only vouch for the
figures ("已核实", "核对无误"): whoever asks why two figures differ has no answer in "they are right". Anything else is
taken for a reason; whether it is a good one is the auditor's to judge, who sees it beside the finding.
"""

from __future__ import annotations

import re
import unicodedata

from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind

_SAYS_NOTHING = (
    "无 没有 没 暂 未填 空白 空 略 缺 不详 未知 不适用 待定 待补充 待补 待 na none null nil nan no yes ok "  # nothing there
    "备注 说明 情况 特殊 特别 其他 其它 内容 需要 需 须 事项 补充 异常 问题 "  # the heading once more
    "同上 同左 同前 如上 如表 见上 以上 本行 本栏 此 示例 是 否 有 的 为 均 都 全部 "  # see elsewhere
    "数据 数字 数值 数 填报 填写 本表 经 已 再次 反复 "  # vouching
    "核实 核对 核查 复核 审核 确认 检查 无误 属实 真实 准确 正确 正常 完整 确实"
)
_SAMPLES = tuple(
    re.escape(column.sample)
    for form in EDITION.forms
    for column in form.of_kind(Kind.TEXT, Kind.REGION)
    if isinstance(column.sample, str)
)
_NOTHING = re.compile("(?:" + "|".join(sorted({*_SAYS_NOTHING.split(), *_SAMPLES}, key=len, reverse=True)) + ")*+")
_SHORTEST = 2
"""Characters that the shortest reason has (兼职)."""


def is_reason(text: str) -> bool:
    """Whether the text of a 备注 explains anything."""
    letters = "".join(
        character
        for character in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(character)[0] == "L"
    )
    return len(letters) >= _SHORTEST and not _NOTHING.fullmatch(letters)
