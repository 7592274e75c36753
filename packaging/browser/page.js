"use strict";
let SECONDS = 45; // that one file may take
const $ = (id) => document.getElementById(id), say = (words) => { $("status").textContent = words; };
const ACTIONS = ["check", "merge", "template"], STARTING = "正在启动……", READY = "可以开始。";
const FULL = "内存不足。请关闭其他网页和程序，或者分几次选择文件，然后重新打开本页。", NONE = "还没有选择文件。";
const BUG = "程序内部出错，请把这条信息和所用文件反馈给开发者";
const CHANGED = "这些文件选好以后改动过，或者打不开，没有读，请重新选择：";
const OF_PAGE = [ // words of the command line about itself, and the page's
  [" hrss12333 check 审核", "本页审核"], [/merge --unit (\S+) /g, "单位选$1汇总时"], [" -v 或 --report", "审核报告"],
  [/加 -v 列出([^。：]+)/g, "$1见审核报告"], [/，或用 --all|\/run\/对照\/\w+\//g, ""],
  [/请用 --contact 写明(.+?)，例如 --contact "[^"]+"/g, "请在报送表的表头填上$1"],
  [/ ?--(unit|year|previous|since) ?/g, (_, id) => `“${$(id).labels[0].firstChild.data}”`],
];
const spoken = (text) => OF_PAGE.reduce((so, [old, own]) => so.replaceAll(old, own), text.trim());
let worker, ready = false, job = null, task = null, reading = false, clock = 0;
let chosen = new Map(), answers = new Map();

function rest() { // no file is being read
  clearTimeout(clock);
  [task, reading] = [null, false];
}

async function launch() { // a worker in which Python starts, instead of the one that there is
  rest();
  if (worker) worker.terminate();
  [worker, ready] = [null, false];
  const packed = Uint8Array.from(atob($("worker").textContent), (letter) => letter.charCodeAt(0));
  const script = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const blob = new Blob([await new Response(script).text()], { type: "text/javascript" });
  const made = (worker = new Worker(URL.createObjectURL(blob)));
  made.onmessage = ({ data }) => { if (made === worker) heard[data.kind](data); };
  made.onerror = ({ message }) => { if (made === worker) heard.failed({ text: message }); };
  const texts = ["engine", "library", "site", "lock"].map((name) => $(name).textContent);
  made.postMessage({ kind: "start", texts });
}

function lose(key) { // a file that is too much: the others go on, in a worker that gets the answers so far
  say("有文件超出了时间或内存的限度，不再读它，正在继续处理其余的文件……");
  answers.set(key, undefined);
  launch();
}

const heard = { // by kind of the worker's message
  ready({ units }) {
    ready = true;
    if ($("unit").length === 1) for (const unit of units) $("unit").add(new Option(unit));
    if (job) begin(); else if ($("status").textContent === STARTING) say(READY);
  },
  task({ key }) {
    clearTimeout(clock);
    [task, clock] = [key, setTimeout(lose, SECONDS * 1000, key)];
  },
  answer({ key, answer }) { // the clock goes on while its tables are looked for, until the next file's turn
    answers.set(key, answer);
    if (!reading) rest();
  },
  progress({ what, done, total, name }) {
    rest();
    reading = done < total;
    const step = `${what}第${done + 1}个，共${total}个：${name.split("/").pop()}`;
    [$("bar").max, $("bar").value, $("step").textContent] = [total, done, reading ? step : "正在核对、写出……"];
  },
  done: (found) => finish(found.status > 1 ? "没有完成。" : "完成。", found),
  failed({ text }) {
    if (task) return lose(task);
    const isFull = /memory|allocat/i.test(text) || (!ready && $("unit").length > 1);
    if (!ready) [$("old").hidden, $("main").hidden] = [isFull, !isFull]; // else it could never start
    const err = isFull ? FULL : `${BUG}：${text}`;
    if (job) finish("没有完成。", { status: 3, out: "", err, outputs: [], unread: [] }); else say(err);
    if (ready) launch();
  },
};

function begin() {
  say("正在处理……");
  worker.postMessage({ kind: "run", argv: job.argv, files: job.files, answers });
}

function busy(is) {
  [$("stop").disabled, $("going").hidden, $("step").textContent] = [!is, !is, ""];
  for (const id of ACTIONS) $(id).disabled = is;
}

function run(argv, files) { // a command line, in a folder that holds these files; resolves to what came of it
  $("results").hidden = true;
  $("bar").removeAttribute("value");
  busy(true);
  return new Promise((resolve) => {
    job = { argv, files, resolve };
    if (ready) begin(); else say(STARTING);
  });
}

function finish(words, found) {
  rest();
  busy(false);
  say(words);
  if (found) show(found);
  job.resolve(found);
  job = null;
}

function press(name) { // a button: the command of its name, with what is chosen
  const argv = [name], files = [], isForm = name === "template";
  if (!isForm && !chosen.size) return say(`${NONE}请先选择报来的调查表，或者装着它们的文件夹。`);
  for (const id of ["unit", "year"]) if ($(id).value) argv.push(`--${id}`, $(id).value);
  for (const id of isForm ? ["previous"] : ["previous", "since"]) for (const file of $(id).files) {
    files.push([`/run/对照/${id}/${file.name}`, file]);
    argv.push(`--${id}`, files.at(-1)[0]);
  }
  if (!$("year").reportValidity()) return null;
  if (isForm) return run(argv, files);
  for (const [path, file] of chosen) files.push([`/run/收件/${path}`, file]);
  const tops = new Set([...chosen.keys()].map((path) => `收件/${path.split("/")[0]}`));
  return run([...argv, "--report", "审核报告.html", "--", ...tops], files);
}

function add(parent, tag, textContent, more) { // an element; whatever comes from files is text
  const made = Object.assign(document.createElement(tag), { textContent, ...more });
  parent.append(made);
  return made;
}

function show({ status, out, err, outputs, unread }) {
  const report = outputs.find(([name]) => name.endsWith(".html")), words = $("words");
  words.textContent = $("links").textContent = "";
  if (unread.length) add(words, "p", CHANGED + unread.join("、"), { className: "bad" });
  if (err.trim()) add(words, "p", spoken(err), { className: status > 1 ? "bad" : "" });
  for (const [name, bytes] of outputs) {
    const href = URL.createObjectURL(new Blob([bytes]));
    add(add($("links"), "li"), "a", `下载 ${name}（${Math.ceil(bytes.length / 1024)} KB）`, { href, download: name });
  }
  $("out").textContent = spoken(out);
  [$("text").hidden, $("text").open] = [!out.trim(), !report];
  [$("report").hidden, $("report").srcdoc] = [!report, report ? new TextDecoder().decode(report[1]) : ""];
  $("results").hidden = false;
  $("h4").focus();
}

function choose(pairs) { // instead of what was chosen before; none is lost to another of its name
  [chosen, answers] = [new Map(), new Map()];
  for (let [path, file] of pairs) {
    while (chosen.has(path)) path = path.replace(/(\.[^./]*)?$/, "（同名）$1");
    chosen.set(path, file);
  }
  const names = [...chosen.values()].map(({ name }) => name), more = names.length > 8 ? "……" : "";
  $("chosen").textContent = names.length ? `已选择${names.length}个文件：${names.slice(0, 8).join("、")}${more}` : NONE;
  if (ready && !job) say(READY);
}

async function walk(item, before, found) { // what is dropped: a handle, or a file where the browser has no handles
  if (item.kind !== "directory") return found.push([before + item.name, item.getFile ? await item.getFile() : item]);
  for await (const each of item.values()) await walk(each, `${before}${item.name}/`, found);
}

async function drop(items) {
  const found = [], handle = (item) => (item.getAsFileSystemHandle ? item.getAsFileSystemHandle() : item.getAsFile());
  for (const item of items.map(handle)) await walk(await item, "", found);
  choose(found);
}

for (const id of ["files", "folder"]) $(id).onchange = ({ target }) => {
  choose([...target.files].map((file) => [file.webkitRelativePath || file.name, file]));
  target.value = ""; // so that the same may be chosen again
};
for (const id of ACTIONS) $(id).onclick = () => press(id);
$("stop").onclick = () => { finish("已停止。"); launch(); };
for (const kind of ["dragover", "dragleave", "drop"]) addEventListener(kind, (event) => {
  event.preventDefault();
  $("drop").classList.toggle("over", kind === "dragover");
  if (kind === "drop") drop([...event.dataTransfer.items].filter((item) => item.kind === "file"));
});
addEventListener("DOMContentLoaded", () => {
  [$("old").hidden, $("main").hidden] = [true, false];
  launch().catch((error) => heard.failed({ text: String(error) }));
});
