"use strict";
let SECONDS = 45; // that one file may take
const $ = (id) => document.getElementById(id), ACTIONS = ["check", "merge", "template"], PARTS = ["engine", "library", "site", "lock"];
const FULL = "内存不足。请关闭其他网页和程序，或者分几次选择文件。", CHANGED = "这些文件选好以后改动过，或者打不开，没有读，请清空后重新选择：";
let worker, ready = false, job = null, task = null, clock = 0, chosen = new Map(), answers = new Map();

function say(words) { $("status").textContent = words; }

async function launch() { // a worker in which Python starts
  ready = false;
  task = null;
  const bytes = Uint8Array.from(atob($("worker").textContent), (letter) => letter.charCodeAt(0));
  const script = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
  worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  worker.onmessage = ({ data }) => heard[data.kind](data);
  worker.onerror = ({ message }) => heard.failed({ text: String(message) });
  worker.postMessage({ kind: "start", texts: Object.fromEntries(PARTS.map((name) => [name, $(name).textContent])) });
}

function relaunch() { // end the worker, whatever it is doing
  clearTimeout(clock);
  worker.terminate();
  return launch();
}

function lose(key) { // a file that was too much: the others go on, in a worker that gets the answers so far
  answers.set(key, null);
  say("有文件超出了时间或内存的限度，不再读它，正在继续处理其余的文件……");
  relaunch();
}

const heard = { // by kind of the worker's message
  ready({ units }) {
    ready = true;
    if ($("unit").length === 1) for (const unit of units) $("unit").add(new Option(unit));
    if (job) begin(); else if ($("status").textContent === "正在启动……") say("可以开始。");
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
    if (grown > 2 ** 28) relaunch(); // so that no file meets a worker without room
  },
  progress({ what, done, total, name }) {
    $("bar").max = total;
    $("bar").value = done;
    say(done < total ? `${what}第${done + 1}个，共${total}个：${name.split("/").pop()}` : "正在核对、写出……");
  },
  done(found) {
    finish("完成。", found);
    if (found.heap > 2 ** 29) relaunch();
  },
  failed({ text }) {
    if (task) return lose(task.key);
    const err = /memory|allocat/i.test(text) ? FULL : `程序内部出错，请把这条信息和所用文件反馈给开发者：${text}`;
    if (job) finish("没有完成。", { status: 3, out: "", err, outputs: [], unread: [] });
    if (ready) return relaunch();
    worker.terminate();
    $("old").hidden = false;
    $("old").title = text;
    say("没能启动。");
  },
};

function begin() {
  say("正在打开文件……");
  worker.postMessage({ kind: "run", argv: job.argv, files: job.files, answers });
}

function busy(is) {
  $("stop").disabled = $("bar").hidden = !is;
  for (const id of ACTIONS) $(id).disabled = is;
}

function run(argv, files) { // a command line, in a folder that holds these files; resolves to what came of it
  return new Promise((resolve) => {
    job = { argv, files, resolve };
    busy(true);
    $("results").hidden = true;
    $("bar").removeAttribute("value");
    if (ready) begin(); else say("正在启动……");
  });
}

function finish(words, found) {
  const { resolve } = job;
  job = null;
  busy(false);
  say(words);
  if (found) show(found);
  resolve(found);
}

function press(name) { // a button: the command of its name, with what is chosen
  const argv = [name], files = [], isForm = name === "template";
  for (const id of ["unit", "year"]) if ($(id).value) argv.push(`--${id}`, $(id).value);
  for (const id of isForm ? ["previous"] : ["previous", "since"]) for (const file of $(id).files) {
    files.push([`/run/对照/${id}/${file.name}`, file]);
    argv.push(`--${id}`, files.at(-1)[0]);
  }
  if (isForm) return run(argv, files);
  if (!chosen.size) { $("files").focus(); return say("还没有选择文件。请先选择报来的调查表，或者装着它们的文件夹。"); }
  for (const [path, file] of chosen) files.push([`/run/收件/${path}`, file]);
  const tops = new Set([...chosen.keys()].map((path) => `收件/${path.split("/")[0]}`));
  return run([...argv, "--report", name === "check" ? "审核报告.html" : "汇总审核报告.html", "--", ...tops], files);
}

