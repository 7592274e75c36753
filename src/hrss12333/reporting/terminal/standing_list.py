"""The verdict and the list by name with which a report begins: who must correct, who must confirm, who is missing, whose figures are good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hrss12333.reporting.standing import Standing, Standings, State
from hrss12333.reporting.terminal.printer import Printer
from hrss12333.wording import typeset
from hrss12333.wording.text import clean
from hrss12333.wording.verdicts import counts_text

if TYPE_CHECKING:
    from hrss12333.inbox import Inbox

STYLES = {State.CORRECT: "bold red", State.ASK: "yellow", State.MISSING: "magenta", State.USABLE: "green"}
_WIDTH = max(typeset.display_width(state.label) for state in State)


def print_verdict(printer: Printer, inbox: Inbox, standings: Standings) -> None:
    """结论：40个文件，32个单位：要改3个，没报17个，可以用12个（强制性错误5处）。 and the list."""
    counts = counts_text(inbox.national.counts)
    tail = f"（{counts}）" if counts else ""
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
