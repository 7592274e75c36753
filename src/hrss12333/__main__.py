"""Entry point of the ``hrss12333`` command."""

# Nothing that has to be looked for on the disk is imported before a request to end is answered without a traceback.
import sys

_NO_MEMORY = "错误：电脑的内存不足，请关闭一些程序后再试。\n".encode()
"""Made beforehand: there is no room for it then."""


def main() -> None:
    """Run the command line, or what a frozen program starts itself as (see `child_process`).

    Into a pipe or file goes UTF-8 whatever the machine's code page; a terminal keeps its own, and shows a question mark
    for what it has no sign for.
    """
    # What `signal` wraps, without the milliseconds that that takes to be imported; typeshed does not know it.
    import _signal  # type: ignore[import-not-found]  # as said above

    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # until the program can answer it: an end without a traceback
    if sys.argv[1:] == ["--hrss12333-child"]:
        from hrss12333.reading.files.child_process import main as serve

        serve()
        return
    import gc

    # Nearly all that is read is kept to the end: looking for garbage among it so often took a twentieth of a merge.
    gc.set_threshold(1_500_000)
    import os

    # No package of somebody else's hooks itself into the row models; to look for one costs as much as to read a file.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    from hrss12333.cli import process

    try:
        _with_chinese_names()
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


def _with_chinese_names() -> None:
    """Begin anew in UTF-8 where the machine's language knows no Chinese: no file could have the name of an output."""
    import os

    if sys.getfilesystemencoding() == "ascii" and sys.executable and not getattr(sys, "frozen", False):
        os.execv(sys.executable, [sys.orig_argv[0], "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  this very program


if __name__ == "__main__":
    main()
