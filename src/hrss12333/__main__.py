"""Entry point of the ``hrss12333`` command."""

import sys

_NO_MEMORY = "错误：电脑的内存不足，请关闭一些程序后再试。\n".encode()
"""Made in advance: without memory there is no room for it."""


def main() -> None:
    """Run the command line, or the worker, as which the program starts itself."""
    # `_signal` is built in: an interrupt ends the program without a traceback even before imports.
    import _signal  # type: ignore[import-not-found]  # typeshed does not know it

    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # until the program can handle it
    if sys.argv[1:] == ["--hrss12333-worker"]:
        from hrss12333.reading.worker import main as serve

        serve()
        return
    import gc
    import os

    # Nearly all that is read is kept to the end: collecting garbage took a thirtieth of a check.
    gc.set_threshold(1_500_000)
    import hrss12333
    from hrss12333.cli import process

    if hasattr(os, "fork") and sys.platform == "linux":
        hrss12333.worker = "reading.worker.processes:Forked"
    try:
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
