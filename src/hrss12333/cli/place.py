"""Where a command writes unless it is given a path: the current folder, or beside what was dropped on a launcher."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from msgspec import Struct, field


class Place(Struct, frozen=True):
    """A folder for outputs whose names carry date and time."""

    folder: Path
    time: datetime
    given: list[Path] = field(default_factory=list)
    """The paths that were handed out."""

    def beside(self, name: str) -> Path:
        """A path in the folder that does not exist yet."""
        stem, suffix = Path(name).stem, Path(name).suffix
        path = self.folder / f"{stem}_{self.time:%Y%m%d_%H%M}{suffix}"
        number = 2
        while path.exists() or path in self.given:
            path = self.folder / f"{stem}_{self.time:%Y%m%d_%H%M}_{number}{suffix}"
            number += 1
        self.given.append(path)
        return path


def default_output(name: str) -> Path:
    """Where the running command puts an output of this name."""
    context = click.get_current_context(silent=True)
    place = context.find_object(Place) if context else None
    return place.beside(name) if place else Path(name)
