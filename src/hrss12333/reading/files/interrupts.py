"""Interrupts put off while something runs that must not be left half done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_REQUESTS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


@contextmanager
def put_off() -> Iterator[None]:
    """Answer a request to end only after the block: by then a process that it started is known, and can be ended."""
    due: list[int] = []
    usual: dict[int, Any] = {}

    def remember(number: int, _frame: Any) -> None:
        due.append(number)

    if threading.current_thread() is threading.main_thread():  # no other may, and none is interrupted
        for name in _REQUESTS:
            number = getattr(signal, name, None)
            if number is not None and callable(signal.getsignal(number)):
                usual[number] = signal.signal(number, remember)
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        for number in due:
            signal.raise_signal(number)
