"""What can stop a command, each class with its exit status. Nothing else leaves the program as an exception."""

from __future__ import annotations


class Stop(Exception):  # noqa: N818  a command that stops has done nothing wrong
    """A command cannot go on; the message is Chinese and says what to do."""

    exit_status = 3


class UsageStop(Stop):
    """The command line asks for something impossible: no such file, a target that exists, an unknown unit."""

    exit_status = 2


class JobStop(Stop):
    """The job could not be done: output not writable, totals that do not prove equal, an internal fault."""

    exit_status = 3
