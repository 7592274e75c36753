"""What answers a finding: one table over all rules, for messages, letters, `rules` and questions.

Staff may answer any question: with a reason where 备注 could, or with a text that lets the figures stand.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from hrss12333.model.finding import Reason, Severity


class AnsweredBy(Struct, frozen=True):
    """What answers a rule's findings, other than staff."""

    reason: Reason = Reason.NONE
    """The reason in 备注; an error has one only if it then becomes an explained query."""
    correction: str = "改正"
    """Chinese: what to change in a later version."""
    removal: str = ""
    """Chinese: what to remove as an answer; empty where removal answers nothing."""
    softens: bool = False
    """Whether the reason makes an error an explained query."""

    @property
    def in_words(self) -> str:
        """All answers as the rest of a sentence, Chinese."""
        removal = f"删去{self.removal}" if self.removal else ""
        return "；或".join(filter(None, (self.correction, removal, self.reason.value, _STAFF)))


_STAFF = "由核实人员在核实情况中答复"
_SENT = AnsweredBy(correction="重新报送")
_ROW, _WHOLE = AnsweredBy(Reason.ROW), AnsweredBy()
_THIS_ROW = "这一行"
ANSWERS: Mapping[str, AnsweredBy] = {
    **dict.fromkeys(("F001", "F002", "F003", "F004", "F005", "M701"), _SENT),
    **dict.fromkeys(("F006", "F007", "H101", "H102", "H103", "H104", "H105", "H106", "H109", "R201", "R205"), _WHOLE),
    **dict.fromkeys(("V302", "V303", "V304", "V307", "V308", "B402", "B403", "S601", "S602"), _WHOLE),
    **dict.fromkeys(("P503", "P506"), _WHOLE),
    "H108": AnsweredBy(Reason.UNIT),
    "R202": AnsweredBy(Reason.REGION, removal=_THIS_ROW),
    "R203": AnsweredBy(removal="两行中的一行"),
    "R204": AnsweredBy(Reason.UNIT, "补报"),
    "R206": AnsweredBy(Reason.REGION, removal=_THIS_ROW),
    "R207": AnsweredBy(Reason.UNIT, "补填"),
    "R208": AnsweredBy(Reason.INCLUSION, removal=f"{_THIS_ROW}或所在市的一行"),
    "R209": AnsweredBy(Reason.REGION, removal=_THIS_ROW),
    "R210": AnsweredBy(Reason.REGION, "改正、恢复", removal="这一行、这张表"),
    "V301": AnsweredBy(Reason.ROW, "补填", softens=True),
    "V305": AnsweredBy(Reason.ROW, softens=True),
    "V309": AnsweredBy(Reason.MEASURE),
    "V310": AnsweredBy(Reason.PLACE, removal="表外的数"),
    "B401": AnsweredBy(Reason.DIFFERENCE, softens=True),
    **dict.fromkeys(("B404", "P501", "P504", "P505", "P507"), _ROW),
    "P502": AnsweredBy(Reason.FIGURE),
    "M702": AnsweredBy(Reason.UNIT, "再次报送，名称注明更正"),
    "M705": AnsweredBy(Reason.PERIOD),
    "M706": AnsweredBy(Reason.UNIT, "补填"),
}
"""Rule → what answers its findings; rules that are only notes ask nothing."""
OF_TABLE = frozenset((Reason.UNIT, Reason.PERIOD, Reason.MEASURE, Reason.PLACE))
"""Reasons that any row of a table may hold, or, of a unit, any row of all its tables."""


def reason_for(rule: str, severity: Severity) -> Reason:
    """The reason in 备注 that answers a finding of this rule and severity."""
    known = ANSWERS.get(rule, _WHOLE)
    answers = severity is Severity.QUERY or (severity is Severity.ERROR and known.softens)
    return known.reason if answers else Reason.NONE
