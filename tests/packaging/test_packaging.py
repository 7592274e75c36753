"""What people without Python download: the archive, and its launchers, through which any name reaches the program as it is."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAUNCHERS = ROOT / "packaging" / "launchers"
TASKS = {"空白表": "template", "审核": "check", "汇总": "merge"}
SPECIAL = re.compile(rb"[&|<>^%!\"\\()]")


@pytest.mark.parametrize("name", TASKS)
def test_the_windows_launchers_are_gbk_with_windows_line_ends(name: str) -> None:
    raw = (LAUNCHERS / f"{name}.cmd").read_bytes()
    text = raw.decode("gbk")
    lines = text.split("\r\n")
    assert "\n" not in "".join(lines)
    assert lines[:2] == ["@echo off", "chcp 936 >nul"], "before any Chinese is read"
    assert '"%~dp0hrss12333\\hrss12333.exe"' in text.replace('"program=', '"')
    assert f'"!program!" desk {TASKS[name]} !dropped!' in lines
    assert f'"%program%" desk {TASKS[name]} %*' in lines
    assert lines[lines.index(f'"!program!" desk {TASKS[name]} !dropped!') + 1 :][:2] == ["pause", "exit"]
    wide = [sign.encode("gbk") for sign in text if ord(sign) > 127]
    assert not [pair for pair in wide if SPECIAL.search(pair[1:])], "a byte that cmd may take for a sign of its own"


@pytest.mark.skipif(
    sys.platform == "win32", reason="only Linux desktops start .desktop files, by a shell that is tried here"
)
@pytest.mark.parametrize("name", TASKS)
def test_any_name_reaches_the_program_as_it_is(name: str, tmp_path: Path) -> None:
    """The steps of a desktop: the string's escapes undone, %k and %F put in, and a program started of what results."""
    here = tmp_path / "我的 工具 & (100%) $x"
    (here / "hrss12333").mkdir(parents=True)
    program = here / "hrss12333" / "hrss12333"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$PWD" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    lines = (LAUNCHERS / f"{name}.desktop").read_text(encoding="utf-8").splitlines()
    assert {"[Desktop Entry]", f"Name={name}", "Terminal=true"} <= set(lines)
    line = next(line for line in lines if line.startswith("Exec=")).removeprefix("Exec=")
    dropped = ["/tmp/a b&c.xlsx", "/tmp/(1)%d 50%!.xls", "/tmp/$(touch x)`y`'\".zip"]
    written = line.replace("\\\\", "\\").replace("%k", shlex.quote(str(here / f"{name}.desktop")))
    written = written.replace("%F", " ".join(map(shlex.quote, dropped)))
    done = subprocess.run(["sh", "-c", written], cwd=tmp_path, capture_output=True, check=True, encoding="utf-8")
    where, *arguments = done.stdout.splitlines()
    expected = ["desk", TASKS[name], *([] if name == "空白表" else dropped)]
    assert arguments == expected
    assert where == str(here if name == "空白表" else tmp_path)


def test_the_locked_versions_are_those_that_the_project_allows() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert not [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line)]
    locked = dict(line.lower().replace("_", "-").split("==") for line in pins)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    for requirement in wanted:
        name, _, bounds = requirement.partition(">=")
        if name != "hrss12333[test]":  # an extra of the project's own
            least, *below = bounds.split(",<")
            versions = [tuple(map(int, version.split("."))) for version in (least, locked[name], *below)]
            assert versions[0] <= versions[1], requirement
            assert versions[2:] == [] or versions[1] < versions[2], requirement


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