function paragraph(words, kind) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = words;
  $("words").append(made);
}

function show({ status, out, err, outputs, unread }) {
  const report = outputs.find(([name]) => name.endsWith(".html"));
  $("results").hidden = false;
  $("words").textContent = "";
  if (unread.length) paragraph(CHANGED + unread.join("、"), "bad");
  if (err.trim()) paragraph(err.trim(), status > 1 ? "bad" : "");
  for (const link of $("links").querySelectorAll("a")) URL.revokeObjectURL(link.href);
  $("links").textContent = "";
  for (const [name, bytes] of outputs) {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes]));
    link.download = name;
    link.textContent = `下载 ${name}`;
    item.append(link, `（${Math.ceil(bytes.length / 1024)} KB）`);
    $("links").append(item);
  }
  $("out").textContent = out.trim();
  $("text").hidden = !out.trim();
  $("text").open = !report;
  $("report").hidden = !report;
  $("report").srcdoc = report ? new TextDecoder().decode(report[1]) : "";
  $("h-results").focus();
}

async function choose(pairs) { // one of a name that was chosen before is another file, unless it is the same, or that one was changed since
  for (const [path, file] of pairs) {
    const whole = path.split("/").filter((part) => !["", ".", ".."].includes(part)).join("/");
    let name = whole;
    for (let number = 2, other; (other = chosen.get(name)); name = whole.replace(/(\.[^./]*)?$/, `（${number++}）$1`)) {
      const isRead = await other.slice(0, 1).arrayBuffer().catch(() => null);
      if (!isRead || (other.size === file.size && other.lastModified === file.lastModified)) break;
    }
    chosen.set(name, file);
  }
  const names = [...chosen.keys()].sort(), shown = names.slice(0, 8).join("、");
  $("chosen").textContent = names.length ? `已选择${names.length}个文件：${shown}${names.length > 8 ? "……" : ""}` : "还没有选择文件。";
}

async function* within(folder) { // the entries of a dropped folder, where there are no handles
  const reader = folder.createReader();
  for (let some; (some = await new Promise((good, bad) => reader.readEntries(good, bad))).length; ) yield* some;
}

async function walk(item, before, found) { // a handle or an entry
  const file = item.getFile ? await item.getFile() : item.isFile && (await new Promise((good, bad) => item.file(good, bad)));
  if (file) return found.push([before + item.name, file]);
  for await (const each of item.values ? item.values() : within(item)) await walk(each, `${before}${item.name}/`, found);
}

async function drop(items) {
  const found = [], all = items.map((item) => (item.getAsFileSystemHandle ? item.getAsFileSystemHandle() : item.webkitGetAsEntry()));
  for (const item of all) await walk(await item, "", found);
  return choose(found);
}

for (const id of ["files", "folder"]) $(id).onchange = ({ target }) => {
  choose([...target.files].map((file) => [file.webkitRelativePath || file.name, file])).then(() => { target.value = ""; });
};
for (const id of ACTIONS) $(id).onclick = () => press(id);
$("clear").onclick = () => { chosen = new Map(); answers = new Map(); choose([]); };
$("stop").onclick = () => { finish("已停止。"); relaunch(); };
for (const kind of ["dragover", "dragleave", "drop"]) addEventListener(kind, (event) => {
  event.preventDefault();
  $("drop").classList.toggle("over", kind === "dragover");
  const items = kind === "drop" ? [...event.dataTransfer.items].filter((item) => item.kind === "file") : [];
  if (items.length) drop(items).catch(() => say("拖来的文件夹打不开。请用上面的按钮选择。"));
});
addEventListener("DOMContentLoaded", () => {
  $("old").hidden = true;
  $("form").hidden = false;
  launch().catch((error) => heard.failed({ text: String(error) }));
});
