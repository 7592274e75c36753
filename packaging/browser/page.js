"use strict";
let SECONDS = 40; // that one file may take
const $ = (id) => document.getElementById(id);
const PARTS = ["engine", "library", "site", "lock"];
let worker, ready = false, job = null, task = null, clock = 0, answers = new Map(), chosen = new Map();

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

async function launch() {
  ready = false;
  task = null;
  const address = URL.createObjectURL(new Blob([await unpacked($("worker").textContent)], { type: "text/javascript" }));
  worker = new Worker(address);
  worker.onmessage = ({ data }) => heard[data.kind](data);
  worker.onerror = ({ message }) => heard.failed({ text: String(message) });
  worker.postMessage({ kind: "start", texts: Object.fromEntries(PARTS.map((name) => [name, $(name).textContent])) });
}

function end() { // the worker, with whatever it was doing
  clearTimeout(clock);
  worker.terminate();
}

function lose(key) { // a file that was too much: the others go on in a new worker, which gets their answers
  end();
  answers.set(key, null);
  say("有文件超出了时间或内存的限度，正在继续处理其余文件……");
  launch();
}

const heard = { // by the kind of the worker's message
  ready({ units }) {
    ready = true;
    if ($("unit").length === 1) for (const unit of units) $("unit").add(new Option(unit));
    if (job) begin(); else say("可以开始。");
  },
  task({ key, heap }) {
    task = { key, heap };
    clock = setTimeout(lose, SECONDS * 1000, key);
  },
  answer({ key, answer, heap }) {
    clearTimeout(clock);
    answers.set(key, answer);
    const grown = heap - task.heap;
    task = null;
    if (grown > 2 ** 28) { end(); launch(); } // so that no file meets a worker without room
  },
  progress({ what, done, total, name }) {
    $("bar").max = total;
    $("bar").value = done;
    say(done < total ? `${what}第${done + 1}个，共${total}个：${name.split("/").pop()}` : "正在核对、写出……");
  },
  done(found) {
    const { resolve } = job;
    finish("完成。");
    show(found);
    resolve(found);
    if (found.heap > 2 ** 29) { end(); launch(); }
  },
  failed({ text }) {
    if (task) return lose(task.key);
    const full = /memory|allocat/i.test(text), resolve = job && job.resolve;
    end();
    if (!ready) { $("old").hidden = false; $("old").title = text; return say("没能启动。"); }
    finish("没有完成。");
    const found = { status: 3, out: "", err: full ? "内存不足。请关闭其他网页和程序，或分几次选择文件。" : `程序内部出错（${text}）。请把这条信息和所用文件反馈给开发者。`, outputs: [], unread: [] };
    show(found);
    if (resolve) resolve(found);
    launch();
  },
};

function say(words) { $("status").textContent = words; }

function finish(words) {
  job = null;
  $("bar").hidden = $("stop").disabled = true;
  for (const id of ["check", "merge", "template"]) $(id).disabled = false;
  say(words);
}

function begin() {
  say("正在打开文件……");
  worker.postMessage({ kind: "run", argv: job.argv, files: job.files, answers });
}

function run(argv, files) { // a command as on the command line, in a folder that holds these files
  return new Promise((resolve) => {
    job = { argv, files, resolve };
    $("results").hidden = true;
    $("stop").disabled = $("bar").hidden = false;
    $("bar").removeAttribute("value");
    for (const id of ["check", "merge", "template"]) $(id).disabled = true;
    if (ready) begin();
  });
}

function command(name, ...more) { // with what the user chose
  const argv = [name, ...more], files = [], unit = $("unit").value, year = $("year").value;
  if (unit) argv.push("--unit", unit);
  if (year) argv.push("--year", year);
  for (const option of name === "template" ? ["previous"] : ["previous", "since"]) {
    const [file] = $(option).files, path = file && `/run/对照/${option}/${file.name}`;
    if (file) { argv.push(`--${option}`, path); files.push([path, file]); }
  }
  if (name === "template") return run(argv, files);
  if (!chosen.size) { say("还没有选择文件。请先选择报来的调查表，或装着它们的文件夹。"); return $("files").focus(); }
  for (const [path, file] of chosen) files.push([`/run/收件/${path}`, file]);
  const tops = new Set([...chosen.keys()].map((path) => `收件/${path.split("/")[0]}`));
  return run([...argv, "--", ...tops], files);
}

