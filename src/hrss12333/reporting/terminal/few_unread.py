"""Of what was not read in a file, a terminal shows a few blocks: a sheet of notes would drown all else."""

from __future__ import annotations

from collections.abc import Sequence

from hrss12333.model.finding import UNREAD, Finding

_MOST = 5
"""Blocks of a file that are printed; reports and 问题清单 hold all of them."""


def few_unread(findings: Sequence[Finding]) -> tuple[list[Finding], int]:
    """The findings of a file with its first few unread blocks, those that are asked about first; and how many are left out."""
    unread = sorted((item for item in findings if item.rule == UNREAD), key=lambda item: item.severity.rank)
    left_out = {id(item) for item in unread[_MOST:]}
    return [item for item in findings if id(item) not in left_out], len(left_out)
