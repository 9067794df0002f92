// All batches, newest first.
import { get } from "../lib/api.js";
import { byId, h, show } from "../lib/dom.js";
import { moment, number, short } from "../lib/format.js";
import { OUTCOMES } from "../lib/labels.js";
import { pager } from "../lib/pager.js";
import { errorBox } from "../lib/toast.js";
import { batchDialog } from "./upload.js";

const list = byId("list");
const ASK_MS = 5000;
let timer;

/** How many packages came out how, as small badges. */
export const outcomes = (counts) =>
  h("span", { class: "tally" }, Object.keys(OUTCOMES).filter((o) => counts[o]).map((o) =>
    h("span", { class: `count o-${o}`, title: `${OUTCOMES[o][1]} ${counts[o]} 个` },
      h("span", { class: "sym", "aria-hidden": "true" }, OUTCOMES[o][0]), h("span", { class: "unseen" }, OUTCOMES[o][1]), number(counts[o]))));

const stateOf = (b) =>
  b.state === "live"
    ? [h("div", { class: "running" }, h("span", { class: "chip live" }, "处理中"), h("span", { class: "num" }, `${b.finished} / ${b.packages}`)),
      h("progress", { max: Math.max(1, b.packages), value: b.finished, "aria-label": `${b.name} 的进度` })]
    : h("span", { class: `chip ${b.state === "done" ? "good" : ""}` }, b.state === "done" ? "已办完" : "已取消");

function table(items) {
  return h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": "批次列表" }, h("table", { class: "batches" }, h("caption", { class: "unseen" }, "批次"),
    h("thead", null, h("tr", null, ["批次", "材料包", "结论", "进度"].map((t) => h("th", { scope: "col" }, t)), h("th", { scope: "col", class: "num" }, "约省工时"), h("th", { scope: "col" }, "建立"))),
    h("tbody", null, items.map((b) => h("tr", null,
      h("th", { scope: "row", class: "name" }, h("a", { href: `/batches/${b.id}` }, b.name)),
      h("td", { class: "num left" }, `${number(b.packages)} 个`),
      h("td", null, outcomes(b.counts)),
      h("td", { class: "state" }, stateOf(b)),
      h("td", { class: "num" }, `${short(b.hours_saved)} 小时`),
      h("td", { class: "soft" }, moment(b.created_at), h("span", { class: "sub" }, ` ${b.created_by.name}`)))))));
}

const nothing = () =>
  h("div", { class: "empty" }, h("h2", null, "还没有批次"),
    h("p", null, "一次上传许多家企业的材料：得到按结论和分数排好的初筛表，每家缺什么、为什么不符，以及不同企业之间相同的专利、证书和页面。"),
    h("p", null, "准备一个文件夹（每家一个子文件夹或 ZIP），或一个装有各家 ZIP 的 ZIP；申报数据可用一张汇总表。"),
    h("button", { type: "button", class: "primary", on: { click: open } }, "新建批次"));

async function load(page = 1) {
  clearTimeout(timer);
  try {
    const answer = await get("/batches", { page, page_size: 50 });
    if (!list.contains(document.activeElement) || list.hasAttribute("aria-busy")) {
      show(list, answer.items.length ? [table(answer.items), pager(answer, load, "个批次")] : nothing());
    }
    if (answer.items.some((b) => b.state === "live")) timer = setTimeout(() => load(page), ASK_MS);
  } catch (problem) {
    show(list, errorBox(problem, () => load(page)));
  }
  list.removeAttribute("aria-busy");
}

async function open() {
  const made = await batchDialog();
  if (made) location.assign(`/batches/${made.id}`);
}

byId("upload").addEventListener("click", open);
load();
