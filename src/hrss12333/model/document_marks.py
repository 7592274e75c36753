"""Marks that this tool leaves in the document properties of its own outputs, so that a later run recognises them.

They are in the core property *category* (``docProps/core.xml``). A clean official form (``template``, ``fix``) carries
none: it is meant to be filled in and sent.
"""

from __future__ import annotations

GENERATOR = "hrss12333"
"""Creator of every file that this tool writes."""

OUTPUT_CATEGORY = "hrss12333 汇总输出"
"""The national workbook, a unit's own and the 参阅文件: results, never a filing."""

FILING_CATEGORY = "hrss12333 报送表"
"""The filing that ``merge --unit`` made of a unit's cities: to be sent, and no city's when it lies among theirs. Its
*keywords* hold the code of all that was written (`check_code.copy_code_of`)."""

COPY_CATEGORY = "hrss12333 审核副本"
"""A filing with the audit's remarks written into it: the unit works on it and may well send it back."""

LETTER_KEYWORD = "hrss12333 信函"
"""In the *keywords* of a letter in Word, beside `OUTPUT_CATEGORY`; a mail draft bears `GENERATOR` as its X-Mailer."""

AUDIT_SHEET = "审核结果"
"""The sheet that such a copy begins with."""

REMARK = "【{level} {rule}】"
"""The beginning of a remark of an annotated copy on a cell; it stays there when the unit has corrected the cell."""

OWN_HEADINGS = ("来源工作表", "填报覆盖")
"""Headings that only this tool's tables have, by which its CSV files, which have no properties, are recognised."""
UNFINISHED = ".~hrss12333-"
"""The beginning of a file's name while it is being written."""
