"""Rows as they were sent: by which each is known, what it says of its region, and whether two say the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache

from msgspec import Struct

from hrss12333.checking.counting import answers, is_filled
from hrss12333.checking.reasons import is_reason
from hrss12333.model.check_code import content, content_columns
from hrss12333.model.filing import Filing, Place, Row, Table
from hrss12333.patterns import lazy
from hrss12333.survey.region_names import folded
from hrss12333.survey.schema import Form, Kind, Scalar

RowKey = tuple[str, str, Place]
"""What a row is known by: its file, its form, and where it is located there."""

_UNCHANGED = lazy(
    r"(?:此行|本行|数据|内容|各项|其[他余])*(?:均|都|全部)?"
    r"(?:(?:未|没有?|无|不)(?:作|做|发生|有|需)?(?:任何)?(?:变化?|变动|修改|更正|调整|改动|变更|更改)"
    r"|同(?:前|原|上次|前次|首次|上报|原报|原表|初报)(?:数据?|表|一?致|报送的?|所?报)*"
    r"|(?:与|和|跟)?(?:前|原|上|首|初)(?:次|报|表|一次)*(?:报送)?的?(?:数据?|表|填报)?(?:一致|相同|一样))[。.]?"
)
"""不变, 同前, 与上次一致: that nothing has changed since the version before."""


def row_key(table: Table, row: Row) -> RowKey:
    """The key of one row of a table."""
    return table.file, table.form.key, row.place


class SentRow(Struct, frozen=True, dict=True):
    """One row as sent."""

    filing: Filing
    table: Table
    row: Row
    plain: tuple[Scalar, ...] | None
    """What it says of its region as read, where no cell of the row is marked."""
    filled: bool
    """Whether anything is beside the region's name, and not that nothing has changed."""
    unchanged: bool
    """Whether it says that what an earlier version says still holds."""
    disputed: bool = False
    """Whether the same file says something else of the same region too."""

    @property
    def key(self) -> RowKey:
        """What the row is known by."""
        return row_key(self.table, self.row)

    @cached_property
    def content(self) -> tuple[Scalar, ...]:
        """What it says of its region; a 备注 that explains nothing says nothing."""
        form = self.table.form
        values = zip(
            content_columns(form, Kind.REGION), self.plain or content(form, self.row, Kind.REGION), strict=True
        )
        return tuple(
            [None if column.kind is Kind.TEXT and not is_reason(str(text)) else text for column, text in values]
        )

    def is_same(self, other: SentRow) -> bool:
        """Whether both say the same: most that do were read alike, so that there is no need to look closer."""
        return self.read_alike(other) or (not self.disputed and not other.disputed and self.content == other.content)

    def agrees(self, other: SentRow) -> bool:
        """Whether both add the same to the totals."""
        form = self.table.form
        return self.read_alike(other) or (
            not self.disputed and not other.disputed and answers(form, self.row) == answers(form, other.row)
        )

    def read_alike(self, other: SentRow) -> bool:
        """Whether both were read alike, cell by cell."""
        alike = self.plain is not None and self.plain == other.plain and self.table.form is other.table.form
        return alike and not self.disputed and not other.disputed


def rows_of(filing: Filing) -> Iterator[SentRow]:
    """The rows of a file, table by table."""
    for table in filing.tables:
        for row in table.rows:
            form, plain = table.form, None if row.marked else content(table.form, row, Kind.REGION)
            unchanged = plain is None and _is_reported_unchanged(form, row)
            yield SentRow(filing, table, row, plain, not unchanged and is_filled(form, row), unchanged)


def _is_reported_unchanged(form: Form, row: Row) -> bool:
    if any(row.scalar(column.key) is not None for column in form.data):
        return False
    written = [row.get(column.key).found for column in form.data]
    texts = {*(text for text in written if text not in (None, "")), *filter(None, [row.text("remarks")])}
    return bool(texts) and all(isinstance(text, str) and _is_unchanged(text) for text in texts)


@lru_cache(maxsize=256)
def _is_unchanged(text: str) -> bool:
    return bool(_UNCHANGED.fullmatch(folded(text)))
