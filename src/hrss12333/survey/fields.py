"""How a row model declares its fields: each with its column in the form.

A row model may be a subclass of last year's. A field declared anew keeps its place: under its key, with another
heading, it is renamed; as `dropped`, it is no longer asked. A new field names with ``after`` the one that it follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from hrss12333.survey.schema import AFTER, DROPPED, Kind

Count = Annotated[int, Field(ge=0)] | None
"""Type of a field of `Kind.COUNT`."""
YesNo = bool | None
"""Type of a field of `Kind.YESNO`."""
Text = str | None
"""Type of a field of `Kind.TEXT` or `Kind.REGION`."""


def column(heading: str, kind: Kind, *, after: str = "", **about: Any) -> Any:
    """A field of a row model together with what the form prints about it: ``about`` are the fields of `Column`.

    ``after`` is the key of the field that it follows; without it, a field stands where its model declares it.
    """
    return Field(default=None, json_schema_extra={"heading": heading, "kind": kind, AFTER: after, **about})


def dropped() -> Any:
    """A field of last year's row model that this year's form no longer asks: ``seats: None = dropped()``."""
    return Field(default=None, exclude=True, json_schema_extra={DROPPED: True})


def serial() -> Any:
    """序号: printed by the form, of no weight in the data."""
    return column("序号", Kind.SERIAL, sample=1, aliases=("编号", "序列", "No."), required=False)


def region() -> Any:
    """地区: the city, prefecture or league that the row is about."""
    return column(
        "地区\n（市、州）",
        Kind.REGION,
        note="请填写地区（市、州）规范名称。",
        sample="样例",
        aliases=(
            *("地区", "地市", "市州", "市（州）", "地区名称", "填报地区"),
            *("城市", "单位", "地市名称", "行政区划", "市", "所属地区"),
        ),
    )


def remarks() -> Any:
    """备注: where a deviation is explained."""
    return column(
        "备注",
        Kind.TEXT,
        note="数据有特殊情况的，请在此说明。",
        sample="无",
        aliases=("说明", "备注说明", "情况说明"),
        required=False,
    )


count = partial(column, kind=Kind.COUNT)
"""A whole number of 0 or more."""
yesno = partial(column, kind=Kind.YESNO)
"""是 or 否."""


def choice(heading: str, *, synonyms: Mapping[str, Sequence[str]] | None = None, **about: Any) -> Any:
    """One of the answers that the field's Literal type lists; ``synonyms`` gives other words for each."""
    words = {word: named for named, others in (synonyms or {}).items() for word in others}
    return column(heading, Kind.CHOICE, synonyms=words, **about)
