// Compile the Python files under a folder by the page's own Python. Usage: node compile.mjs pyodide.mjs FOLDER
const { loadPyodide } = await import(process.argv[2]), python = await loadPyodide();
python.FS.mkdirTree("/pages");
python.FS.mount(python.FS.filesystems.NODEFS, { root: process.argv[3] }, "/pages");
python.runPython(`
import pathlib, py_compile
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
for top in map(pathlib.Path, ("/pages/site", "/pages/lib")):
    for path in sorted(top.rglob("*.py")):
        py_compile.compile(path, f"{path}c", str(path.relative_to(top)), True, invalidation_mode=mode)
        path.unlink()
`);
