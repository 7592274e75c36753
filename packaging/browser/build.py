"""Build 12333.html, one file with Python for browsers (Pyodide), the libraries and the program: build.py [FILE]"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
WORK, PROGRAM = ROOT / "build" / "browser", ROOT / "src" / "hrss12333"
LIBRARIES = (
    "annotated_types click defusedxml et_xmlfile Jinja2 msgspec olefile openpyxl pydantic pydantic_core "
    "python-calamine-plus typing_extensions typing-inspection xlrd xlsxwriter"
)
"""All that the page has of constraints.txt; what needs another library is not audited there."""
PLATFORM = "--platform=pyemscripten_2026_0_wasm32 --python-version=314 --abi=cp314 --abi=abi3 --abi=none"
UNUSED = ("_pyrepl/", "doctest", "mailbox", "multiprocessing/", "pdb", "pydoc", "sqlite3/", "unittest/", "xmlrpc/")
"""Of the standard library, what no command imports."""


def download() -> Path:
    """The folder of Pyodide, by npm, whose hash is looked at; and the wheels, by pip."""
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "node_modules" / "ws").mkdir(parents=True)
    (WORK / "node_modules" / "ws" / "index.js").touch()  # Pyodide imports it under node, and does without
    pinned = json.loads((HERE / "package.json").read_text("utf-8"))
    (version,) = (f"{name}@{number}" for name, number in pinned["dependencies"].items())
    subprocess.run(["npm", "pack", "--silent", version], cwd=WORK, check=True, stdout=subprocess.DEVNULL)
    (archive,) = WORK.glob("*.tgz")
    if hash_of(archive.read_bytes(), "sha512") != pinned["integrity"]:
        raise SystemExit(f"{version} is not what package.json names")
    shutil.unpack_archive(archive, WORK, filter="data")
    get = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", f"-d{WORK}", f"-c{ROOT / 'constraints.txt'}"]
    subprocess.run([*get, "--only-binary=:all:", *PLATFORM.split(), *LIBRARIES.split()], check=True)
    subprocess.run([*get, "MarkupSafe"], check=True)  # any machine's: its fast part, left out, has a double in Python
    return WORK / "package"


def lay_out(pyodide: Path) -> None:
    """The folders ``site`` and ``lib`` with what the page's Python imports, compiled by that very Python."""
    for wheel in WORK.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(WORK / "site")
    own = WORK / "site" / "hrss12333"
    shutil.copytree(PROGRAM, own, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "in_page.py", own)
    with zipfile.ZipFile(pyodide / "python_stdlib.zip") as library:
        library.extractall(WORK / "lib", [name for name in library.namelist() if not name.startswith(UNUSED)])
    for path in sorted((WORK / "site").rglob("*")):
        if path.name.endswith((".pyi", ".c", "linux-gnu.so", "olefile2.py", "RECORD", "sboms", "v1")):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    subprocess.run(["node", HERE / "compile.mjs", pyodide / "pyodide.mjs", WORK], check=True)


def packed(folder: Path) -> bytes:
    """The files of a folder as a zip that is itself not packed: the page packs it once."""
    with zipfile.ZipFile(made := io.BytesIO(), "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes())
    return made.getvalue()


def hash_of(content: bytes, name: str = "sha256") -> str:
    """A hash as npm and the policies of pages write it."""
    return f"{name}-{base64.b64encode(hashlib.new(name, content).digest()).decode()}"


def replaced(text: str, pairs: dict[str, str]) -> str:
    """A text with each of these, which must be there, replaced."""
    for old, new in pairs.items():
        if old not in text:
            raise SystemExit(f"not found: {old}")
        text = text.replace(old, new)
    return text


def worker_script(pyodide: Path) -> str:
    """The worker's script with Pyodide's two in it. A page from disk may start no module, so this is none."""
    no_module = {"import.meta.url": '"file:///"', "export default _createPyodideModule;": ""}
    limited = {"getHeapMax=()=>4294901760": f"getHeapMax=()=>{2**30}"}  # bytes that Python may take
    engine = replaced((pyodide / "pyodide.asm.mjs").read_text("utf-8"), no_module | limited)
    loader = (pyodide / "pyodide.js").read_text("utf-8").partition("//# sourceMappingURL")[0]
    made = f"const createPyodideModule = (() => {{{engine}; return _createPyodideModule; }})();"
    return "\n".join([(HERE / "worker.js").read_text("utf-8"), made, loader])


def data_block(name: str, content: bytes) -> str:
    """Bytes as a part of the page that is no script."""
    text = base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()
    return f'<script type="application/gzip;base64" id="{name}">{text}</script>\n'


def main(target: Path) -> None:
    """Write the page."""
    pyodide = download()
    lay_out(pyodide)
    lock = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8")) | {"packages": {}}
    engine = (pyodide / "pyodide.asm.wasm").read_bytes()
    parts = data_block("worker", worker_script(pyodide).encode()) + data_block("engine", engine)
    parts += data_block("library", packed(WORK / "lib")) + data_block("site", packed(WORK / "site"))
    report, script = PROGRAM / "reporting/templates", (HERE / "page.js").read_text("utf-8")
    scripts = script, (report / "filter.js").read_text("utf-8").removesuffix("\n")
    filled = {
        "{{style}}": (report / "style.css").read_text("utf-8") + (HERE / "page.css").read_text("utf-8"),
        "{{hashes}}": " ".join(f"'{hash_of(one.encode())}'" for one in scripts),
        "{{script}}": script,
        "{{version}}": (PROGRAM / "__init__.py").read_text("utf-8").split('__version__ = "')[1].split('"')[0],
        "{{parts}}": parts + data_block("lock", json.dumps(lock).encode()),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    page = replaced((HERE / "page.html").read_text("utf-8"), filled)
    target.write_text(page, encoding="utf-8", newline="\n")
    print(f"{target}: {target.stat().st_size:,}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / "12333.html")
