"""The archive that people without Python download: the program in its folder, the launchers beside it."""

from __future__ import annotations

import runpy
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
bundle = runpy.run_path(str(ROOT / "packaging" / "bundle.py"))["bundle"]


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    program = tmp_path / "hrss12333" / "hrss12333"
    program.parent.mkdir()
    program.write_bytes(b"program")
    program.chmod(0o755)
    return tmp_path


def test_for_windows_it_is_a_zip_whose_launchers_have_their_chinese_names(dist: Path) -> None:
    path = bundle(dist, "windows-x64", windows=True)
    with zipfile.ZipFile(path) as archive:
        files = sorted(name for name in archive.namelist() if not name.endswith("/"))
    top = path.stem
    assert files == sorted(
        f"{top}/{name}" for name in ("LICENSE", "hrss12333/hrss12333", "审核.cmd", "汇总.cmd", "空白表.cmd")
    )


def test_for_linux_programs_stay_programs(dist: Path) -> None:
    with tarfile.open(bundle(dist, "linux-x86_64", windows=False)) as archive:
        modes = {member.name.partition("/")[2]: member.mode & 0o777 for member in archive if member.isfile()}
    assert sorted(modes) == sorted(["LICENSE", "hrss12333/hrss12333", "审核.desktop", "汇总.desktop", "空白表.desktop"])
    assert {mode for name, mode in modes.items() if name != "LICENSE"} == {0o755}
