"""Where ``merge`` writes: the national workbook; or, with ``--unit``, the unit's own filing and, beside it, its workbook."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.cli.common import default_output
from hrss12333.model.errors import UsageStop

if TYPE_CHECKING:
    from hrss12333.cli.options import Given


class Targets(Struct, frozen=True):
    """The paths of one run, or the temporary ones in their place."""

    workbook: Path
    filing: Path | None = None
    """With ``--unit`` alone."""

    @property
    def written(self) -> list[Path]:
        """All of them, that first for which the run is named."""
        return [self.filing, self.workbook] if self.filing else [self.workbook]

    def check(self, given: Given) -> None:
        """Refuse what must not be replaced: what exists without ``--force``, what is read, what staff wrote.

        Raises:
            UsageStop: with the reason and what to do.
        """
        from hrss12333.writing.inputs import same_file
        from hrss12333.writing.target import check_target

        since = given.since
        for target in self.written:
            if since is not None and same_file(since, target):
                why = f"“{target}”是 --since 给出的上次的汇总表，不能写在它上面。"
                raise UsageStop(f"{why}请用 -o 换一个文件名：\n  {self._other_command(given, since)}")
        for target in self.written:
            check_target(target, force=given.force, ending=".xlsx")
        if given.force and since is None:
            from hrss12333.writing.national.staff_answers import answered_lines

            if lines := answered_lines(self.workbook):
                why = f"“{self.workbook}”的问题清单里有{lines}行写了核实情况，覆盖后就没有了，加 --force 也不行。"
                how = "请用 --since 沿用这些核实情况，并用 -o 换一个文件名："
                raise UsageStop(f"{why}{how}\n  {self._other_command(given, self.workbook)}")

    def _other_command(self, given: Given, since: Path) -> str:
        """The command that was given, with this ``--since`` and an output that is not there yet."""
        base = self.written[0]
        others = (named(base.with_name(f"{base.stem}_{number}{base.suffix}"), given) for number in count(2))
        free = next(other for other in others if not any(path.exists() for path in other.written))
        words = ["hrss12333", "merge", *map(str, given.paths)]
        words += ["--unit", given.unit.short] if given.unit else []
        words += ["--since", str(since), "-o", str(free.written[0])]
        return " ".join(f'"{word}"' if " " in word else word for word in words)

    def replaced_by(self, stack: ExitStack) -> Targets:
        """Temporary paths, which become these when the stack ends well."""
        from hrss12333.writing.target import replacing

        workbook = stack.enter_context(replacing(self.workbook))
        return Targets(workbook, stack.enter_context(replacing(self.filing)) if self.filing else None)


def named(output: Path, given: Given) -> Targets:
    """The paths where the user names one."""
    return Targets(output.with_name(f"{output.stem}_汇总{output.suffix}"), output) if given.unit else Targets(output)


def usual(year: int, given: Given) -> Targets:
    """The paths where the user names none."""
    if given.unit is None:
        return Targets(default_output(f"12333全国汇总_{year}.xlsx"))
    workbook = default_output(f"12333汇总_{year}_{given.unit.name}.xlsx")
    return Targets(workbook, default_output(f"12333报送表_{year}_{given.unit.name}.xlsx"))
