"use strict";
// The page's worker, in which Python runs and all files are read. It has no network: what Pyodide would fetch
// comes from the page. Pyodide takes the worker for a module's by an importScripts that fails.
self.importScripts = () => { throw new Error("nothing is imported"); };
const parts = {}, wasm = { headers: { "Content-Type": "application/wasm" } };
const fetch = async (address) => new Response(parts[address.pathname.slice(1)], wasm);
const tell = (kind, rest, passed = []) => self.postMessage({ kind, ...rest }, passed);
let python, inPage;

async function unpacked(text) {
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function start({ texts }) {
  const [engine, library, site, lock] = await Promise.all(texts.map(unpacked)), none = "file:///";
  Object.assign(parts, { "pyodide.asm.wasm": engine, "python_stdlib.zip": library });
  const lockFileContents = new TextDecoder().decode(lock);
  python = await loadPyodide({ indexURL: none, packageBaseUrl: none, lockFileContents, createPyodideModule });
  for (const name in parts) delete parts[name];
  const extractDir = python.runPython("import site; site.getsitepackages()[0]");
  python.unpackArchive(site, "zip", { extractDir });
  python.registerJsModule("page", {
    begun: (key) => tell("task", { key }),
    ended: (key, answer) => tell("answer", { key, answer: answer.toJs() }),
    progress: (what, done, total, name) => tell("progress", { what, done, total, name }),
  });
  inPage = python.pyimport("hrss12333.in_page");
  tell("ready", { units: inPage.UNITS.toJs() });
}

async function run({ argv, files, answers }) {
  const unread = [];
  for (const [path, file] of files) {
    const isHuge = file.size > 256 * 2 ** 20; // refused by its size alone
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    try {
      python.FS.writeFile(path, new Uint8Array(await (isHuge ? file.slice(0, 4096) : file).arrayBuffer()));
      if (isHuge) python.FS.lookupPath(path).node.usedBytes = file.size;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      python.FS.writeFile(path, "", { mode: 0 });
      unread.push(file.name);
    }
    python.FS.utime(path, file.lastModified, file.lastModified);
  }
  const found = inPage.run(argv, answers).toJs({ dict_converter: Object.fromEntries });
  tell("done", { ...found, unread }, found.outputs.map(([, bytes]) => bytes.buffer));
}

self.onmessage = ({ data }) => {
  (data.kind === "start" ? start : run)(data).catch((error) => tell("failed", { text: String(error).slice(-2000) }));
};
