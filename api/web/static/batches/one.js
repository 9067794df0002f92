// One batch: how far it is, charts, the ranked table, and what repeats across packages.
import { API, get, post } from "../lib/api.js";
import { announce, byId, h, show } from "../lib/dom.js";
import { barChart, columnChart } from "../lib/charts.js";
import { confirm } from "../lib/dialog.js";
import { moment, number, short } from "../lib/format.js";
import { OUTCOMES } from "../lib/labels.js";
import { filters } from "../lib/pager.js";
import { policyNames } from "../lib/policies.js";
import { follow } from "../lib/sse.js";
import { errorBox, tell, toast } from "../lib/toast.js";
import { chosenRows, drawRanking } from "./ranking.js";
import { drawRepeats } from "./repeats.js";

// The table is asked for again at most this often while packages finish.
const RENEW_MS = 5000;
const id = byId("main").dataset.batch;
let batch = null;
let filter = null;
let renewal = null;

function head() {
  document.title = `${batch.name} · 佐证核对`;
  const stop = h("button", { type: "button", on: { click: cancel } }, "取消处理");
  show(byId("head"), h("h1", null, batch.name), batch.state === "live" && stop,
    h("a", { class: "button primary", href: `${API}/batches/${id}/export.xlsx`, download: true }, "导出 Excel"));
}

async function cancel() {
  const left = batch.packages - batch.finished;
  const sure = await confirm({ title: `取消尚未办完的 ${left} 个材料包？`, text: "已办完的结果会留着；取消的以后可在“材料包”里重新处理，读过的页不会再读。", ok: "取消处理" });
  if (!sure) return;
  try {
    await post(`/batches/${id}/cancel`);
    toast("已要求停止", { kind: "good" });
    load();
  } catch (problem) {
    tell(problem);
  }
}

function progress() {
  const bar = h("progress", { id: "bar", max: Math.max(1, batch.packages), value: batch.finished, "aria-label": "批次进度" });
  return h("div", { class: "panel" }, h("div", { class: "running" }, h("span", { class: "chip live" }, "处理中"), h("span", { id: "bar-text", class: "num" }, progressText(batch))), bar);
}

const progressText = (b) => `${number(b.finished)} / ${number(b.packages)} 个材料包，${number(b.pages_done)} / ${number(b.pages_total)} 页`;

async function facts() {
  const name = await policyNames();
  const fact = (term, value) => h("div", null, h("dt", null, term), h("dd", null, value));
  return h("dl", { class: "facts" },
    fact("材料包", `${number(batch.packages)} 个`), fact("约省人工阅读", h("strong", null, `${short(batch.hours_saved)} 小时`)), fact("核验基准日", batch.as_of ?? "各包当天"),
    fact("政策", batch.policies.length ? batch.policies.map(name).join("、") : "未选"), fact("建立", `${moment(batch.created_at)} ${batch.created_by.name}`));
}

function charts() {
  const judged = batch.ranked.filter((r) => r.score !== null);
  const classes = Array.from({ length: 10 }, (_, i) => ({ label: String(i * 10), name: `${i * 10}–${i === 9 ? 100 : i * 10 + 9} 分`, value: 0 }));
  for (const r of judged) classes[Math.min(9, Math.floor(r.score / 10))].value += 1;
  return h("div", { class: "charts panel" },
    barChart("结论分布（个）", ["pass", "review", "fail", "error"].map((o) => ({ label: `${OUTCOMES[o][0]} ${OUTCOMES[o][1]}`, value: batch.counts[o] ?? 0, cls: `o-${o}` })), "材料包（个）"),
    columnChart("分数分布（个，每 10 分一档）", classes, "材料包（个）"));
}

async function draw() {
  head();
  show(byId("top"), batch.state === "live" && progress(),
    batch.remarks.length > 0 && h("details", { class: "notice warn", open: batch.remarks.length < 4 }, h("summary", null, `接收时注意到 ${batch.remarks.length} 处`), h("ul", { class: "plain-list" }, batch.remarks.map((t) => h("li", null, t)))),
    await facts(), batch.finished > 0 && charts());
  byId("ranking").hidden = false;
  filter ??= filters(byId("filters"), ranking);
  ranking(filter.values());
  byId("repeats").hidden = batch.finished === 0;
  drawRepeats(byId("repeat-list"), batch.repeats);
}

function ranking(values) {
  const repeated = new Set(batch.repeats.filter((r) => r.severity === "alarm").flatMap((r) => r.places.map((p) => p.id)));
  const ranks = new Map(batch.ranked.map((r, i) => [r.id, i + 1]));
  drawRanking(byId("table"), chosenRows(batch.ranked, values, repeated), ranks, values.page, (page) => filter.go(page));
}

/** Redrawing would take the focus away from whoever works in the table. */
const busy = () => document.querySelector("dialog[open]") !== null || byId("table").contains(document.activeElement) || byId("repeat-list").contains(document.activeElement);

function renewSoon() {
  renewal ??= setTimeout(async () => {
    renewal = null;
    if (busy()) return renewSoon();
    try {
      batch = await get(`/batches/${id}`);
      await draw();
    } catch (problem) {
      tell(problem);
    }
    return undefined;
  }, RENEW_MS);
}

function watch() {
  let finished = batch.finished;
  follow(`/batches/${id}/progress`, {
    onProgress: (now) => {
      const bar = byId("bar");
      if (bar) {
        bar.value = now.finished;
        byId("bar-text").textContent = progressText(now);
      }
      if (now.finished !== finished) renewSoon();
      finished = now.finished;
    },
    onEnd: () => {
      announce("本批已处理完");
      load();
    },
    onLost: () => toast("进度已断开，请刷新页面查看最新情况。"),
  });
}

async function load() {
  clearTimeout(renewal);
  renewal = null;
  try {
    batch = await get(`/batches/${id}`);
    await draw();
    if (batch.state === "live") watch();
  } catch (problem) {
    show(byId("top"), errorBox(problem, problem.status === 404 ? null : load));
  }
}

load();
