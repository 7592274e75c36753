"""Exceptions that stop a command, each class with its exit status; and system errors in words."""

from __future__ import annotations

import errno
from pathlib import Path


class Stop(Exception):  # noqa: N818  a command that stops has done nothing wrong
    """A command cannot go on; the message is Chinese and says what to do."""

    exit_status = 3


class UsageStop(Stop):
    """The command line asks for the impossible: a missing file, a target that exists, an unknown unit."""

    exit_status = 2


class JobStop(Stop):
    """The job could not be done: output not written, totals not proved equal, an internal fault."""


OUT_OF_MEMORY = "电脑的内存不足，请关闭一些程序，或一次少处理一些文件"
FOLDER_MISSING = "当前所在的文件夹已被删除或移走，请先换到另一个文件夹（cd）再运行"
_MEMORY_REFUSED = (
    "failed to map segment",
    "annot allocate memory",
    "can't start new thread",
    "without setting an exception",
    "without exception set",
)
"""Parts of messages with which the interpreter and libraries report refused memory, not as `MemoryError`."""
_REASONS = {
    errno.ENOMEM: OUT_OF_MEMORY,
    errno.ENOSPC: "磁盘已满，请腾出空间或换一个位置",
    errno.EDQUOT: "空间配额已用完，请腾出空间或换一个位置",
    errno.EROFS: "所在的磁盘是只读的，请换一个位置",
    errno.EACCES: "没有写入权限，或文件正在Excel或WPS中打开；请先关闭它，或换一个位置",
    errno.EPERM: "没有写入权限，请换一个位置",
    errno.ENOENT: "文件夹不存在，请先建好，或换一个位置",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹，请检查路径",
    errno.EISDIR: "那里是一个文件夹，请写出文件名",
    errno.ENAMETOOLONG: "文件名或路径太长，请缩短",
    errno.EBUSY: "文件正被其他程序占用，请先关闭",
    errno.EMFILE: "同时打开的文件太多，请关闭一些程序",
    errno.EIO: "读写出错，磁盘或网络可能有故障，请换一个位置",
    errno.ELOOP: "链接绕成了圈，请写出文件本身",
    errno.EFBIG: "文件太大，这个磁盘放不下，请换一个位置",
}
"""Number of a system error → the message, Chinese."""


def in_words(error: object) -> str:
    """Why the system refuses a file, in Chinese, and what to do."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ENOENT and is_folder_missing():
        return FOLDER_MISSING
    if number == errno.ENOENT and isinstance(error, OSError) and error.filename is None:  # `tempfile` found no folder
        return "没有能用的临时文件夹（磁盘已满，或没有写入权限），请腾出空间"
    return _REASONS.get(number or 0, "磁盘或网络出错，请换一个位置再试")


def is_folder_missing() -> bool:
    """Whether the folder in which the program runs was removed."""
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the system refused memory, whatever the exception."""
    return (
        isinstance(error, MemoryError)
        or (isinstance(error, OSError) and error.errno == errno.ENOMEM)
        or any(words in str(error) for words in _MEMORY_REFUSED)
    )
