"""Messages of findings: templates with named gaps and the typed parameters that fill them; and the names of files where no
path may be shown. Text is made of a message at the edge and never parsed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from operator import is_

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.patterns import clean, grouped

Found = int | float | bool | str | None
"""A cell's content as it was in the file."""


class Words(str):
    """A text of a filing, or a note that quotes one, as the rest of a sentence."""


class Label(str):
    """A column's heading, left out of a message shown beside that column."""


class _Quoted(str):
    def __format__(self, spec: str) -> str:
        return f"“{str.__format__(self, spec)}”"


class RegionName(_Quoted):
    """The region that the finding is about."""


class OtherRegion(str):
    """Another region than the finding's, unnamed to its city."""

    hidden = "另一地区"
    """Its name in anything sent to a city."""


class OtherUnit(OtherRegion):
    """A region of another unit, unnamed to every respondent."""

    hidden = "其他单位一个地区"


class File(_Quoted):
    """A file by its path."""


class Quote(Struct, frozen=True):
    """A text or a value of a filing in quotation marks."""

    found: Found
    longest: int = 0
    """The most characters quoted; 0 for all."""

    def __format__(self, spec: str) -> str:
        text = str(self.found)
        return f"“{text}”" if not self.longest or len(text) <= self.longest else f"“{text[: self.longest]}…”"


class Several(tuple["Param", ...]):
    """Several parameters, joined by what follows the colon in their gap."""

    def __format__(self, spec: str) -> str:
        return spec.join([format(each, "") for each in self])


class Message(Struct, frozen=True, dict=True):
    """A message of one or several sentences."""

    fact: str
    """Template of the first sentence, without its stop: what is wrong. Empty if ``rest`` has everything."""
    rest: tuple[str, ...] = ()
    """Templates of the sentences that follow, each whole: further facts, and what to do."""
    params: tuple[tuple[str, Param], ...] = ()

    @cached_property
    def text(self) -> str:
        """The sentences as one text."""
        return "".join([f"{self.fact}。" if self.fact else "", *self.rest]).format_map(dict(self.params))

    def __str__(self) -> str:
        """The first sentence without its stop."""
        return self.fact.format_map(dict(self.params))

    def with_more(self, *rest: str, **params: Param) -> Message:
        """A copy of the message with further sentences at its end."""
        return replace(self, rest=(*self.rest, *rest), params=(*self.params, *params.items()))

    def changed(self, change: Callable[[Leaf], Param]) -> Message:
        """The message with each parameter changed; itself where none differs."""
        changed = [(name, _changed_param(given, change)) for name, given in self.params]
        same = all(after is before for (_, before), (_, after) in zip(self.params, changed, strict=True))
        return self if same else replace(self, params=tuple(changed))

    @property
    def anywhere(self) -> Message:
        """The message without the finding's region, equal for all rows that it is true of."""
        return self.changed(lambda leaf: "" if isinstance(leaf, RegionName) else leaf)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """All parameters that hold no others, in order."""
        return tuple([leaf for _, given in self.params for leaf in _leaves(given)])


Leaf = int | str | Quote
Param = Leaf | Several | Message


def compose(fact: str, *rest: str, **params: Param) -> Message:
    """A message of a first sentence without its stop, further ones without the empty, and parameters for the gaps."""
    return Message(fact, tuple(filter(None, rest)), tuple(params.items()))


noted = compose
"""A reader's note on a value, as the rest of a sentence."""


def read_as(answer: str) -> Message:
    """按“是”读取: what was there is written otherwise."""
    return noted("按“{answer}”读取", answer=Words(answer))


def _changed_param(given: Param, change: Callable[[Leaf], Param]) -> Param:
    if isinstance(given, Several):
        changed = [_changed_param(each, change) for each in given]
        return given if all(map(is_, given, changed)) else Several(dict.fromkeys(changed))
    return given.changed(change) if isinstance(given, Message) else change(given)


def _leaves(given: Param) -> Sequence[Leaf]:
    if isinstance(given, Several):
        return [leaf for each in given for leaf in _leaves(each)]
    return given.leaves if isinstance(given, Message) else (given,)


def base_name(file: str) -> str:
    """File name without folders and container: no path of a computer is in what is sent to others."""
    return clean(file.replace("\\", "/").rpartition("/")[2])


class FileNames:
    """Names of files where no path may be shown: each with as many folders as distinguish it from its namesakes."""

    def __init__(self, files: Iterable[str]) -> None:
        parts = {file: [*filter(None, file.replace("\\", "/").split("/"))] or [file] for file in dict.fromkeys(files)}
        self._names: dict[str, str] = {}
        for namesakes in grouped(parts, lambda file: parts[file][-1]).values():
            depths = range(1, max(len(parts[file]) for file in namesakes))
            told_apart = (d for d in depths if len({tuple(parts[file][-d:]) for file in namesakes}) == len(namesakes))
            depth = next(told_apart, len(depths) + 1)
            self._names |= {file: clean("/".join(parts[file][-depth:])) for file in namesakes}

    def __call__(self, file: str) -> str:
        """The name of a file."""
        return self._names.get(file) or base_name(file)