function paragraph(words, kind) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = words;
  made.style.whiteSpace = "pre-wrap";
  $("words").append(made);
}

function show({ out, err, outputs, unread }) {
  $("results").hidden = false;
  $("words").textContent = "";
  if (unread.length) paragraph(`这些文件选好以后改动过，或者打不开，没有读：${unread.join("、")}。请清空后重新选择。`, "bad");
  if (err.trim()) paragraph(err.trim(), "bad");
  for (const link of $("links").querySelectorAll("a")) URL.revokeObjectURL(link.href);
  $("links").textContent = "";
  const report = outputs.find(([name]) => name.endsWith(".html"));
  if (!report) paragraph(out.trim(), "");
  for (const [name, bytes] of outputs) {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes]));
    link.download = name;
    link.textContent = `下载 ${name}`;
    item.append(link, `（${Math.ceil(bytes.length / 1024)} KB）`);
    $("links").append(item);
  }
  $("report").hidden = !report;
  $("report").srcdoc = report ? new TextDecoder().decode(report[1]) : "";
  $("h-results").focus();
}

async function choose(pairs) { // a file of the same name is another one, unless the first has been changed since and can't be read
  for (const [path, file] of pairs) {
    const parts = path.split("/").filter((part) => part && part !== "." && part !== "..");
    let name = parts.join("/");
    for (let number = 2; chosen.has(name); number++) {
      const other = chosen.get(name), read = await other.slice(0, 1).arrayBuffer().catch(() => null);
      if (!read || (other.size === file.size && other.lastModified === file.lastModified)) break;
      name = parts.join("/").replace(/(\.[^./]*)?$/, `（${number}）$1`);
    }
    chosen.set(name, file);
  }
  const names = [...chosen.keys()], more = names.length > 8 ? `等${names.length}个` : "";
  $("chosen").textContent = names.length ? `已选择${names.length}个文件：${names.slice(0, 8).join("、")}${more}` : "还没有选择文件。";
}

async function walk(handle, before, found) {
  if (handle.kind === "file") found.push([before + handle.name, await handle.getFile()]);
  else for await (const each of handle.values()) await walk(each, `${before}${handle.name}/`, found);
}

async function walkEntry(entry, before, found) { // where there are no handles
  if (entry.isFile) return found.push([before + entry.name, await new Promise((good, bad) => entry.file(good, bad))]);
  const reader = entry.createReader();
  for (let some = [0]; some.length; ) { // some at a time
    some = await new Promise((good, bad) => reader.readEntries(good, bad));
    for (const each of some) await walkEntry(each, `${before}${entry.name}/`, found);
  }
}

async function dropped(items) {
  const found = [];
  items = items.map((item) => [item.getAsFileSystemHandle && item.getAsFileSystemHandle(), item.webkitGetAsEntry()]);
  for (const [handle, entry] of items) await (handle ? walk(await handle, "", found) : walkEntry(entry, "", found));
  return choose(found);
}

for (const id of ["files", "folder"]) $(id).onchange = ({ target }) => {
  choose([...target.files].map((file) => [file.webkitRelativePath || file.name, file])).then(() => { target.value = ""; });
};
$("clear").onclick = () => { chosen = new Map(); choose([]); };
$("check").onclick = () => command("check", "--report", "审核报告.html");
$("merge").onclick = () => command("merge", "--report", "汇总审核报告.html");
$("template").onclick = () => command("template");
$("stop").onclick = () => { end(); finish("已停止。"); launch(); };
$("form").onsubmit = (event) => event.preventDefault();
for (const kind of ["dragover", "dragleave", "drop"]) addEventListener(kind, (event) => {
  event.preventDefault();
  $("drop").classList.toggle("over", kind === "dragover");
  const items = kind === "drop" ? [...event.dataTransfer.items].filter((item) => item.kind === "file") : [];
  if (items.length) dropped(items).catch(() => say("拖来的文件夹打不开。请用上面的按钮选择。"));
});
addEventListener("DOMContentLoaded", () => {
  $("old").hidden = true;
  $("form").hidden = false;
  launch().catch((error) => heard.failed({ text: String(error) }));
});
