"""Build 12333.html: one file that holds Python for browsers (Pyodide), the libraries and the program. Usage: build.py [12333.html]"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
WORK, PROGRAM = ROOT / "build" / "browser", ROOT / "src" / "hrss12333"
LIBRARIES = (
    "annotated_types click defusedxml et_xmlfile Jinja2 msgspec olefile openpyxl pydantic pydantic_core "
    "python-calamine-plus typing_extensions typing-inspection xlrd xlsxwriter"
).split()
"""All that the page has of constraints.txt; what needs another library is not audited there."""
PLATFORM = ["--platform=pyemscripten_2026_0_wasm32", "--python-version=314", "--abi=cp314", "--abi=abi3", "--abi=none"]
UNUSED = re.compile(
    r"(_pyrepl|idlelib|ensurepip|multiprocessing|tkinter|curses|dbm|sqlite3|test|unittest|pydoc_data|venv|wsgiref|xmlrpc)/"
    r"|(pdb|pydoc|doctest|turtle|mailbox|imaplib|poplib|ftplib|smtplib|cProfile|profile|pstats|bdb|webbrowser)\.py$"
)
"""Of the standard library, what no command imports."""
MOST_MEMORY = 1024 * 2**20
"""Bytes that Python may take in the page."""


def download() -> Path:
    """The folder of Pyodide, by npm, whose hash is looked at, and beside it the wheels, by pip."""
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "node_modules" / "ws").mkdir(parents=True)
    (WORK / "node_modules" / "ws" / "index.js").touch()  # Pyodide imports it under node, and does without
    pinned = json.loads((HERE / "package.json").read_text("utf-8"))
    (version,) = [f"{name}@{version}" for name, version in pinned["dependencies"].items()]
    subprocess.run(["npm", "pack", "--silent", version], cwd=WORK, check=True, stdout=subprocess.DEVNULL)
    (packed,) = WORK.glob("*.tgz")
    if f"sha512-{base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()}" != pinned["integrity"]:
        raise SystemExit(f"{version} is not what package.json names")
    tarfile.open(packed).extractall(WORK, filter="data")
    get = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", f"--dest={WORK}", "-c", ROOT / "constraints.txt"]
    subprocess.run([*get, "--only-binary=:all:", *PLATFORM, *LIBRARIES], check=True)
    subprocess.run([*get, "MarkupSafe"], check=True)  # any machine's: its fast part is left out, and has a double in Python
    return WORK / "package"


def lay_out(pyodide: Path) -> None:
    """The folders ``site`` and ``lib`` with what the page's Python imports, compiled by that very Python."""
    for wheel in WORK.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(WORK / "site")
    shutil.copytree(PROGRAM, WORK / "site" / "hrss12333", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "in_page.py", WORK / "site" / "hrss12333")
    with zipfile.ZipFile(pyodide / "python_stdlib.zip") as library:
        library.extractall(WORK / "lib", [name for name in library.namelist() if not UNUSED.match(name)])
    for path in sorted((WORK / "site").rglob("*")):
        if path.name.endswith((".pyi", ".c", "linux-gnu.so", "olefile2.py", "RECORD", "sboms")):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    subprocess.run(["node", HERE / "compile.mjs", pyodide / "pyodide.mjs", WORK], check=True)


def packed(folder: Path) -> bytes:
    """The files of a folder as a zip that is itself not packed: the page packs it once."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.writestr(zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes())
    return made.getvalue()


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """A text with the first of each pair replaced by the second; it must be there."""
    for old, new in pairs:
        if old not in text:
            raise SystemExit(f"not found: {old}")
        text = text.replace(old, new)
    return text


def worker_script(pyodide: Path) -> bytes:
    """The worker's script with Pyodide's two in it. A page from disk may start no module, so this is none."""
    engine = replaced(
        (pyodide / "pyodide.asm.mjs").read_text("utf-8"),
        ("import.meta.url", '"file:///"'),
        ("export default _createPyodideModule;", ""),
        ("getHeapMax=()=>4294901760", f"getHeapMax=()=>{MOST_MEMORY}"),
    )
    engine = f"const createPyodideModule = (() => {{{engine}; return _createPyodideModule; }})();"
    loader = (pyodide / "pyodide.js").read_text("utf-8").partition("//# sourceMappingURL")[0]
    return "\n".join([(HERE / "worker.js").read_text("utf-8"), engine, loader]).encode()


def data_block(name: str, content: bytes) -> str:
    """Bytes as a part of the page that is no script."""
    text = base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()
    print(f"{name:8} {len(content):>10,} -> {len(text):>10,}")
    return f'<script type="application/gzip;base64" id="{name}">{text}</script>'


def hash_of(script: str) -> str:
    """A script as the page's policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def main(target: Path) -> None:
    """Write the page."""
    pyodide = download()
    lay_out(pyodide)
    parts = {
        "worker": worker_script(pyodide),
        "engine": (pyodide / "pyodide.asm.wasm").read_bytes(),
        "library": packed(WORK / "lib"),
        "site": packed(WORK / "site"),
        "lock": json.dumps(json.loads((pyodide / "pyodide-lock.json").read_text("utf-8")) | {"packages": {}}).encode(),
    }
    report, version = PROGRAM / "reporting/html/templates", (PROGRAM / "__init__.py").read_text("utf-8")
    page = replaced(
        (HERE / "page.html").read_text("utf-8"),
        ("{{style}}", (report / "style.css").read_text("utf-8") + (HERE / "page.css").read_text("utf-8")),
        ("{{page.js}}", (HERE / "page.js").read_text("utf-8")),
        ("{{version}}", version.split('__version__ = "')[1].split('"')[0]),
    )
    scripts = [*re.findall(r"<script>(.*?)</script>", page, re.S), (report / "filter.js").read_text("utf-8").removesuffix("\n")]
    blocks = "\n".join(data_block(name, content) for name, content in parts.items())
    page = replaced(page, ("{{hashes}}", " ".join(map(hash_of, scripts))), ("{{parts}}", blocks))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8", newline="\n")
    print(f"{target} {target.stat().st_size:,}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / "12333.html")
