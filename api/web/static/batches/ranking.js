// The ranked table of a batch: filtering, sorting, and how a row looks.
import { dialog } from "../lib/dialog.js";
import { h, show } from "../lib/dom.js";
import { short } from "../lib/format.js";
import { DECISIONS, LIVE, RUN_STATES, outcomeBadge, tally } from "../lib/labels.js";
import { pager } from "../lib/pager.js";
import { riskMeter } from "../queue/rows.js";

const PAGE_SIZE = 100;

const ORDERS = {
  "-risk": (a, b) => b.risk - a.risk,
  score: (a, b) => (a.score ?? -1) - (b.score ?? -1),
  "-hours": (a, b) => b.hours_saved - a.hours_saved,
  name: (a, b) => (a.enterprise || a.package).localeCompare(b.enterprise || b.package, "zh-CN"),
};

/** Rows that fit the filters, in the order asked for; `repeated`: ids of packages with alarms. */
export function chosenRows(rows, { q = "", verdict = "", only = "", sort = "" }, repeated) {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (r) => [r.package, r.enterprise, r.uscc, ...r.reasons, ...r.missing].join(" ").toLowerCase();
  const fits = {
    "": () => true,
    missing: (r) => r.missing.length > 0,
    repeated: (r) => repeated.has(r.id),
    open: (r) => !r.decision,
  }[only];
  const kept = rows.filter((r) => (!verdict || r.verdict === verdict) && fits(r) && words.every((w) => text(r).includes(w)));
  return sort ? kept.sort(ORDERS[sort]) : kept;
}

const lines = (texts) =>
  texts.length === 0 ? h("span", { class: "soft" }, "—")
    : h("div", { class: "clamp", title: texts.join("\n") }, texts.length > 1 && h("span", { class: "soft more" }, `共 ${texts.length} 条 `), texts[0]);

/** Why the score is what it is, and everything that speaks against the package. */
function explainScore(r) {
  return dialog({
    title: `${r.enterprise || r.package}：${r.score === null ? "未能核对" : `${short(r.score)} 分`}`,
    wide: true,
    cancel: "关闭",
    body: [
      r.parts.length > 0 && h("table", null, h("caption", { class: "unseen" }, "分数的组成"),
        h("thead", null, h("tr", null, h("th", { scope: "col" }, "组成"), h("th", { scope: "col", class: "num" }, "得分"), h("th", { scope: "col" }, "依据"))),
        h("tbody", null, r.parts.map((p) => h("tr", null, h("th", { scope: "row" }, p.name), h("td", { class: "num" }, `${short(p.points)} / ${short(p.full)}`), h("td", null, p.why))))),
      r.policies.length > 0 && [h("h3", null, "政策"), h("ul", { class: "plain-list" }, r.policies.map((p) => h("li", null, p.name, "：", { met: "达标", not_met: "未达标", undetermined: "待定" }[p.status] ?? p.status)))],
      r.reasons.length > 0 && [h("h3", null, "原因"), h("ul", { class: "plain-list" }, r.reasons.map((t) => h("li", null, t)))],
      r.missing.length > 0 && [h("h3", null, "缺的材料"), h("ul", { class: "plain-list" }, r.missing.map((t) => h("li", null, t)))],
      h("p", null, h("a", { href: `/packages/${r.id}` }, "打开材料包逐项核对")),
    ],
  });
}

function row(r, rank) {
  const live = LIVE.has(r.state);
  return h("tr", null,
    h("td", { class: "num" }, String(rank)),
    h("th", { scope: "row", class: "name" }, h("a", { href: `/packages/${r.id}`, class: "clamp", title: r.uscc ?? "" }, r.enterprise || r.package),
      r.enterprise && r.enterprise !== r.package && h("div", { class: "soft sub clamp" }, r.package)),
    h("td", null, live ? h("span", { class: "chip live" }, RUN_STATES[r.state]) : outcomeBadge(r.verdict)),
    h("td", { class: "num" }, r.score === null ? "—" : h("button", { type: "button", class: "small", "aria-label": `${short(r.score)} 分，看组成`, on: { click: () => explainScore(r) } }, short(r.score))),
    h("td", null, live ? "—" : riskMeter(r.risk)),
    h("td", null, tally(r.findings)),
    h("td", null, lines(r.error && !live ? [r.error] : r.reasons.filter((t) => t !== r.error))),
    h("td", null, lines(r.missing)),
    h("td", { class: "num" }, r.hours_saved ? `${short(r.hours_saved)} h` : "—"),
    h("td", null, r.decision ? DECISIONS[r.decision] : h("span", { class: "soft" }, live || r.verdict === "error" ? "—" : "待决定")));
}

/** Shows the table in `place`; `ranks`: id to rank in the whole batch. */
export function drawRanking(place, rows, ranks, page, go) {
  if (rows.length === 0) {
    show(place, h("div", { class: "empty" }, h("h3", null, "没有符合条件的材料包"), h("p", null, "放宽上面的筛选条件。")));
    return;
  }
  const shown = rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  show(place, h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": "初筛排序表" }, h("table", { class: "ranked" }, h("caption", { class: "unseen" }, "初筛排序"),
    h("thead", null, h("tr", null, h("th", { scope: "col", class: "num" }, "名次"), h("th", { scope: "col" }, "企业"), h("th", { scope: "col" }, "结论"), h("th", { scope: "col", class: "num" }, "分数"),
      ["风险", "各项结论", "主要原因", "缺的材料"].map((t) => h("th", { scope: "col" }, t)), h("th", { scope: "col", class: "num" }, "约省"), h("th", { scope: "col" }, "决定"))),
    h("tbody", null, shown.map((r) => row(r, ranks.get(r.id)))))), pager({ page, page_size: PAGE_SIZE, total: rows.length }, go, "个材料包"));
}
