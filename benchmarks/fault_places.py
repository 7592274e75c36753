"""Faults of names and places: what is in a folder, what is named as a target, what a name contains."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from fault_ground import JOBS, OLD, Ended, Ground, incomplete, settled, words

Check = Callable[[Ground], list[str]]

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
EVIL = "a\x1b[31m\x1b]0;x\x07\x9b2J\r\u202eb"
KNOWN = """
python hrss check merge fix compile template rules format text json markdown year rows deadline
notice unit all city per previous since report returns csv annotate strict force output verbose help
version no protect file dir out html xlsx docx path bogus abc xml id outptu
"""
"""English words that are the program's own or the user's."""


def said(end: Ended) -> list[str]:
    """What must not reach a terminal."""
    found = CONTROL.search(end.out + end.err)
    return words(end) + ([f"prints {found[0]!r}"] if found else [])


def make_fifo(path: Path) -> None:
    """A pipe in the folder."""
    os.mkfifo(path)


def make_device(minor: int, path: Path) -> None:
    """A character device: 3 takes all and gives nothing, 5 gives zeros for ever."""
    os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, minor))


def make_link(target: str, path: Path) -> None:
    """A link; to itself, to nothing, to the folder above."""
    path.symlink_to(target)


THINGS: dict[str, Callable[[Path], None]] = {
    "FIFO": make_fifo,
    "device null": partial(make_device, 3),
    "device zero": partial(make_device, 5),
    "dangling link": partial(make_link, "没有.xlsx"),
    "link to itself": partial(make_link, "怪.xlsx"),
    "link to the folder": partial(make_link, "."),
    "link to a device": partial(make_link, "/dev/zero"),
}


def beside(name: str, run: Ground) -> list[str]:
    """Something that is no file stands among the filings: all others are read, and the run ends."""
    THINGS[name](run.here / "收件" / "怪.xlsx")
    lost = []
    for job in (JOBS[1], JOBS[2], JOBS[4]):
        end = run.run(*job.arguments, wait=90)
        lost += said(end) + settled(run)
        lost += [f"{job.name}: exit status {end.status}"] if end.status not in (0, 1) else []
        lost += [f"{job.name}: no {name}" for name in job.files if not (run.here / name).exists()]
    return lost


def as_input(name: str, run: Ground) -> list[str]:
    """Something that is no file is named: refused in words."""
    THINGS[name](run.here / "怪.xlsx")
    lost = []
    for arguments in (
        ("check", "怪.xlsx"),
        ("fix", "怪.xlsx"),
        ("check", "收件", "--previous", "怪.xlsx"),
        ("template", "--unit", "广东", "--previous", "怪.xlsx"),
        ("merge", "收件", "--since", "怪.xlsx"),
    ):
        end = run.run(*arguments, wait=60)
        folder = name == "link to the folder" and arguments[:1] == ("check",) and len(arguments) == 2
        lost += [f"{arguments[0]} {line}" for line in said(end)]
        lost += [f"{arguments}: {end.status} {end.err[:60]}"] if end.status != 2 and not folder else []
    return lost


def as_target(name: str, run: Ground) -> list[str]:
    """Something that is no file is the target: refused with and without --force, and still there; a link is kept."""
    lost = []
    for job in JOBS:
        for target in job.files:
            path = run.here / target
            path.unlink(missing_ok=True)
            (run.here / "没有.xlsx").unlink(missing_ok=True)
            THINGS[name](path)
            if name == "link to itself":
                path.unlink()
                path.symlink_to(path.name)
            before = path.lstat()
            end = run.run(*job.arguments, "--force", wait=90)
            after = path.lstat()
            lost += [f"{job.name}: {line}" for line in said(end)]
            if (stat.S_IFMT(after.st_mode), after.st_ino) != (stat.S_IFMT(before.st_mode), before.st_ino):
                lost.append(f"{job.name}: {target} was replaced")
            if name != "dangling link" and end.status != 2:
                lost.append(f"{job.name}: exit status {end.status}: {end.err[:60]}")
            path.unlink(missing_ok=True)
            for other in job.files:
                (run.here / other).unlink(missing_ok=True)
            for folder in job.folders:
                shutil.rmtree(run.here / folder, ignore_errors=True)
    return lost + [f"{name} left behind" for name in run.litter()]


def through_link(run: Ground) -> list[str]:
    """A link to a file elsewhere is the target: the file is replaced, the link is kept."""
    lost = []
    (run.here / "别处").mkdir()
    for job in JOBS:
        for target in job.files:
            (run.here / "别处" / target).write_bytes(OLD)
            (run.here / target).symlink_to(Path("别处", target))
        end = run.run(*job.arguments, "--force")
        lost += said(end)
        for target in job.files:
            lost += [] if (run.here / target).is_symlink() else [f"{target}: the link is gone"]
            found = run.here / "别处" / target
            lost += ["the file behind the link is old"] if found.read_bytes() == OLD else [incomplete(found)]
    return [line for line in lost if line]


def named(name: str, run: Ground) -> list[str]:
    """A file with this name is read, quoted, and written beside."""
    lost = []
    try:
        shutil.copyfile(run.here / "收件" / "广东.xlsx", run.here / "收件" / f"{name}.xlsx")
    except OSError:
        return []
    path = f"收件/{name}.xlsx"
    for arguments, status in (
        (("check", path, "--annotate", "批注", "--report", "a.html"), (0, 1)),
        (("check", path, "--format", "json"), (0, 1)),
        (("check", path, "--previous", path), (0, 1, 2)),
        (("check", "收件", "-v"), (0, 1)),
        (("merge", "收件", "-o", "b.xlsx", "--returns", "退回", "--csv", "数据", "--report", "b.html"), (0, 1)),
        (("merge", "收件", "-o", "c.xlsx", "--since", path), (2,)),
        (("merge", "收件", "-o", f"{name}/x.xlsx"), (2, 3)),
        (("merge", "收件", "-o", f"{name}.xlsx", "--force"), (0, 1, 2, 3)),
        (("merge", "收件", "-o", "d.xlsx", "--csv", name), (0, 1, 2, 3)),
        (("fix", path), (0, 1, 2, 3)),
        (("fix", path, "-o", f"{name}_b.xlsx"), (0, 1, 2, 3)),
        (("fix", f"{name}_none.xlsx"), (2,)),
        (("check", name + "x"), (2,)),
        (("template", "-o", f"t{name}.xlsx"[-200:]), (0, 2, 3)),
        (("template", "--unit", name), (2,)),
        (("rules", name), (2,)),
        ((name,), (2,)),
        (("compile", "收件", "-o", "e.docx"), (0, 1)),
        (("compile", "收件", "--notice", name, "-o", "f.docx"), (0, 1, 2)),
    ):
        end = run.run(*arguments)
        lost += [f"{arguments}: {line}"[-150:] for line in said(end)]
        lost += [f"{arguments}: {end.status} {end.err[:80]}"[-150:]] if end.status not in status else []
    return lost + [f"{name} left behind" for name in run.litter()]


NAMES = {
    "255 bytes, Chinese": "表" * 83 + "a",
    "255 bytes, Latin": "a" * 250,
    "control codes": EVIL,
    "a line break": "上\n下",
    "quotes and markup": "“[red]<b>'\"&{0}%s",
    "a leading dash": "-o",
    "no text": os.fsdecode(b"\xb9\xe3\xb6\xab"),
    "blanks and dots": " . x ..",
    "a formula": "=cmd|' '!A1",
}


def deep(run: Ground) -> list[str]:
    """Folders 1,500 levels deep."""
    here = os.open(run.here / "收件", os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    lost = []
    for job in (JOBS[1], JOBS[2], JOBS[4]):
        end = run.run(*job.arguments)
        lost += said(end) + ([f"{job.name}: {end.status} {end.err[:80]}"] if end.status not in (0, 1) else [])
    subprocess.run(["rm", "-rf", run.here / "收件" / "d"], check=True)  # shutil would recurse too deep
    return lost


def removed(run: Ground) -> list[str]:
    """The current folder is missing while the program is asked to work in it."""
    lost = []
    for arguments in (job.arguments for job in JOBS):
        gone = run.top / "gone"
        gone.mkdir()
        given = [str(run.here / word) if word.startswith("收件") else word for word in arguments]

        def leave(gone: Path = gone) -> None:
            os.chdir(gone)
            gone.rmdir()

        end = run.run(*given, preexec_fn=leave)
        lost += said(end) + ([f"{arguments[0]}: {end.status} {end.err[:80]}"] if end.status not in (2, 3) else [])
    return lost


def absolute(run: Ground) -> list[str]:
    """Absolute arguments: no file that is sent or kept names a folder of this computer."""
    mark = str(run.top)
    lost = []
    faulty = next((run.here / "收件").glob("01*"))
    shutil.copyfile(faulty, run.here / "收件" / "again.xlsx")
    for job in JOBS:
        outputs = (*job.files, *job.folders)
        given = [str(run.here / word) if word in outputs or word.startswith("收件") else word for word in job.arguments]
        lost += said(run.run(*given))
        for name in outputs:
            at = run.here / name
            for path in [at, *at.rglob("*")]:
                if path.is_file():
                    lost += [f"{path.name} {part}" for part, data in parts(path) if mark.encode() in data]
    return lost


def parts(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file's content, by its members."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            yield from ((name, package.read(name)) for name in package.namelist())
    else:
        yield "", path.read_bytes()


WRONG = """
check . --format xml; check . --format; rules --format xml; merge . --year abc; merge . --year 1;
merge . --year; merge . --deadline 2021-02-30; merge . --deadline abc; template --rows abc;
template --rows 0; template --rows -1; template --year abc; template --bogus; template --force=abc;
template abc; check . --strict=abc; check; merge; fix; fix abc.xlsx abc; compile;
compile . --previous; check . -x; bogus; --bogus; check --outptu abc

