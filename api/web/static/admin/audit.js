// The audit log and the proof that nothing in it was changed.
import { get } from "../lib/api.js";
import { h, loading, show } from "../lib/dom.js";
import { moment, number } from "../lib/format.js";
import { pager } from "../lib/pager.js";
import { errorBox } from "../lib/toast.js";

const PAGE_SIZE = 50;
let subject = new URLSearchParams(location.search).get("subject") ?? "";

function subjectCell(text) {
  const [kind, id] = text.split(":");
  if (kind === "package" && id) return h("a", { href: `/packages/${id}` }, "材料包 ", h("span", { class: "mono" }, id.slice(0, 8)));
  if (kind === "batch" && id) return h("a", { href: `/batches/${id}` }, "批次 ", h("span", { class: "mono" }, id.slice(0, 8)));
  const names = { user: "用户", token: "令牌", organisation: "单位" };
  return id ? [names[kind] ?? kind, " ", h("span", { class: "mono" }, id.slice(0, 8))] : text || h("span", { class: "soft" }, "—");
}

const detail = (entry) => Object.entries(entry.detail).map(([key, value]) => `${key}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join("，");

const row = (entry, only) =>
  h("tr", null, h("td", { class: "num" }, String(entry.id)), h("td", { class: "nowrap" }, moment(entry.at)), h("td", null, entry.user?.name ?? h("span", { class: "soft" }, "系统")),
    h("td", { class: "nowrap" }, entry.action_label), h("td", null, subjectCell(entry.subject),
      entry.subject && !subject && [" ", h("button", { type: "button", class: "small quiet", "aria-label": `只看 ${entry.subject}`, on: { click: () => only(entry.subject) } }, "只看此项")]),
    h("td", { class: "detail" }, detail(entry)), h("td", { class: "mono soft", title: entry.hash }, entry.hash.slice(0, 10)));

async function prove(button, place) {
  button.disabled = true;
  show(place, loading("正在从头核对校验链…"));
  try {
    const proof = await get("/audit/proof");
    show(place, h("div", { class: `notice ${proof.ok ? "good" : "bad"}`, role: "status" },
      h("strong", null, proof.ok ? `✓ 日志完整：${number(proof.entries)} 条记录未被改动` : `✗ 日志被改动过：第 ${proof.first_bad} 条起不可信`),
      h("p", null, proof.reason), h("p", { class: "soft" }, "最后一条的校验值（可抄录留存）：", h("span", { class: "mono" }, proof.head))));
  } catch (problem) {
    show(place, errorBox(problem));
  }
  button.disabled = false;
}

/** Shows the log in `place`. */
export async function drawAudit(place, page = 1) {
  if (!place.hasChildNodes()) show(place, loading());
  try {
    const answer = await get("/audit", { subject, page, page_size: PAGE_SIZE });
    const proofPlace = h("div", null);
    const proof = h("button", { type: "button", class: "push", on: { click: () => prove(proof, proofPlace) } }, "核对日志是否完整");
    const only = (text) => { subject = text; drawAudit(place); };
    show(place, h("div", { class: "toolbar" }, h("p", { class: "soft" }, "谁在何时做了什么。只增不改，每条带校验值。"),
      subject && h("button", { type: "button", class: "small", on: { click: () => only("") } }, `只看 ${subject} ×`), proof), proofPlace,
    h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": "审计日志" }, h("table", { class: "log" }, h("caption", { class: "unseen" }, "审计日志"),
      h("thead", null, h("tr", null, h("th", { scope: "col", class: "num" }, "编号"), ["时间", "操作人", "操作", "对象", "详情", "校验值"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", null, answer.items.map((e) => row(e, only)), answer.items.length === 0 && h("tr", null, h("td", { colspan: "7", class: "soft" }, "还没有记录。"))))),
    pager(answer, (to) => drawAudit(place, to), "条"));
  } catch (problem) {
    show(place, errorBox(problem, () => drawAudit(place, page)));
  }
}
