"""Where output goes: a temporary file beside the target, renamed into place; no surprise overwrites."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hrss12333.model.errors import JobStop, UsageStop, in_words


def check_target(target: Path, *, force: bool) -> None:
    """Refuse a target that is a folder, exists without ``force``, or whose folder is missing.

    Raises:
        UsageStop: with the reason and what to do.
    """
    if target.is_dir():
        raise UsageStop(f"“{target}”是一个文件夹，请在 -o 后写出文件名，例如 {target / '结果.xlsx'}。")
    if target.exists() and not force:
        raise UsageStop(f"“{target}”已经存在。要覆盖它请加 --force，或用 -o 换一个文件名。")
    if not target.parent.is_dir():
        raise UsageStop(f"文件夹“{target.parent}”不存在，请先建好，或用 -o 换一个位置。")


def check_folder(target: Path) -> None:
    """Make sure that ``target`` can be used as a folder for output; it is made where missing.

    Raises:
        UsageStop: where a file stands in its place.
        JobStop: where it cannot be made.
    """
    if target.exists() and not target.is_dir():
        raise UsageStop(f"“{target}”是一个文件，这里需要文件夹。")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JobStop(f"无法建立文件夹“{target}”：{in_words(error)}。") from error


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary path beside ``target``; renamed to it when the block ends well, removed when it does not.

    Raises:
        JobStop: where the folder cannot be written or the target is held open by another program.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".~hrss12333-", suffix=target.suffix, dir=target.parent)
    except OSError as error:
        raise JobStop(f"无法写入文件夹“{target.parent}”：{in_words(error)}。") from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    except OSError as error:
        raise JobStop(f"无法写入“{target}”：{in_words(error)}。") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
