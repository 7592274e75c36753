"""Put the launchers beside the built program, and all of it into one archive: `python packaging/bundle.py LABEL`.

It takes dist/hrss12333, and writes dist/hrss12333-VERSION-LABEL.zip for Windows, .tar.gz elsewhere: an archive that
keeps which files are programs and which are links.
"""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def bundle(dist: Path, label: str, *, windows: bool) -> Path:
    """The archive of the program in ``dist``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = f"hrss12333-{project['version']}-{label}"
    folder = dist / "bundle" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copytree(dist / "hrss12333", folder / "hrss12333", symlinks=True)
    for launcher in (ROOT / "packaging" / "launchers").glob("*.cmd" if windows else "*.desktop"):
        shutil.copy(launcher, folder)
    shutil.copy(ROOT / "LICENSE", folder)
    kind = "zip" if windows else "gztar"
    return Path(shutil.make_archive(str(dist / name), kind, dist / "bundle", name))


if __name__ == "__main__":
    print(bundle(ROOT / "dist", sys.argv[1], windows=os.name == "nt"))
