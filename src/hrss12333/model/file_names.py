"""Names of files where no path may be shown."""

from __future__ import annotations

from collections.abc import Iterable

from hrss12333.model.finding import Finding
from hrss12333.patterns import clean, grouped


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

    def of(self, finding: Finding) -> Finding:
        """The finding, its files so named."""
        return finding.renamed(self, first=1)
