// The reviewer's desk: left what is to be judged, right the pages that prove it.
import { byId, h, loading, show } from "../lib/dom.js";
import { bytes } from "../lib/format.js";
import { outcomeBadge } from "../lib/labels.js";
import { errorBox, tell } from "../lib/toast.js";
import { followAddress } from "./address.js";
import { Conditions } from "./conditions.js";
import { DecisionBar } from "./decide.js";
import { Documents } from "./documents.js";
import { exportButton } from "./exports.js";
import { Findings } from "./findings.js";
import { returnFromDialogs } from "./focus.js";
import { History } from "./history.js";
import { help, listen } from "./keys.js";
import { Materials } from "./materials.js";
import { Progress } from "./progress.js";
import { comment, reject, say, undo } from "./review.js";
import { settingsButton } from "./settings.js";
import { Desk } from "./state.js";
import { Viewer } from "./viewer.js";

const TABS = [["findings", "核对", Findings], ["documents", "材料", Documents], ["conditions", "条件", Conditions], ["materials", "清单", Materials], ["history", "记录", History]];

const main = byId("main");
const desk = new Desk(main.dataset.package);
const parts = {};

function heading() {
  const { package: pkg, policies } = desk.data;
  document.title = `${pkg.enterprise || pkg.name} · 审核台 · 佐证核对`;
  const facts = [pkg.uscc, pkg.as_of && `基准日 ${pkg.as_of}`, policies.map((p) => p.title ?? p.name).join("、"), pkg.score !== null && `初筛分 ${pkg.score}`].filter(Boolean);
  show(parts.head,
    h("a", { class: "back", href: "/", "aria-label": "回到材料包列表" }, "‹"),
    h("h1", null, pkg.enterprise || pkg.name), pkg.verdict && outcomeBadge(pkg.verdict),
    h("p", { class: "facts soft", title: facts.join(" · ") }, facts.join(" · ")),
    h("button", { type: "button", class: "quiet small", "aria-keyshortcuts": "?", on: { click: help } }, "键盘操作 ", h("kbd", { "aria-hidden": "true" }, "?")),
    parts.buttons);
  show(parts.remarks, pkg.remarks.length > 0 && h("details", { class: "notice warn remarks" }, h("summary", null, `接收与核对时注意到 ${pkg.remarks.length} 个问题`), h("ul", null, pkg.remarks.map((r) => h("li", null, r)))));
}

function tabs(body) {
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "审核内容" });
  for (const [i, [key, label, Part]] of TABS.entries()) {
    const panel = h("div", { id: `panel-${key}`, class: "tab-panel", role: "tabpanel", "aria-labelledby": `tab-${key}`, hidden: key !== desk.tab });
    const tab = h("button", { type: "button", id: `tab-${key}`, role: "tab", "aria-controls": panel.id, title: `${label} ${i + 1}`, on: { click: () => desk.show(key) } }, label);
    list.append(tab);
    body.append(panel);
    parts[key] = new Part(desk, panel);
  }
  list.addEventListener("keydown", (e) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!by) return;
    e.preventDefault();
    e.stopPropagation();
    const i = TABS.findIndex(([key]) => key === desk.tab);
    desk.show(TABS[(i + by + TABS.length) % TABS.length][0]);
    byId(`tab-${desk.tab}`).focus();
  });
  const mark = () => {
    for (const [key] of TABS) {
      const on = key === desk.tab;
      byId(`panel-${key}`).hidden = !on;
      const tab = byId(`tab-${key}`);
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
  };
  desk.on("tab", mark);
  return [h("div", { class: "tab-row" }, list, parts.findings.seen), mark];
}

function build() {
  parts.head = h("header", { class: "desk-head" });
  parts.remarks = h("div", { class: "desk-remarks" });
  parts.progress = h("div", { class: "desk-progress" });
  parts.waiting = h("div", { class: "waiting" });
  parts.buttons = [settingsButton(desk, reload), exportButton(desk)];
  const panels = h("div", { class: "panels" });
  const [list, mark] = tabs(panels);
  const bar = h("div", { class: "decision-bar", role: "group", "aria-label": "审核意见" });
  const right = h("section", { class: "desk-right", "aria-label": "页面查看" });
  parts.body = h("div", { class: "desk-body" }, h("section", { class: "desk-left", "aria-label": "审核内容" }, list, panels, bar), right);
  show(main, parts.head, parts.remarks, parts.progress, parts.waiting, parts.body);
  mark();
  parts.viewer = new Viewer(desk, right);
  new DecisionBar(desk, bar);
  parts.run = new Progress(desk, parts.progress, reload);
  desk.on("data", heading);
  desk.on("data", () => parts.run.draw());
  desk.on("data", () => {
    parts.body.hidden = !hasResult();
    parts.waiting.hidden = hasResult();
    show(parts.waiting, !hasResult() && received());
  });
  desk.on("current", lookAtEvidence);
  followAddress(desk, hasResult, lookAtEvidence);
  desk.on("busy", () => main.setAttribute("aria-busy", String(desk.busy)));
}

