"""The program in the page: a command and its outputs. Its worker is this process, which the page ends and starts anew."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import page  # type: ignore[import-not-found]  # by worker.js

import hrss12333
from hrss12333.cli import check, cli, merge  # noqa: F401  imported before the first command
from hrss12333.reading.worker import Kept, limits
from hrss12333.survey.editions import edition_of

FOLDER = Path("/run")
FOLDER.mkdir()
os.chdir(FOLDER)
hrss12333.worker = "reading.worker:Kept"
Kept.begun, Kept.ended = staticmethod(page.begun), staticmethod(page.ended)
limits.SECONDS *= 5  # a browser's Python takes so many times as long
UNITS = [unit.short for unit in edition_of().gazetteer.units]


def run(argv: Iterable[str], answers: Any) -> dict[str, Any]:
    """Run a command; its exit status, its texts, and its outputs, in one archive, too, where they are several."""
    Kept.answers = {key: bytes(kept) if kept else None for key, kept in answers.to_py().items()}
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        status = cli.main([*argv], "hrss12333", standalone_mode=False, obj=page.progress)
    outputs = [(path.name, path.read_bytes()) for path in sorted(FOLDER.iterdir()) if path.is_file()]
    for path in FOLDER.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if len(outputs) > 1:
        with ZipFile(packed := io.BytesIO(), "w") as archive:
            for name, content in outputs:
                archive.writestr(name, content)
        outputs.append(("全部结果.zip", packed.getvalue()))
    return {"status": status or 0, "out": out.getvalue(), "err": err.getvalue(), "outputs": outputs}
