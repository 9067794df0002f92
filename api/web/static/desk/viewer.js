// The right half: one page or two side by side, the tools, and the strip of thumbnails.
import { h, show } from "../lib/dom.js";
import { confirm } from "../lib/dialog.js";
import { Pane } from "./pane.js";
import { Pictures } from "./pictures.js";
import { Strip } from "./strip.js";

export class Viewer {
  #desk;

  constructor(desk, node) {
    this.#desk = desk;
    this.pictures = new Pictures(desk);
    this.strip = new Strip(desk, this.pictures, (file, page) => this.turn(this.active, file, page));
    this.panes = [this.#pane()];
    this.active = this.panes[0];
    this.#build(node);
    desk.on("data", () => this.refresh());
    desk.on("spot", (spot) => this.open(spot));
    // Full numbers are for the moment of looking only.
    document.addEventListener("visibilitychange", () => document.hidden && this.mask());
    window.addEventListener("pagehide", () => this.mask());
  }

  #pane() {
    const pane = new Pane(this.#desk, this.pictures, {
      onUse: () => this.use(pane),
      onTurn: (p, file, page) => this.turn(p, file, page),
    });
    return pane;
  }

  #build(node) {
    const tool = (text, title, run, props = {}) => h("button", { type: "button", class: "small", title, on: { click: run }, ...props }, text);
    this.percent = h("output", { class: "percent", "aria-label": "缩放比例" });
    this.beside = tool("并排", "并排看两页 S", () => this.sideBySide(), { "aria-pressed": "false" });
    this.eye = tool("显示完整证件号码", "显示完整证件号码（会记入日志）", () => this.reveal());
    this.tools = h("div", { class: "viewer-tools", role: "toolbar", "aria-label": "页面工具" },
      tool("−", "缩小 -", () => this.active.zoom(-1), { "aria-label": "缩小" }), this.percent, tool("+", "放大 +", () => this.active.zoom(1), { "aria-label": "放大" }),
      tool("适应宽度", "适应宽度 0", () => this.active.fit()), tool("整页", "整页", () => this.active.fit(true)),
      tool("旋转", "顺时针旋转 R", () => this.active.turn()), this.beside, h("span", { class: "push" }), this.eye);
    this.warning = h("p", { class: "unmasked", role: "status" });
    this.frame = h("div", { class: "panes" });
    this.frame.addEventListener("placed", () => { this.percent.textContent = `${this.active.percent}%`; });
    show(node, this.tools, this.warning, h("div", { class: "viewer-body" }, this.frame, this.strip.node));
    this.#layout();
  }

  #layout() {
    show(this.frame, this.panes.map((p) => p.node));
    this.frame.classList.toggle("two", this.panes.length === 2);
    this.beside.setAttribute("aria-pressed", String(this.panes.length === 2));
    this.use(this.active);
  }

  use(pane) {
    this.active = pane;
    for (const p of this.panes) p.node.classList.toggle("active", p === pane && this.panes.length === 2);
    this.#eye();
    if (pane.at) this.strip.mark(pane.at);
  }

  /** The places of the chosen finding. */
  get #spots() {
    return this.#desk.finding()?.evidence ?? [];
  }

  /** Shows a place in the active pane and loads the pages that will be looked at next. */
  open(spot) {
    this.active.open(spot, this.#spots);
    this.use(this.active);
    this.#ahead(spot);
  }

  #ahead(spot) {
    const pages = this.#desk.data.pages;
    const i = pages.findIndex((p) => p.file === spot.file && p.page === spot.page);
    const near = [...this.#spots, pages[i + 1], pages[i - 1], ...this.#nextSpots()].filter(Boolean);
    for (const { file, page } of near) {
      if (this.#desk.page(file, page)?.picture !== false) this.pictures.later(file, page).catch(() => null);
    }
  }

  /** Where the next finding has its evidence. */
  #nextSpots() {
    const rows = this.#desk.rows();
    const next = this.#desk.finding(rows[rows.indexOf(this.#desk.current) + 1]);
    return next?.evidence.slice(0, 2) ?? [];
  }

  turn(pane, file, page) {
    pane.open({ file, page }, this.#spots);
    this.use(pane);
    this.#ahead({ file, page });
  }

  refresh() {
    const { pages } = this.#desk.data;
    this.tools.hidden = pages.length === 0;
    this.strip.fill();
    for (const pane of this.panes) {
      if (pane.at && this.#desk.page(pane.at.file, pane.at.page)) pane.open({ ...pane.at, ...(pane.spot ?? {}) }, this.#spots);
      else if (pages.length) pane.open({ file: pages[0].file, page: pages[0].page }, this.#spots);
    }
    this.#eye();
  }

  /** One page or two: beside the evidence the declared form, else another page of the evidence, else the next page. */
  sideBySide() {
    if (this.panes.length === 2) {
      this.panes = [this.active];
      return this.#layout();
    }
    const first = this.panes[0];
    const other = this.#counterpart(first.at);
    const second = this.#pane();
    const form = other?.form;
    this.panes = form ? [second, first] : [first, second];
    this.#layout();
    if (other) second.open(other, this.#spots);
    this.use(first);
  }

  #counterpart(at) {
    if (!at) return null;
    const { documents, pages } = this.#desk.data;
    const elsewhere = (p) => p && (p.file !== at.file || p.page !== at.page);
    const form = documents.find((d) => d.type === "application_form")?.pages.find(elsewhere);
    if (form) return { ...form, form: true };
    const spot = this.#spots.find(elsewhere);
    if (spot) return spot;
    const i = pages.findIndex((p) => p.file === at.file && p.page === at.page);
    return pages[i + 1] ?? pages[i - 1] ?? at;
  }

  #eye() {
    const { can } = this.#desk.data ?? { can: {} };
    const open = this.panes.some((p) => p.unmasked);
    this.eye.hidden = !can?.unmask;
    this.eye.textContent = open ? "恢复遮盖" : "显示完整证件号码";
    this.warning.hidden = !open;
    this.warning.textContent = open ? "正在显示完整证件号码，已记入日志；换页或离开本页后恢复遮盖。" : "";
  }

  async reveal() {
    if (this.panes.some((p) => p.unmasked)) return this.mask();
    const pane = this.active;
    if (!pane.at) return;
    const yes = await confirm({
      title: "显示完整证件号码",
      text: [`将显示“${pane.name}”上未遮盖的证件号码，仅限本页、仅供核对。`, "此操作会以您的名义记入日志；换页或离开后恢复遮盖。"],
      ok: "显示并记录",
    });
    if (yes) pane.unmask(true);
    this.#eye();
  }

  mask() {
    for (const p of this.panes) p.unmask(false);
    this.#eye();
  }
}