/** Whether there is anything to look at yet. */
const hasResult = () => desk.data.documents.length > 0 || desk.data.findings.length > 0 || desk.data.files.length > 0;

/** What was handed in, while there is no result. */
function received() {
  const { uploads, package: pkg } = desk.data;
  return h("div", { class: "panel" }, h("h2", null, `收到的文件（${uploads.length}）`), h("ul", { class: "uploads" }, uploads.map((u) => h("li", null, u.name, h("small", { class: "soft" }, bytes(u.size)), u.declared && h("span", { class: "chip" }, "申报数据")))),
    h("p", { class: "soft uploads-note" }, pkg.declared === null ? "没有申报数据：只读取材料，不作核对。可在“设置”中补交。" : `申报数据 ${pkg.declared} 项，读完材料后逐项核对。`));
}

/** A chosen finding shows its first evidence; without any the page stays. */
function lookAtEvidence() {
  const spot = desk.finding()?.evidence[0];
  if (spot) desk.look(spot);
}

async function reload() {
  try {
    await desk.load();
  } catch (problem) {
    tell(problem);
  }
}

const toTab = (key) => () => {
  desk.show(key);
  byId(`tab-${key}`).focus();
};

/** Something about the chosen finding: the list is shown first, so that it is seen. */
const onFinding = (run) => () => {
  const finding = desk.finding();
  if (!finding) return false;
  desk.show("findings");
  return run(finding);
};

/** The same, where the person may and nothing is under way. */
const onReview = (run) => onFinding((finding) => (!desk.busy && parts.findings.may() ? run(finding) : undefined));

function keys() {
  const findings = () => parts.findings;
  const inList = () => document.activeElement?.closest(".finding-list");
  const evidence = (by) => () => (inList() || document.activeElement === document.body || document.activeElement === main ? findings().toEvidence(by) : false);
  listen({
    j: onFinding(() => findings().step(1)), k: onFinding(() => findings().step(-1)),
    n: onFinding(() => { findings().nextOpen(); }),
    Enter: () => (document.activeElement?.matches(".spot-link") ? findings().toEvidence() : document.activeElement === document.body ? findings().toEvidence() : false),
    ArrowRight: evidence(1), ArrowLeft: evidence(-1),
    ArrowDown: () => (inList() ? findings().step(1) : false), ArrowUp: () => (inList() ? findings().step(-1) : false),
    a: onReview((f) => { say(desk, f, "accept"); }),
    A: onReview((f) => { say(desk, f, "accept").then(() => findings().nextOpen()); }),
    c: onReview(() => { findings().correct(); }), x: onReview((f) => { reject(desk, f); }), m: onReview((f) => { comment(desk, f); }),
    u: onReview(() => { undo(desk); }), d: toTab("documents"),
    ...Object.fromEntries(TABS.map(([key], i) => [String(i + 1), toTab(key)])),
    s: () => parts.viewer.sideBySide(), r: () => parts.viewer.active.turn(), v: () => parts.viewer.active.stage.focus(),
    "+": () => parts.viewer.active.zoom(1), "=": () => parts.viewer.active.zoom(1), "-": () => parts.viewer.active.zoom(-1), 0: () => parts.viewer.active.fit(),
    "[": () => parts.viewer.active.step(-1), "]": () => parts.viewer.active.step(1),
    "?": () => { help(); },
    Escape: () => { desk.show("findings"); findings().focus(); },
  });
}

async function start() {
  show(main, h("div", { class: "desk-head" }, h("h1", null, "审核台")), loading("正在读取材料包…"));
  try {
    await prepared();
    main.removeAttribute("aria-busy");
  } catch (problem) {
    main.removeAttribute("aria-busy");
    show(main, h("div", { class: "page" }, h("h1", { class: "unseen" }, "审核台"), errorBox(problem, problem.status === 404 ? null : start), h("p", null, h("a", { class: "button", href: "/" }, "回到材料包"))));
  }
}

/** Asks for the desk before anything is drawn, so that a package that is not there leaves no empty frame. */
async function prepared() {
  const first = new Desk(desk.id);
  await first.load();
  build();
  keys();
  desk.apply(first.data);
  returnFromDialogs(main, () => parts.findings.focus());
}

start();
