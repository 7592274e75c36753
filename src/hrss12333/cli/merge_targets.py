"""Where ``merge`` writes: the national workbook; or, with ``--unit``, the unit's own filing and, beside it, its workbook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from hrss12333.cli.place import default_output
from hrss12333.model.errors import UsageStop

if TYPE_CHECKING:
    from hrss12333.survey.regions import Unit

BESIDE = "_汇总"


class Targets(Struct, frozen=True):
    """The paths of one run, or the temporary ones in their place."""

    workbook: Path
    filing: Path | None = None
    """With ``--unit`` alone."""

    @property
    def output(self) -> Path:
        """What the run is named for."""
        return self.filing or self.workbook

    @property
    def written(self) -> list[Path]:
        """All of them, that one first."""
        return [self.filing, self.workbook] if self.filing else [self.workbook]

    def check(self, since: Path | None, *, force: bool) -> None:
        """Refuse what must not be replaced: what exists without ``force``, what is read, what staff wrote.

        Raises:
            UsageStop: with the reason and what to do.
        """
        from hrss12333.writing.inputs import same_file
        from hrss12333.writing.target import check_target

        for target in self.written:
            if since is not None and same_file(since, target):
                why = f"“{target}”是 --since 给出的上次的汇总表，不能写在它上面。"
                raise UsageStop(f"{why}请用 -o 换一个文件名：\n  {self._other_command(since)}")
        for target in self.written:
            check_target(target, force=force, ending=".xlsx")
        if force and since is None and self.workbook.exists():
            from hrss12333.writing.national.staff_answers import answered_lines

            if lines := answered_lines(self.workbook):
                why = f"“{self.workbook}”的问题清单里有{lines}行写了核实情况，覆盖后就没有了，加 --force 也不行。"
                how = "请用 --since 沿用这些核实情况，并用 -o 换一个文件名："
                raise UsageStop(f"{why}{how}\n  {self._other_command(self.workbook)}")

    def _other_command(self, since: Path) -> str:
        """The command that was given, with this ``--since`` and an output that is not there yet."""
        given = click.get_current_context().params
        words = ["hrss12333", "merge", *map(str, given["paths"])]
        words += ["--unit", str(given["unit_name"])] if given["unit_name"] else []
        words += ["--since", str(since), "-o", str(self._free().output)]
        return " ".join(f'"{word}"' if " " in word else word for word in words)

    def _named(self, output: Path) -> Targets:
        return Targets(_beside(output), output) if self.filing else Targets(output)

    def _free(self) -> Targets:
        """The same with the first number behind the name of which no file is there."""
        number, base = 2, self.output
        while True:
            free = self._named(base.with_name(f"{base.stem}_{number}{base.suffix}"))
            if not any(target.exists() for target in free.written):
                return free
            number += 1

    @contextmanager
    def replacing(self, *, wanted: bool) -> Iterator[Targets | None]:
        """Temporary paths, which become these when the block ends well; None where nothing is ``wanted``."""
        from hrss12333.writing.target import replacing

        if not wanted:
            yield None
            return
        with ExitStack() as stack:
            workbook = stack.enter_context(replacing(self.workbook))
            yield Targets(workbook, stack.enter_context(replacing(self.filing)) if self.filing else None)


def planned(output: Path, unit: Unit | None) -> Targets:
    """The paths where the user names one."""
    return Targets(_beside(output), output) if unit else Targets(output)


def _beside(filing: Path) -> Path:
    return filing.with_name(f"{filing.stem}{BESIDE}{filing.suffix}")


def usual(year: int, unit: Unit | None) -> Targets:
    """The paths where the user names none."""
    if unit is None:
        return Targets(default_output(f"12333全国汇总_{year}.xlsx"))
    workbook = default_output(f"12333汇总_{year}_{unit.name}.xlsx")
    return Targets(workbook, default_output(f"12333报送表_{year}_{unit.name}.xlsx"))
