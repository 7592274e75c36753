"""What reports of several files share: the verdict and the list by name (who must correct, who must confirm, who is missing,
whose figures are good), and the key totals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hrss12333.model.finding import Severity
from hrss12333.model.national import National
from hrss12333.model.summary_lines import IN_QUESTION
from hrss12333.reporting.standing import Standing, Standings, State
from hrss12333.reporting.terminal.printer import COLOURS, Printer
from hrss12333.survey.schema import Form, Kind
from hrss12333.wording import typeset
from hrss12333.wording.text import clean
from hrss12333.wording.verdicts import counts_text

if TYPE_CHECKING:
    from hrss12333.inbox import Inbox

STYLES = {State.CORRECT: "bold red", State.CONFIRM: "yellow", State.MISSING: "magenta", State.USABLE: "green"}
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
            named = "、".join(_name_and_places(item) for item in listed)
            lead = typeset.pad(state.label, _WIDTH)
            printer.line(f"{len(listed)}个：{named}", 2, lead=lead, lead_style=STYLES[state])


def tally(standings: Standings) -> str:
    """21个地区：要改3个，可以用18个."""
    counted = [(state, len(standings.of_state(state))) for state in State]
    parts = "，".join(f"{state.label}{number}个" for state, number in counted if number)
    return f"{standings.counted}：{parts}"


def _name_and_places(item: Standing) -> str:
    name = clean(item.name) if item.known else f"《{clean(item.name)}》"
    remark = item.note or (f"{item.places}处" if item.places else "")
    return f"{name}（{remark}）" if remark else name


def print_totals(printer: Printer, national: National) -> None:
    """Form by form, in columns; nothing of a form without rows."""
    for form in national.edition.forms:
        if national.entries_of(form):
            _print_form(printer, national, form)


def _print_form(printer: Printer, national: National, form: Form) -> None:
    rows = list(_total_rows(national, form))
    printer.put((f"{form.key} {form.title}", "bold"))
    label, figure, unit = (max(typeset.display_width(row[part]) for row in rows) for part in (0, 1, 2))
    for name, value, measure, covered in rows:
        shown = f"  {typeset.pad(name, label)}  {typeset.pad(value, figure, right=True)} {typeset.pad(measure, unit)}"
        line = f"{shown}  {covered}".rstrip()
        printer.put((line[: len(shown)], ""), (line[len(shown) :], COLOURS[Severity.QUERY]))
    printer.blank()


def _total_rows(national: National, form: Form) -> Iterator[tuple[str, str, str, str]]:
    """Name, figure, measure and, where rows are missing from it, coverage."""
    for column in form.data:
        tally = national.tally(form, column)
        questioned = sum(national.is_in_question(entry, (column.key,)) for entry in national.entries_of(form))
        parts = [
            "" if tally.is_complete else f"{tally.answered}/{tally.rows}个地区",
            f"{IN_QUESTION}{questioned}个" if questioned else "",
        ]
        covered = f"（{'，'.join(filter(None, parts))}）" if any(parts) else ""
        if column.kind is Kind.CHOICE:
            for choice, number in tally.choices.items():
                yield f"{column.label}：{choice}", f"{number:,}", "个地区", covered
        elif tally.total is None:
            yield column.label, "无数据", "", covered
        elif column.kind is Kind.YESNO:
            yield f"{column.label}：是", f"{tally.total:,}", "个地区", covered
        else:
            yield column.label, f"{tally.total:,}", column.unit, covered
