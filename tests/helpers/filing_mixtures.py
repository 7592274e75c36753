"""Filings in any mixture of styles: what the properties of reading draw from. Every choice of a style and every
format is kept (what is written in it is read) or refused."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from hypothesis import strategies as st

from filing_figures import FIGURES
from filing_styles import CHOICES_OF, Filing, Planned, Style
from filing_writers import REFUSED_WRITERS, WRITERS
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Scalar

FORMATS = ["openpyxl", "xlsxwriter", "openpyxl", "xlsxwriter", "docx", "docx", "xls"]
"""Names of the writers whose format is read, as often as it is drawn."""
REFUSED: dict[tuple[str, object], set[str]] = {
    ("layout", "side"): {"F005"},
    ("province", "as region"): {"F005", "F007"},
    ("hidden", True): {"R210"},
}
"""Field of `Style` and a choice of which nothing is guessed → the rules of which one asks."""
ASKED = {
    *(("doubled", True), ("missing", True), ("scale", True), ("faults", 0.15), ("formulas", True)),
    *(("stale", "hidden"), ("stale", "struck"), ("name", "blank")),
    *(("mobile", way) for way in ("landline", "short", "blank")),
}
"""Choices that are kept and asked about where they stand."""
KEPT = {name: [option for option in options if (name, option) not in REFUSED] for name, options in CHOICES_OF.items()}
SOUND = {name: [option for option in options if (name, option) not in ASKED] for name, options in KEPT.items()}
"""Choices about which there is nothing to ask."""
STAFF = ("staff_total", "agents", "seats", "training_attendances")


@st.composite
def styles(draw_: st.DrawFn, choices: Mapping[str, Sequence[object]] = KEPT) -> Style:
    """A mixture: some liberties are taken, the others left alone."""
    taken = draw_(st.sets(st.sampled_from(sorted(choices)), max_size=len(choices)))
    return Style(**{name: draw_(st.sampled_from(choices[name])) for name in sorted(taken)})


def filing_of(unit: Unit, dice: random.Random) -> Filing:
    """Some regions of a unit with figures that agree with each other."""
    places = sorted(dice.sample(range(len(unit.regions)), min(len(unit.regions), dice.choice([1, 2, 3, 5]))))
    rows: dict[str, list[dict[str, Scalar]]] = {}
    for form in EDITION.forms:
        own = FIGURES[form.key](unit)
        rows[form.key] = [dict(own[place]) for place in places]
        if _alike_or_lopsided(rows[form.key]):
            return filing_of(unit, dice)
        for row in rows[form.key]:
            row["remarks"] = dice.choice(
                [None, "无", "系统升级，停机3天", "联系人：李四，电话13900000000", "合计数含热线"]
            )
            if "calls_ivr" in row and dice.random() < 0.2:
                row["calls_total"] = int(row["calls_total"] or 0) - int(row["calls_ivr"] or 0)
                row["calls_ivr"] = 0
    number = dice.randint(0, 99_999_999)
    header = {
        "name": dice.choice(["张三", "欧阳明月", "王小二"]),
        "mobile": f"138{number:08d}",
        "email": "user_1@example.gov.cn",
    }
    return Filing(unit, header, rows)


def _alike_or_lopsided(rows: Sequence[Mapping[str, Scalar]]) -> bool:
    """Whether three rows or more have one number of staff (P507), or four one with the calls of all others (R209)."""
    calls = [int(row.get("calls_total") or 0) for row in rows]
    alike = any(len({row.get(key, row["region"]) for row in rows}) == 1 for key in STAFF)
    return (len(rows) > 2 and alike) or (len(rows) > 3 and 0 < sum(calls) <= 2 * max(calls))


def write(planned: Planned, writer: str, folder: Path) -> list[Path]:
    ending, function = (WRITERS | REFUSED_WRITERS)[writer]
    paths = []
    for number, pages in enumerate(planned.files):
        paths.append(folder / f"file{number}.{ending}")
        function(paths[-1], pages)
    return paths
