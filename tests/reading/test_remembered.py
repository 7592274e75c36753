"""What is remembered of parts, and that it is bounded."""

from __future__ import annotations

from hrss12333.reading.files.remembered import remembered


def test_small_contents_are_looked_at_once_and_large_ones_are_not_held() -> None:
    asked: list[int] = []

    @remembered
    def look(one: bytes, other: bytes = b"") -> int:
        asked.append(len(one))
        return len(one) + len(other)

    large = bytes(100_000)
    assert [look(b"ab", b"c"), look(b"ab", b"c"), look(large), look(large)] == [3, 3, 100_000, 100_000]
    assert asked == [2, 100_000, 100_000]
    for number in range(1_000):
        look(b"%d" % number)
    look(b"ab", b"c")
    assert asked.count(2) > 1, "the oldest is forgotten"
