"""Files written. In go finished contents and a target; out comes a whole file: a temporary one beside it,
renamed into place. It knows no figure.

The target stays as it was or is complete, and no output replaces an input of the running command, by whatever
name: whoever reads calls `protect_input`, whoever writes `refuse_input`, in either order."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from msgspec import Struct, field

from hrss12333.model.errors import FOLDER_MISSING, JobStop, UsageStop, in_words, is_folder_missing

UNFINISHED = ".~hrss12333-"
"""Begins a file's name while it is being written."""
_TRIES, _BETWEEN_TRIES = 8, 0.25
"""The tries, and the seconds between them, while another program may hold a new file open."""
_ABANDONED = 3600.0
"""Seconds without a write after which a temporary file counts as left behind by a killed run."""

_Identity = tuple[int, int] | str
"""Device and number of a file; its path without links on a disk that numbers none."""


class _Run(Struct):
    """The files of one run of the program."""

    inputs: set[_Identity] = field(default_factory=set)
    outputs: dict[_Identity, Path] = field(default_factory=dict)
    """Outputs that exist already, as the user names them."""


_RUN: ContextVar[_Run | None] = ContextVar("run", default=None)
"""The run; None if the package is used without its command line."""


@contextmanager
def guarded_inputs() -> Iterator[None]:
    """Keep the inputs and outputs of one run within the block."""
    token = _RUN.set(_Run())
    try:
        yield
    finally:
        _RUN.reset(token)


def protect_input(path: Path) -> None:
    """Note that the run reads this file, which none of its outputs may replace.

    Raises `UsageStop` if one of its outputs was to replace it."""
    if (run := _RUN.get()) and (identity := _identity(path)):
        if identity in run.outputs:
            raise _refusal(run.outputs[identity])
        run.inputs.add(identity)


def refuse_input(target: Path) -> None:
    """Note that the run writes this file.

    Raises `UsageStop` if the run reads what is there."""
    if (run := _RUN.get()) and (identity := _identity(target)):
        if identity in run.inputs:
            raise _refusal(target)
        run.outputs[identity] = target


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same existing file."""
    return (known := _identity(one)) is not None and known == _identity(other)


def _identity(path: Path) -> _Identity | None:
    """The identity of an existing file; None if there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.normcase(os.path.realpath(path))


def _refusal(target: Path) -> UsageStop:
    return UsageStop(
        f"“{target}”是这次要读的文件，不能写在它上面，加 --force 也不行。请把结果写到别处：换一个文件名或文件夹。"
    )


def check_target(target: Path, *, force: bool, ending: str = "", option: str = "-o") -> None:
    """Refuse a target that cannot be written, or that exists where ``force`` is not set; ``option`` named it.

    Raises `UsageStop` with the reason and what to do."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:  # nothing, or a link to nothing, through which the file is written
        mode = None
    except OSError as error:
        raise UsageStop(f"“{target}”不能作为输出文件：{in_words(error)}。") from error
    if mode is not None and stat.S_ISDIR(mode):
        example = target / f"结果{ending or '.xlsx'}"
        raise UsageStop(f"“{target}”是一个文件夹，请在 {option} 后写出文件名，例如 {example}。")
    if ending and target.suffix.lower() != ending:
        raise UsageStop(f"输出文件是{ending}格式，“{target.name}”的扩展名不对，请改为“{target.stem}{ending}”。")
    if mode is not None and not stat.S_ISREG(mode):
        raise UsageStop(f"“{target}”不是普通文件，不能作为输出文件，请换一个文件名。")
    refuse_input(target)
    if mode is not None and not force:
        raise UsageStop(f"“{target}”已经存在。要覆盖它请加 --force，或用 {option} 换一个位置。")
    if not target.is_absolute() and is_folder_missing():
        raise UsageStop(f"{FOLDER_MISSING}。")
    if not Path(os.path.realpath(target)).parent.is_dir():
        if target.is_symlink():
            raise UsageStop(f"“{target}”是一个失效的链接。请删去这个链接，或用 {option} 换一个位置。")
        raise UsageStop(f"文件夹“{target.parent}”不存在，请先建好，或用 {option} 换一个位置。")


def check_folder(target: Path) -> None:
    """Make sure that ``target`` can be used as a folder for output, making it if missing.

    Raises `UsageStop` if a file is in its place, `JobStop` if it cannot be made."""
    try:
        if target.exists() and not target.is_dir():
            raise UsageStop(f"“{target}”是一个文件，这里需要文件夹。")
        if target.is_symlink() and not target.exists():
            raise UsageStop(f"“{target}”是一个失效的链接。请删去这个链接，或换一个文件夹名。")
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JobStop(f"无法建立文件夹“{target}”：{in_words(error)}。") from error


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary path beside ``target``, renamed to it when the block succeeds, removed when it fails.

    Raises `UsageStop` if the run reads what is there; `JobStop` if the folder cannot be written, or another
    program holds the target open."""
    refuse_input(target)
    place = Path(os.path.realpath(target))  # a link goes on pointing to what is replaced
    # Named before it is made: an interrupt at any moment finds it by its name.
    temporary = place.with_name(f"{UNFINISHED}{os.urandom(4).hex()}{place.suffix[:8]}")
    try:
        try:
            _clear_abandoned(place.parent)
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except OSError as error:
            raise JobStop(f"无法写入文件夹“{target.parent}”：{in_words(error)}。") from error
        yield temporary
        _with_tries(lambda: _to_disk(temporary))
        _with_tries(lambda: temporary.replace(place))
    except OSError as error:
        raise JobStop(f"无法写入“{target}”：{in_words(error)}。") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _with_tries(work: Callable[[], object]) -> None:
    """Retry what Windows refuses for the moment that a virus scanner looks into a new file."""
    for _ in range(_TRIES if sys.platform == "win32" else 0):
        with suppress(PermissionError):
            work()
            return
        time.sleep(_BETWEEN_TRIES)
    work()


def _to_disk(path: Path) -> None:
    """Wait until what was written to the file would survive a power cut."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear_abandoned(folder: Path) -> None:
    """Remove what earlier, killed runs left in this folder."""
    for left in folder.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            about = left.lstat()
            if stat.S_ISREG(about.st_mode) and time.time() - about.st_mtime > _ABANDONED:
                left.unlink()
