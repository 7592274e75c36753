"""The verdict and the list by name with which a report begins: who must correct, who must confirm, who is missing, whose figures are good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hrss12333.reporting.standing import Standing, Standings, State
from hrss12333.reporting.terminal.printer import Printer
from hrss12333.wording import typeset
from hrss12333.wording.text import clean
from hrss12333.wording.verdicts import counts_text

if TYPE_CHECKING:
    from hrss12333.inbox import Inbox

STYLES = {State.CORRECT: "bold red", State.ASK: "yellow", State.MISSING: "magenta", State.USABLE: "green"}
_WIDTH = max(typeset.display_width(state.label) for state in State)


def print_verdict(printer: Printer, inbox: Inbox, standings: Standings, *, verbose: bool = False) -> None:
    """Which year was taken, where files name several; 结论：40个文件，32个单位：要改3个，没报17个，可以用12个（强制性错误5处）。
    and the list; notes are counted where ``verbose``."""
    others, year = len(inbox.national.other_years), inbox.edition.year
    if others:
        printer.line(
            f"按{year}年度处理：写明其他年度的{others}个文件不计入；要按别的年度，用 --year 指定。", style="bold"
        )
    counts = inbox.national.counts
    found = counts_text(counts if verbose else replace(counts, note=0))
    tail = f"（{found}）" if found else ""
    printer.line(f"结论：{len(inbox.files)}个文件，{tally(standings)}{tail}。", style="bold")
    print_standings(printer, standings)


def print_standings(printer: Printer, standings: Standings) -> None:
    """A paragraph for each state, the worst first."""
    for state in State:
        listed = standings.of_state(state)
        if listed:
            named = "、".join(_named(item) for item in listed)
            lead = typeset.pad(state.label, _WIDTH)
            printer.line(f"{len(listed)}个：{named}", 2, lead=lead, lead_style=STYLES[state])


def tally(standings: Standings) -> str:
    """21个地区：要改3个，可以用18个."""
    counted = [(state, len(standings.of_state(state))) for state in State]
    parts = "，".join(f"{state.label}{number}个" for state, number in counted if number)
    return f"{standings.counted}：{parts}"


def _named(item: Standing) -> str:
    name = clean(item.name) if item.known else f"《{clean(item.name)}》"
    said = item.note or (f"{item.places}处" if item.places else "")
    return f"{name}（{said}）" if said else name
