"""One palette and one set of signs for every output: states, severities, and figures in doubt. No colour stands without a sign
or a word that says the same."""

from __future__ import annotations

from msgspec import Struct

from hrss12333.model.finding import Severity
from hrss12333.model.national import State


class Look(Struct, frozen=True):
    """The look of a state or a severity."""

    sign: str
    ink: str
    """Colour of words, dark enough to be read on ``fill`` and on white."""
    fill: str
    tone: str
    """The nearest colour of a terminal."""


WRONG = Look("×", "#9C0006", "#FFC7CE", "bold red")
ASKED = Look("！", "#7F6000", "#FFEB9C", "yellow")
FINE = Look("√", "#375623", "#E2EFDA", "green")
ABSENT = Look("○", "#3F3F76", "#DDDDF0", "blue")
QUIET = Look("", "#595959", "#F2F2F2", "")
STATES = {State.CORRECT: WRONG, State.CONFIRM: ASKED, State.MISSING: ABSENT, State.USABLE: FINE}
SEVERITIES = {Severity.ERROR: WRONG, Severity.QUERY: ASKED, Severity.NOTE: QUIET}
ESTIMATE = "~"
"""Behind a figure that its 备注 calls an estimate, or that holds one."""
DOUBT = "*"
"""Behind a figure that is in open question, or lacks a part; what it means is noted below the same table."""
