"""The faults: what each does to the program, and what counts as a loss."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from threading import Lock

from fault_ground import JOBS, OLD, Ended, Ground, Job, ended, ground, settled, words, written
from fault_places import PLACES

Losses = list[str]
_measuring = Lock()


@dataclass(frozen=True)
class Trial:
    """One trial of a fault."""

    name: str
    run: Callable[[], Losses]


Maker = Callable[[int, random.Random], Iterable[Trial]]


@cache
def usual(job: Job) -> tuple[float, int]:
    """Seconds and exit status of a job to which nothing happens."""
    with ground() as run:
        start = time.monotonic()
        end = run.run(*job.arguments)
        return time.monotonic() - start, end.status


def measured(job: Job) -> tuple[float, int]:
    """`usual`, measured once and by one trial alone."""
    with _measuring:
        return usual(job)


def signalled(job: Job, number: signal.Signals, share: float, *, forced: bool, early: bool = False) -> Losses:
    """Send a signal after a share of the usual time, or of the first 40 ms."""
    seconds, usually = measured(job)
    with ground() as run:
        if forced:
            for name in job.files:
                (run.here / name).write_bytes(OLD)
        process = run.popen([*job.arguments, *(["--force"] if forced else [])])
        time.sleep(share * (0.04 if early else seconds * 1.1))
        process.send_signal(number)
        end = ended(process)
        lost = written(run, job, forced=forced) + words(end) + settled(run)
        if number is signal.SIGKILL:
            return lost
        lost += [f"{name} left behind" for name in run.litter()]
        # The program may have been done already.
        over = end.status == usually and all((run.here / name).exists() for name in job.files)
        return lost + ([f"exit status {end.status}"] if end.status == 0 and not over else [])


def signals(number: signal.Signals, trials: int, dice: random.Random, *, early: bool = False) -> Iterator[Trial]:
    """So many trials of each command."""
    for job in JOBS:
        for turn in range(trials):
            share, forced = dice.random(), bool(turn % 2)
            name = f"{job.name} at {share:.3f}{' --force' if forced else ''}"
            yield Trial(name, partial(signalled, job, number, share, forced=forced, early=early))


def during_conversion(number: signal.Signals, share: float) -> Losses:
    """Interrupt while LibreOffice lays out the 参阅文件."""
    with ground(soffice=True) as run:
        process = run.popen(JOBS[-1].arguments)
        until = time.monotonic() + 120
        while process.poll() is None and len(run.strays()) < 2 and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(share)
        process.send_signal(number)
        end = ended(process)
        lost = written(run, JOBS[-1], forced=False) + words(end) + settled(run, 3.0)
        return lost + [f"{name} left behind" for name in run.litter()]


def conversions(trials: int, dice: random.Random) -> Iterator[Trial]:
    """Both signals, early and late in the conversion."""
    for _ in range(max(1, trials // 10)):
        for number in (signal.SIGINT, signal.SIGTERM):
            share = dice.random() * 3
            yield Trial(f"{number.name} {share:.1f} s after its start", partial(during_conversion, number, share))


def whole(run: Ground, job: Job, end: Ended, status: Sequence[int]) -> Losses:
    """All outputs are there and complete, the exit status is one of these, and nothing foreign was said."""
    lost = words(end) + settled(run) + [f"{name} left behind" for name in run.litter()]
    lost += [f"exit status {end.status}: {end.err[:80]}"] if end.status not in status else []
    lost += [f"{name} is missing" for name in job.files if not (run.here / name).exists()]
    return lost + written(run, job, forced=False)


def closed(job: Job, streams: tuple[int, ...]) -> Losses:
    """Run with some of the three streams closed, as a scheduled task may."""
    import os

    def close() -> None:
        for number in streams:
            os.close(number)

    with ground() as run:
        end = run.run(*job.arguments, preexec_fn=close)
        lost = whole(run, job, end, [measured(job)[1]])
        reported = end.out.strip() if 1 not in streams else "nobody would hear"
        return lost + ([] if reported else ["no result printed"])


def closings(_trials: int, _dice: random.Random) -> Iterator[Trial]:
    """Every combination for every command."""
    for job in JOBS:
        for bits in range(1, 8):
            streams = tuple(number for number in range(3) if bits >> number & 1)
            yield Trial(f"{job.name}, closed {streams}", partial(closed, job, streams))


def deaf(job: Job, target: str) -> Losses:
    """Standard output that takes nothing: a pipe whose reader went away, a full disk."""
    with ground() as run:
        if target == "pipe":
            process = run.popen(job.arguments)
            assert process.stdout is not None
            process.stdout.close()
            _, err = process.communicate(timeout=180)
            end = Ended(process.returncode, "", err.decode(errors="replace"))
            return whole(run, job, end, [measured(job)[1], 3])
        with open(target, "wb") as full:  # noqa: PTH123  a device
            end = run.run(*job.arguments, stdout=full)
        return whole(run, job, end, [3]) + ([] if "没有全部输出" in end.err else [f"says {end.err[:80]!r}"])


def console(job: Job, variables: Mapping[str, str | None]) -> Losses:
    """Odd surroundings."""
    with ground() as run:
        run.environment.update(variables)
        return whole(run, job, run.run(*job.arguments), [measured(job)[1]])


SURROUNDINGS: tuple[dict[str, str | None], ...] = (
    {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"},
    {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    {"LC_ALL": "C", "LANG": "C"},
    {"LC_ALL": "xx_YY.nonsense"},
    {"HOME": None},
    {"HOME": "/proc/1/none"},
    {"TZ": "Mars/Phobos"},
    {"TZ": ":"},
    {"TZ": "XXX-99:99"},
    {"TERM": "nonsense", "COLUMNS": "1", "LINES": "0"},
    {"COLUMNS": "abc"},
    {"TMPDIR": "/nonexistent/folder"},
    {"PYTHONWARNINGS": "error"},
)


def surroundings(_trials: int, _dice: random.Random) -> Iterator[Trial]:
    """Every one for every command."""
    for job in JOBS:
        for variables in SURROUNDINGS:
            yield Trial(f"{job.name}, {variables}", partial(console, job, variables))


def deafnesses(target: str, _trials: int, _dice: random.Random) -> Iterator[Trial]:
    """Every command."""
    for job in JOBS:
        yield Trial(job.name, partial(deaf, job, target))


def limited(job: Job, size: int, *, forced: bool) -> Losses:
    """No file may grow beyond a size."""
    import resource

    with ground() as run:
        if forced:
            for name in job.files:
                (run.here / name).write_bytes(OLD)
        end = run.run(
            *job.arguments,
            *(["--force"] if forced else []),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        )
        return refused(
            run, job, end, forced=forced, why=("文件太大", "没有能用的临时文件夹")
        )  # the latter where not a byte can be written


def refused(run: Ground, job: Job, end: Ended, *, forced: bool, why: Sequence[str]) -> Losses:
    """Either the job went well, or it says why in Chinese, ends with 3 and leaves all as it was."""
    lost = written(run, job, forced=forced) + words(end) + settled(run)
    lost += [f"{name} left behind" for name in run.litter()]
    if end.status == 3:
        return lost + ([] if any(reason in end.err for reason in why) else [f"says {end.err[:90]!r}"])
    return lost + ([] if end.status == measured(job)[1] else [f"exit status {end.status}: {end.err[:80]}"])


def limits(trials: int, dice: random.Random) -> Iterator[Trial]:
    """Sizes from nothing to more than is needed."""
    for job in JOBS:
        for turn in range(max(2, trials // 4)):
            size = int(80_000 * dice.random() ** 2)
            yield Trial(f"{job.name}, {size} bytes", partial(limited, job, size, forced=bool(turn % 2)))


def on_disk(job: Job, size: str, flags: str, why: str, *, forced: bool) -> Losses:
    """Write to a disk of a size of its own, or to one that takes nothing."""
    with ground() as run:
        disk = run.here / "盘"
        disk.mkdir()
        moved = [f"盘/{word}" if word in (*job.files, *job.folders) else word for word in job.arguments]
        there = replace(
            job, files=tuple(f"盘/{name}" for name in job.files), folders=tuple(f"盘/{name}" for name in job.folders)
        )
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(disk)], check=True)
        try:
            if forced:
                for name in there.files:
                    (run.here / name).write_bytes(OLD)
            if flags:
                subprocess.run(["mount", "-o", f"remount,{flags}", str(disk)], check=True)
            end = run.run(*moved, *(["--force"] if forced else []))
            return refused(run, there, end, forced=forced, why=(why,))
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=False)


def disks(size: str, flags: str, why: str, trials: int, dice: random.Random) -> Iterator[Trial]:
    """Every command, on disks of several sizes, over an old file or none; nothing where one may not mount."""
    import os

    if os.geteuid():
        return
    for job in JOBS:
        for turn in range(2 if size else max(2, trials // 4)):
            chosen = size or f"{4 * dice.randrange(2, 24)}k"
            forced = bool(turn % 2)
            yield Trial(f"{job.name}, {chosen}", partial(on_disk, job, chosen, flags, why, forced=forced))


def in_place(check: Callable[[Ground], Losses]) -> Losses:
    """A trial of `fault_places`."""
    with ground() as run:
        return check(run)


def places(prefix: str, _trials: int, _dice: random.Random) -> Iterator[Trial]:
    """The trials of `fault_places` under a heading."""
    for name, check in PLACES[prefix]:
        yield Trial(name, partial(in_place, check))


FAULTS: dict[str, Maker] = {
    "SIGKILL at a random moment": partial(signals, signal.SIGKILL),
    "SIGINT at a random moment": lambda trials, dice: signals(signal.SIGINT, trials // 2, dice),
    "SIGTERM at a random moment": lambda trials, dice: signals(signal.SIGTERM, trials // 2, dice),
    "SIGINT in the first 40 ms": lambda trials, dice: signals(signal.SIGINT, trials // 2, dice, early=True),
    "SIGTERM in the first 40 ms": lambda trials, dice: signals(signal.SIGTERM, trials // 4, dice, early=True),
    "interrupted while LibreOffice runs": conversions,
    "full disk": partial(disks, "", "", "磁盘已满"),
    "read-only disk": partial(disks, "200k", "ro", "只读"),
    "file-size limit": limits,
    "standard output on a full disk": partial(deafnesses, "/dev/full"),
    "reader of the pipe gone": partial(deafnesses, "pipe"),
    "closed streams": closings,
    "console, home, time zone": surroundings,
    **{heading: partial(places, heading) for heading in PLACES},
}
"""What happens → its trials."""