"""
USAGE = (*(tuple(line.split()) for line in WRONG.split(";")), ("merge", ".", "-o", ""), ("check", ""), ("fix", ""))
"""Command lines that are wrong."""


def usage(arguments: tuple[str, ...], run: Ground) -> list[str]:
    """A wrong command line is refused in Chinese."""
    end = run.run(*arguments)
    english = sorted({word.lower() for word in re.findall(r"[A-Za-z]{2,}", end.err + end.out)} - {*KNOWN.split()})
    lost = said(end) + ([f"{english}: {end.err[:100]!r}"] if english else [])
    return lost + ([] if end.status == 2 and "错误" in end.err else [f"{end.status}: {end.err[:100]!r}"])


PLACES: dict[str, list[tuple[str, Check]]] = {
    "something else than a file in the folder": [(name, partial(beside, name)) for name in THINGS],
    "something else than a file as input": [(name, partial(as_input, name)) for name in THINGS],
    "something else than a file as target": [
        *((name, partial(as_target, name)) for name in THINGS),
        ("link to a file", through_link),
    ],
    "names": [(name, partial(named, text)) for name, text in NAMES.items()],
    "folders 1,500 levels deep": [("check, merge, compile", deep)],
    "current folder removed": [("all commands", removed)],
    "absolute arguments": [("all commands", absolute)],
    "wrong command lines": [(" ".join(arguments), partial(usage, arguments)) for arguments in USAGE],
}
"""Heading → trials."""
