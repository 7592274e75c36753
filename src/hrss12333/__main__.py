"""Entry point of the ``hrss12333`` command."""

import sys

_NO_MEMORY = "错误：电脑的内存不足，请关闭一些程序后再试。\n".encode()
"""Made beforehand: there is no room for it then."""
_ROOM = 32 * 2**20
"""Bytes that the program takes of the memory for itself, about. Python may hang where they run out halfway through an import."""


def main() -> None:
    """Run the command line, or the child process, as which a frozen program starts itself."""
    # `_signal` is built in: an interrupt ends the program without a traceback before the disk is searched.
    import _signal  # type: ignore[import-not-found]  # typeshed does not know it

    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # until the program can answer it
    if sys.argv[1:] == ["--hrss12333-child"]:
        from hrss12333.reading.files.child_process import main as serve

        serve()
        return
    import gc
    import os

    # Nearly all that is read is kept to the end: looking for garbage among it took a thirtieth of a check.
    gc.set_threshold(1_500_000)
    from hrss12333.cli import process

    try:
        bytes(_ROOM)
        process.prepare()
        from hrss12333.cli import cli

        cli()
    except KeyboardInterrupt:  # before there was a command that could say so
        process.leave(3)
    except MemoryError:
        os.write(2, _NO_MEMORY)
        os._exit(3)
    except SystemExit as end:
        process.leave(end.code if isinstance(end.code, int) else 0)


if __name__ == "__main__":
    main()
