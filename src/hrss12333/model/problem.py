"""Problems of a value or file when read; the rules that report them name them."""

from __future__ import annotations

from enum import Enum, auto


class Problem(Enum):
    """Why a value, or a whole file, could not be taken as written."""

    # of a file
    DAMAGED = auto()
    ENCRYPTED = auto()
    OTHER_FORMAT = auto()
    SCAN = auto()
    """A picture of paper: never a filing, and no finding."""
    TOO_LARGE = auto()
    NO_FORM = auto()
    NOT_HERE = auto()  # a program elsewhere reads it: not audited, and no fault
    # of a header's blank
    UNIT_MISSING = auto()
    UNIT_UNKNOWN = auto()
    NAME_MISSING = auto()
    MOBILE_MISSING = auto()
    MOBILE_MALFORMED = auto()
    EMAIL_MISSING = auto()
    EMAIL_MALFORMED = auto()
    # of a cell
    COLUMN_UNCLEAR = auto()
    """Two columns or cells under one heading differ."""
    MISSING = auto()
    NOT_WHOLE = auto()
    NEGATIVE = auto()
    NOT_YES_OR_NO = auto()
    NOT_A_CHOICE = auto()
    CELL_ERROR = auto()
    """#REF! and its kin."""
    NOT_CALCULATED = auto()
    """A formula without a result, or whose result is not what it computes."""
