"use strict";
// The page's worker, in which Python runs and all files are read; it has no network. Pyodide takes it for a module's by an
// importScripts that fails, and gets what it would fetch from the page.
self.importScripts = () => { throw new Error("nothing is imported"); };
const parts = {};
const fetch = async (address) => new Response(parts[String(address).split("/").pop()], { headers: { "Content-Type": "application/wasm" } });
const tell = (kind, rest, passed) => self.postMessage({ kind, ...rest }, passed || []);
let python, inPage;

async function unpacked(text) {
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function start({ texts }) {
  const [engine, library, site, lock] = await Promise.all(["engine", "library", "site", "lock"].map((name) => unpacked(texts[name])));
  Object.assign(parts, { "pyodide.asm.wasm": engine, "python_stdlib.zip": library });
  python = await loadPyodide({ indexURL: "file:///", packageBaseUrl: "file:///", lockFileContents: new TextDecoder().decode(lock), createPyodideModule });
  delete parts["pyodide.asm.wasm"];
  delete parts["python_stdlib.zip"];
  python.unpackArchive(site, "zip", { extractDir: python.runPython("import site; site.getsitepackages()[0]") });
  const heap = () => python._module.HEAPU8.length;
  python.registerJsModule("page", {
    begun: (key) => tell("task", { key, heap: heap() }),
    ended: (key, answer) => tell("answer", { key, answer: answer.toJs(), heap: heap() }),
    progress: (what, done, total, name) => tell("progress", { what, done, total, name }),
  });
  inPage = python.pyimport("hrss12333.in_page");
  tell("ready", { units: inPage.units().toJs() });
}

async function run({ argv, files, answers }) {
  inPage.clear();
  const unread = [];
  for (const [path, file] of files) {
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    const huge = file.size > 256 * 2 ** 20; // refused by its size
    try {
      python.FS.writeFile(path, new Uint8Array(await (huge ? file.slice(0, 4096) : file).arrayBuffer()));
      if (huge) python.FS.lookupPath(path).node.usedBytes = file.size;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      python.FS.writeFile(path, "", { mode: 0 });
      unread.push(file.name);
    }
    python.FS.utime(path, file.lastModified, file.lastModified);
  }
  const found = inPage.run(argv, answers).toJs({ dict_converter: Object.fromEntries });
  tell("done", { ...found, unread, heap: python._module.HEAPU8.length }, found.outputs.map(([, bytes]) => bytes.buffer));
}

self.onmessage = async ({ data }) => {
  try {
    await (data.kind === "start" ? start : run)(data);
  } catch (error) {
    tell("failed", { text: String((error && error.message) || error).slice(-2000) });
  }
};
