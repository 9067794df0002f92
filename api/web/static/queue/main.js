// The queue: packages by risk, with filters, live progress and upload.
import { all, get } from "../lib/api.js";
import { announce, byId, h, show } from "../lib/dom.js";
import { fromDrop } from "../lib/gather.js";
import { OUTCOMES, RUN_STATES } from "../lib/labels.js";
import { filters, pager } from "../lib/pager.js";
import { errorBox, tell, toast } from "../lib/toast.js";
import { drawBulk } from "./bulk.js";
import { watchRunning } from "./live.js";
import { packageRow } from "./rows.js";
import { uploadDialog } from "./upload.js";

const PAGE_SIZE = 50;
const list = byId("list");
const bulk = byId("bulk");
const ticked = new Map();
let rows = new Map();
let stopWatching = () => {};
let asking = null;
let filter = null;

const HEADS = ["材料包", "结论", "风险", "各项结论", "主要原因", "处理", "决定", "上传"];

function table(items) {
  const every = h("input", { type: "checkbox", "aria-label": "选择本页全部", on: { change: () => {
    for (const p of items) {
      if (every.checked) ticked.set(p.id, p);
      else ticked.delete(p.id);
    }
    for (const [id, row] of rows) {
      row.classList.toggle("chosen", ticked.has(id));
      row.querySelector("input").checked = ticked.has(id);
    }
    bar();
  } } });
  every.checked = items.every((p) => ticked.has(p.id));
  rows = new Map(items.map((p) => [p.id, packageRow(p, ticked.has(p.id), tick)]));
  return h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": "材料包列表" }, h("table", { class: "packages" }, h("caption", { class: "unseen" }, "材料包"),
    h("thead", null, h("tr", null, h("th", null, every), HEADS.map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", null, [...rows.values()])));
}

function tick(p, on) {
  if (on) ticked.set(p.id, p);
  else ticked.delete(p.id);
  bar();
}

function untick() {
  ticked.clear();
  for (const row of rows.values()) {
    row.classList.remove("chosen");
    row.querySelector("input").checked = false;
  }
  bar();
}

const bar = () => drawBulk(bulk, [...ticked.values()], { clear: untick, after: () => { ticked.clear(); bar(); load(filter.values()); } });

function replace(p) {
  if (ticked.has(p.id)) ticked.set(p.id, p);
  const old = rows.get(p.id);
  if (!old?.isConnected) return;
  const focused = old.contains(document.activeElement) ? [...old.querySelectorAll("a, input")].indexOf(document.activeElement) : -1;
  const row = packageRow(p, ticked.has(p.id), tick);
  rows.set(p.id, row);
  old.replaceWith(row);
  row.querySelectorAll("a, input")[focused]?.focus();
}

function finished(p) {
  replace(p);
  if (ticked.size) bar();
  const outcome = p.verdict && p.run?.state === "done" ? OUTCOMES[p.verdict][1] : RUN_STATES[p.run?.state] ?? "";
  announce(`《${p.name}》${outcome}`);
  if (p.run?.state === "failed") toast(`《${p.name}》未办成：${p.run.error ?? "原因不明"}`, { kind: "bad" });
}

function nothing(values) {
  const filtered = Object.keys(values).some((k) => !["page", "sort"].includes(k));
  if (filtered) {
    return h("div", { class: "empty" }, h("h2", null, "没有符合条件的材料包"), h("p", null, "放宽筛选条件，或清除后重看全部。"),
      h("a", { class: "button", href: "/" }, "清除筛选"));
  }
  return h("div", { class: "empty drop-hint" }, h("h2", null, "还没有材料包"),
    h("p", null, "把一家企业的佐证材料（文件夹、ZIP 或单个文件）拖到此页，几分钟后每一项申报数据旁边就是证明或否定它的那一页、那一处。"),
    h("p", null, "申报数据可以随材料一起上传（declared.xlsx、CSV、JSON 或申请书），也可以之后补上。"),
    h("button", { type: "button", class: "primary", on: { click: () => openUpload() } }, "上传材料包"),
    h("p", null, "一次要看许多家？", h("a", { href: "/batches" }, "去批量初筛")));
}

async function load(values) {
  asking?.abort();
  asking = new AbortController();
  list.setAttribute("aria-busy", "true");
  try {
    const answer = await get("/packages", { sort: "risk", ...values, page_size: PAGE_SIZE }, asking.signal);
    stopWatching();
    if (answer.items.length === 0 && answer.total > 0) return filter.go(1);
    if (answer.items.length === 0) show(list, nothing(values));
    else show(list, table(answer.items), pager(answer, (page) => { filter.go(page); window.scrollTo(0, 0); }, "个材料包"));
    stopWatching = watchRunning(answer.items, { onChange: replace, onDone: finished });
  } catch (problem) {
    if (problem.name !== "AbortError") show(list, errorBox(problem, () => load(filter.values())));
    return undefined;
  }
  list.removeAttribute("aria-busy");
  return undefined;
}

async function openUpload(files = []) {
  const made = await uploadDialog(files);
  if (!made) return;
  if (made.length === 1) location.assign(`/packages/${made[0].id}`);
  else load(filter.values());
}

function dropAnywhere() {
  const veil = byId("drop-veil");
  const withFiles = (e) => e.dataTransfer?.types.includes("Files") && !document.querySelector("dialog[open]");
  let depth = 0;
  const inside = (more) => { depth = Math.max(0, depth + more); veil.hidden = depth === 0; };
  addEventListener("dragenter", (e) => withFiles(e) && inside(1));
  addEventListener("dragleave", (e) => withFiles(e) && inside(-1));
  addEventListener("dragover", (e) => e.preventDefault());
  addEventListener("drop", async (e) => {
    e.preventDefault();
    depth = 0;
    veil.hidden = true;
    if (!withFiles(e)) return;
    try {
      const files = await fromDrop(e.dataTransfer);
      if (files.length) openUpload(files);
    } catch (problem) {
      tell(problem);
    }
  });
}

async function fillBatches() {
  const select = byId("f-batch");
  try {
    for (const b of await all("/batches", {}, 500)) select.append(h("option", { value: b.id }, b.name));
  } catch (problem) {
    // Whoever may not see batches needs no filter for them.
    if (problem.status === 403) select.closest(".field").hidden = true;
    else tell(problem);
  }
}

byId("upload").addEventListener("click", () => openUpload());
dropAnywhere();
await fillBatches();
filter = filters(byId("filters"), load);
load(filter.values());
