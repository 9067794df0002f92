// A package as a row of the queue.
import { h } from "../lib/dom.js";
import { ago, moment } from "../lib/format.js";
import { DECISIONS, LIVE, outcomeBadge, stateChip, tally } from "../lib/labels.js";

export const isLive = (p) => p.run !== null && LIVE.has(p.run.state);

/** How urgent: a bar and a number of a hundred; the bar alone says nothing to a screen reader. */
export function riskMeter(risk) {
  if (risk === null) return h("span", { class: "soft" }, "—");
  const level = risk >= 0.5 ? "high" : risk >= 0.2 ? "middle" : "low";
  const word = { high: "高", middle: "中", low: "低" }[level];
  return h("span", { class: `risk ${level}`, title: `风险 ${Math.round(risk * 100)} / 100` },
    h("span", { class: "risk-bar", "aria-hidden": "true", vars: { "--share": `${Math.round(risk * 100)}%` } }), `${word} ${Math.round(risk * 100)}`);
}

function stateCell(p) {
  if (p.run === null) return h("span", { class: "soft" }, "未开始");
  const { state, pages_done: done, pages_total: total, doing, error } = p.run;
  if (!LIVE.has(state)) return [stateChip(state), state === "failed" && error && h("div", { class: "why clamp", title: error }, error)];
  const known = total > 0;
  return [h("div", { class: "running" }, stateChip(state), h("span", { class: "num" }, known ? `${done} / ${total} 页` : "")),
    h("progress", known ? { max: total, value: done, "aria-label": `${p.name} 的进度` } : { "aria-label": `${p.name} 的进度` }),
    doing && h("div", { class: "soft doing" }, doing)];
}

function reasonCell(p) {
  const lines = [...p.reasons, ...p.remarks];
  if (lines.length === 0) return p.verdict === "pass" ? h("span", { class: "soft" }, "没有需要留意之处") : h("span", { class: "soft" }, "—");
  return h("div", { class: "clamp", title: lines.join("\n") }, lines.length > 1 && h("span", { class: "soft more" }, `共 ${lines.length} 条 `), lines[0]);
}

const decisionCell = (p) =>
  p.decision
    ? h("span", { title: `${p.decision.signature} ${moment(p.decision.at)}` }, DECISIONS[p.decision.decision])
    : h("span", { class: "soft" }, p.verdict ? "待决定" : "—");

/** The row; `onTick(package, ticked)` where it is ticked. */
export function packageRow(p, ticked, onTick) {
  const box = h("input", { type: "checkbox", "aria-label": `选择 ${p.name}`, on: { change: () => {
    row.classList.toggle("chosen", box.checked);
    onTick(p, box.checked);
  } } });
  box.checked = ticked;
  const other = p.enterprise && p.enterprise !== p.name ? p.enterprise : "";
  const row = h("tr", { data: { id: p.id }, class: ticked ? "chosen" : "" },
    h("td", null, box),
    h("th", { scope: "row", class: "name" }, h("a", { href: `/packages/${p.id}`, class: "clamp", title: p.uscc ? `${p.name}（${p.uscc}）` : p.name }, p.name),
      other && h("div", { class: "soft sub", title: p.uscc ?? "" }, other)),
    h("td", null, outcomeBadge(p.verdict)),
    h("td", null, riskMeter(p.risk)),
    h("td", null, p.declared === null && p.verdict ? h("span", { class: "soft" }, "无申报数据") : tally(p.counts)),
    h("td", { class: "reason" }, reasonCell(p)),
    h("td", { class: "state" }, stateCell(p)),
    h("td", null, decisionCell(p)),
    h("td", { class: "soft" }, h("span", { class: "nowrap", title: moment(p.created_at) }, ago(p.created_at)), h("div", { class: "sub" }, p.created_by.name)));
  return row;
}
