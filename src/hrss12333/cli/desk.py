"""``hrss12333 desk``, for launchers on which files are dropped: writes the result there and opens it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from hrss12333.cli import process

_OUTPUTS = {
    "template": ("-o", "12333调查表", ".xlsx"),
    "check": ("--report", "12333审核报告", ".html"),
    "merge": ("-o", "12333全国汇总", ".xlsx"),
}
"""Command → the option for the path of its result, and the result's name and ending."""
_HOW = {
    "check": "请把收到的表格、压缩包或整个文件夹拖到这个图标上，松开鼠标，就会审核并打开报告。",
    "merge": "请把装有各单位表格的文件夹拖到这个图标上，松开鼠标，就会汇总并打开结果。",
}
"""Command → what is printed if nothing was dropped."""


@click.command(name="desk", hidden=True)
@click.argument("task", type=click.Choice(list(_OUTPUTS)))
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False))
@click.pass_context
def command(context: click.Context, task: str, paths: tuple[Path, ...]) -> None:
    """供桌面上的图标使用：结果写在拖来的文件旁边，写好后打开。"""
    try:
        dropped = [os.path.abspath(path) for path in paths]  # noqa: PTH100  it must not follow links
        status = work(context.find_root().command, task, dropped)
    finally:
        wait_for_key()
    raise click.exceptions.Exit(status)


def work(program: click.Command, task: str, paths: list[str]) -> int:
    """Run a command of ``program`` and open what it wrote; returns its exit status."""
    if not paths and task in _HOW:
        click.echo(_HOW[task])
        return 2
    option, stem, ending = _OUTPUTS[task]
    folder = Path(paths[0]).parent if paths else Path.cwd()
    target = folder / f"{stem}_{datetime.now():%Y%m%d_%H%M%S}{ending}"
    arguments = [task, option, str(target), *(["--", *paths] if paths else [])]
    status = program.main(arguments, prog_name="hrss12333", standalone_mode=False)
    if target.is_file():
        click.echo(f"\n结果在：{target}")
        with suppress(OSError):
            open_file(target)
    return status if isinstance(status, int) else 0


def open_file(path: Path) -> None:
    """Open a file with the desktop's program for it, if any."""
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606  no shell: the program that Windows has for it
        return
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if opener == "open" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        nowhere = subprocess.DEVNULL
        command = [opener, str(path)]  # opened by the desktop, not by a shell
        subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)  # noqa: S603


def wait_for_key() -> None:
    """Wait for a key where the window would close; on Windows the launcher's script does that."""
    if sys.platform != "win32" or process.owns_console():
        click.pause("\n按任意键关闭这个窗口……")
