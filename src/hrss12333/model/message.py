"""Messages: templates with typed parameters, made into text by outputs and never parsed; and names of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from operator import is_

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.patterns import clean, grouped

Found = int | float | bool | str | None
"""The content of a cell in the file."""


class Label(str):
    """The heading of a column."""


class _Quoted(str):
    def __format__(self, spec: str) -> str:
        return f"“{str.__format__(self, spec)}”"


class RegionName(_Quoted):
    """The region that the finding is about."""


class OtherRegion(str):
    """Another region than the finding's, whose name no city may read."""

    hidden = "另一地区"
    """What a city reads in its place."""


class OtherUnit(OtherRegion):
    """A region of another unit, whose name no respondent may read."""

    hidden = "其他单位一个地区"


class File(_Quoted):
    """A file by its path."""


class Quote(Struct, frozen=True):
    """A text or value from a filing, in quotation marks."""

    found: Found
    longest: int = 0
    """The most characters quoted; 0 for all."""

    def __format__(self, spec: str) -> str:
        text = str(self.found)
        return f"“{text}”" if not self.longest or len(text) <= self.longest else f"“{text[: self.longest]}…”"


class Several(tuple["Param", ...]):
    """Several parameters, joined by the text after the colon in the template: ``{regions:、}``."""

    def __format__(self, spec: str) -> str:
        return spec.join([format(each, "") for each in self])


class Message(Struct, frozen=True, dict=True):
    """A message of one or several sentences."""

    fact: str
    """Template of the first sentence, without its stop: what is wrong."""
    rest: tuple[str, ...] = ()
    """Templates of the other sentences, with their stops: further facts, and what to do."""
    params: tuple[tuple[str, Param], ...] = ()

    @cached_property
    def text(self) -> str:
        """All sentences."""
        return "".join([f"{self.fact}。" if self.fact else "", *self.rest]).format_map(dict(self.params))

    def __str__(self) -> str:
        """The first sentence without its stop."""
        return self.fact.format_map(dict(self.params))

    def with_more(self, *rest: str, **params: Param) -> Message:
        """A copy with further sentences at its end."""
        return replace(self, rest=(*self.rest, *rest), params=(*self.params, *params.items()))

    def changed(self, change: Callable[[Leaf], Param]) -> Message:
        """A copy in which every leaf is changed; itself if none differs."""
        changed = [(name, _changed_param(param, change)) for name, param in self.params]
        same = all(after is before for (_, before), (_, after) in zip(self.params, changed, strict=True))
        return self if same else replace(self, params=tuple(changed))

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The parameters that hold no others, in order."""
        return tuple([leaf for _, param in self.params for leaf in _leaves(param)])


Leaf = int | str | Quote
Param = Leaf | Several | Message


def compose(fact: str, *rest: str, **params: Param) -> Message:
    """A message of a first sentence, others (empty ones are left out) and their parameters."""
    return Message(fact, tuple(filter(None, rest)), tuple(params.items()))


def read_as(answer: str) -> Message:
    """按“是”读取: the note on an answer that is written otherwise."""
    return compose("按“{answer}”读取", answer=answer)


def _changed_param(param: Param, change: Callable[[Leaf], Param]) -> Param:
    if isinstance(param, Several):
        changed = [_changed_param(each, change) for each in param]
        return param if all(map(is_, param, changed)) else Several(dict.fromkeys(changed))
    return param.changed(change) if isinstance(param, Message) else change(param)


def _leaves(param: Param) -> Sequence[Leaf]:
    if isinstance(param, Several):
        return [leaf for each in param for leaf in _leaves(each)]
    return param.leaves if isinstance(param, Message) else (param,)


def base_name(file: str) -> str:
    """A file's name without its folders and container."""
    return clean(file.replace("\\", "/").rpartition("/")[2])


class FileNames:
    """Names of files, each with as many folders as distinguish it from its namesakes."""

    def __init__(self, files: Iterable[str]) -> None:
        parts = {file: [*filter(None, file.replace("\\", "/").split("/"))] or [file] for file in dict.fromkeys(files)}
        self._names: dict[str, str] = {}
        for namesakes in grouped(parts, lambda file: parts[file][-1]).values():
            depths = range(1, max(len(parts[file]) for file in namesakes))
            distinct = (d for d in depths if len({tuple(parts[file][-d:]) for file in namesakes}) == len(namesakes))
            depth = next(distinct, len(depths) + 1)
            self._names |= {file: clean("/".join(parts[file][-depth:])) for file in namesakes}

    def __call__(self, file: str) -> str:
        """The name of a file."""
        return self._names.get(file) or base_name(file)
