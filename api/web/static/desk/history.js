// What was done to the package: corrections that can be taken back, and the log.
import { get } from "../lib/api.js";
import { h, loading, show } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { CONDITIONS, DECISIONS } from "../lib/labels.js";
import { errorBox } from "../lib/toast.js";
import { undoRevision } from "./review.js";
import { nameOf } from "./state.js";

const PART = 50;
const SAID = { accept: "认可", reject: "不认可", comment: "备注" };
const EDITED = { name: "名称", as_of: "基准日", policies: "政策", declaration: "申报数据" };

export class History {
  #desk;
  #asked = 0;

  constructor(desk, node) {
    this.#desk = desk;
    this.revisions = h("div");
    this.log = h("div");
    show(node, h("div", { class: "history", tabindex: "0", role: "region", "aria-label": "更正与操作记录" }, h("h2", null, "更正"), this.revisions, h("h2", null, "操作记录"), this.log));
    desk.on("data", () => this.draw());
    desk.on("tab", () => this.#visible && this.draw());
  }

  get #visible() {
    return this.#desk.tab === "history";
  }

  draw() {
    if (!this.#visible) return;
    const { revisions, can, package: pkg } = this.#desk.data;
    show(this.revisions, revisions.length === 0 ? h("p", { class: "soft" }, "还没有更正。") : h("ul", { class: "entries" }, [...revisions].reverse().map((r) =>
      h("li", { class: r.superseded ? "superseded" : "" }, h("div", null, h("b", null, r.summary), r.superseded && h("span", { class: "chip" }, "已被后来的拆并取代"),
        h("small", { class: "soft block" }, `${r.by.name} ${moment(r.at)}${r.why ? ` · ${r.why}` : ""}`)),
      can.review && !pkg.decision && h("button", { type: "button", class: "small", "aria-label": `撤销更正：${r.summary}`, on: { click: () => undoRevision(this.#desk, r.id) } }, "撤销")))));
    this.#entries(1);
  }

  async #entries(page) {
    const number = (this.#asked += 1);
    if (page === 1 && !this.log.childElementCount) show(this.log, loading());
    try {
      const part = await get(`${this.#desk.path}/history`, { page, page_size: PART });
      if (number !== this.#asked) return;
      show(this.log, h("ul", { class: "entries" }, part.items.map((e) => this.#entry(e))), this.#more(part));
    } catch (problem) {
      if (number === this.#asked) show(this.log, errorBox(problem, () => this.#entries(page)));
    }
  }

  #entry(e) {
    const what = this.#what(e);
    return h("li", null, h("div", null, h("b", null, e.action_label), what && `：${what}`, h("small", { class: "soft block" }, `${e.by?.name ?? "系统"} ${moment(e.at)}`)));
  }

  /** What the entry is about, in words. */
  #what({ action, detail = {} }) {
    const finding = detail.finding && this.#desk.finding(detail.finding);
    const words = {
      review: () => [SAID[detail.said] ?? "", finding ? nameOf(finding) : ""].filter(Boolean).join(" · "),
      review_withdrawn: () => (finding ? nameOf(finding) : ""),
      decide: () => DECISIONS[detail.decision] ?? "",
      withdraw: () => DECISIONS[detail.decision] ?? "",
      condition: () => (detail.status ? CONDITIONS[detail.status]?.[1] : "撤销判定"),
      export: () => detail.what ?? "",
      unmask: () => `${this.#desk.data.files[detail.file]?.name ?? ""} 第${detail.page}页`,
      edit: () => (detail.changed ?? []).map((c) => EDITED[c] ?? c).join("、"),
      upload: () => (detail.files ? `${detail.files} 个文件` : ""),
    };
    return words[action]?.() ?? "";
  }

  #more({ page, page_size, total }) {
    const last = Math.ceil(total / page_size);
    if (last <= 1) return null;
    return h("p", { class: "paging" }, h("button", { type: "button", class: "small", disabled: page <= 1, on: { click: () => this.#entries(page - 1) } }, "较新"),
      ` 第 ${page}/${last} 页 `, h("button", { type: "button", class: "small", disabled: page >= last, on: { click: () => this.#entries(page + 1) } }, "较早"));
  }
}
