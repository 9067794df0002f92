// One page on the screen: its picture (or its text, where it has none), boxes, zoom, pan, turn.
import { get } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { fitScale, focusOn, heldIn, bounded, turnBox, turned, zoomAt } from "./geometry.js";

const STEP = 1.25;
const PAN = 0.15; // of the view, per arrow key
const BASE = 1000; // width of a page in its own units; only ratios matter

export class Pane {
  #desk;
  #pictures;
  #shown = 0; // number of the page change, so that late pictures are dropped
  #size = { width: BASE, height: BASE * 1.414 };
  #moved = false;

  /** `onUse()`: the pane was clicked or focused; `onText(text)`: a box is pointed at. */
  constructor(desk, pictures, { onUse, onText, onTurn }) {
    this.#desk = desk;
    this.#pictures = pictures;
    this.onText = onText;
    this.at = null; // {file, page}
    this.view = { scale: 1, x: 0, y: 0 };
    this.rotation = 0;
    this.unmasked = false;
    this.spot = null;
    this.spots = [];
    this.onTurn = onTurn;
    this.choice = h("select", { class: "page-choice", "aria-label": "选择页面", on: { change: () => onTurn(this, ...this.choice.value.split("-").map(Number)) } });
    this.layer = h("div", { class: "layer" });
    this.sheet = h("div", { class: "sheet" }, this.layer);
    this.stage = h("div", { class: "stage", tabindex: "0", role: "group", "aria-label": "页面图片。方向键移动，加减号缩放，R 旋转，Esc 回到核对项" }, this.sheet);
    this.caption = h("p", { class: "caption" });
    this.node = h("section", { class: "pane", "aria-label": "页面" },
      h("div", { class: "pane-head" },
        h("button", { type: "button", class: "small", "aria-label": "上一页", title: "上一页 [", on: { click: () => this.step(-1) } }, "‹"),
        this.choice,
        h("button", { type: "button", class: "small", "aria-label": "下一页", title: "下一页 ]", on: { click: () => this.step(1) } }, "›"),
        this.caption),
      this.stage);
    this.node.addEventListener("focusin", onUse);
    this.node.addEventListener("pointerdown", onUse);
    this.#listen();
    new ResizeObserver(() => this.#replace()).observe(this.stage);
  }

  get name() {
    if (!this.at) return "";
    const page = this.#desk.page(this.at.file, this.at.page);
    return `${page?.label || this.#desk.data.files[this.at.file]?.name.split("/").pop() || "文件"} 第${this.at.page}页`;
  }

  #room() {
    return { width: Math.max(this.stage.clientWidth, 50), height: Math.max(this.stage.clientHeight, 50) };
  }

  #turnedSize() {
    return turned(this.#size, this.rotation);
  }

  /** Shows a page; with `spot` ({box, text}) zooms to it. `spots` are drawn fainter. */
  open({ file, page, box = null, text = "" }, spots = []) {
    const same = this.at?.file === file && this.at?.page === page;
    this.spots = spots.filter((s) => s.file === file && s.page === page);
    this.spot = box ? { box, text } : null;
    if (!same) {
      this.at = { file, page };
      this.rotation = 0;
      this.unmasked = false;
      const known = this.#desk.page(file, page);
      this.#size = { width: BASE, height: known && known.width ? (BASE * known.height) / known.width : BASE * 1.414 };
      this.#load();
    }
    this.#heading();
    this.#boxes();
    if (box) this.focus(box);
    else if (!same) this.fit(true);
    this.say(text);
  }

  #heading() {
    const groups = this.#desk.data.files.map((file) => {
      const pages = this.#desk.data.pages.filter((p) => p.file === file.position);
      return pages.length ? h("optgroup", { label: file.name }, pages.map((p) =>
        h("option", { value: `${p.file}-${p.page}` }, `${p.label || file.name.split("/").pop()} 第${p.page}页`))) : null;
    });
    show(this.choice, groups);
    this.choice.value = `${this.at.file}-${this.at.page}`;
    this.node.setAttribute("aria-label", `页面：${this.name}`);
  }

  say(text) {
    this.caption.textContent = text ? `“${text}”` : "";
    this.caption.title = text ?? "";
  }

  /** The next (1) or previous (-1) page of the package. */
  step(by) {
    const pages = this.#desk.data.pages;
    const i = pages.findIndex((p) => p.file === this.at?.file && p.page === this.at?.page);
    const next = pages[i + by];
    if (next) this.onTurn(this, next.file, next.page);
  }

  async #load() {
    const number = (this.#shown += 1);
    const { file, page } = this.at;
    const known = this.#desk.page(file, page);
    show(this.layer);
    this.stage.setAttribute("aria-busy", "true");
    this.stage.classList.remove("failed");
    try {
      const content = known?.picture === false ? await this.#text(file, page) : await this.#picture(file, page);
      if (number !== this.#shown) return;
      show(this.layer, content);
    } catch (error) {
      if (number !== this.#shown) return;
      if (error.name !== "EncodingError" && !("status" in error)) throw error;
      this.stage.classList.add("failed");
      show(this.layer, h("div", { class: "no-picture" }, h("p", null, known?.note || error.detail || "这一页的图片没有取到。"),
        h("button", { type: "button", on: { click: () => this.#load() } }, "重试")));
    } finally {
      if (number === this.#shown) this.stage.removeAttribute("aria-busy");
    }
    this.#boxes();
    this.#place();
  }

  async #picture(file, page) {
    if (!this.unmasked) return h("img", { src: (await this.#pictures.now(file, page)).src, alt: this.name, draggable: "false" });
    const full = h("img", { src: this.#pictures.url(file, page, true), alt: `${this.name}（未遮盖）`, draggable: "false" });
    await full.decode();
    return full;
  }

  /** Pages without picture (spreadsheets): their texts where they stand. */
  async #text(file, page) {
    const { width, height, lines } = await get(`${this.#desk.path}/pages/${file}/${page}/text`);
    if (width && height) this.#size = { width: BASE, height: (BASE * height) / width };
    return h("div", { class: "page-text" }, lines.map(({ text, box: [l, t, r, b] }) =>
      h("span", { vars: { "--l": l, "--t": t, "--w": r - l, "--h": b - t } }, text)));
  }

  #boxes() {
    for (const old of this.layer.querySelectorAll(".spot")) old.remove();
    const strong = this.spot?.box.join();
    const faint = this.spots.filter((s) => s.box.join() !== strong);
    for (const s of [...faint, ...(this.spot ? [this.spot] : [])]) {
      const [l, t, r, b] = s.box;
      const mark = h("div", { class: s === this.spot ? "spot strong" : "spot", "aria-hidden": "true", vars: { "--l": l, "--t": t, "--w": r - l, "--h": b - t } });
      mark.addEventListener("pointerenter", () => this.say(s.text));
      mark.addEventListener("pointerleave", () => this.say(this.spot?.text));
      this.layer.append(mark);
    }
  }

  focus(box) {
    this.view = focusOn(turnBox(box, this.rotation), this.#room(), this.#turnedSize());
    this.#moved = true;
    this.#place();
  }

  fit(whole = false) {
    const size = this.#turnedSize();
    const scale = fitScale(this.#room(), size, whole);
    this.view = { scale, ...heldIn({ x: 0, y: 0 }, scale, this.#room(), size) };
    this.#moved = false;
    this.#place();
  }

  zoom(direction, at = null) {
    const room = this.#room();
    this.view = zoomAt(this.view, STEP ** direction, at ?? { x: room.width / 2, y: room.height / 2 }, room, this.#turnedSize());
    this.#moved = true;
    this.#place();
  }

  pan(dx, dy) {
    const { scale, x, y } = this.view;
    this.view = { scale, ...heldIn({ x: x + dx, y: y + dy }, scale, this.#room(), this.#turnedSize()) };
    this.#moved = true;
    this.#place();
  }

  turn() {
    this.rotation = (this.rotation + 90) % 360;
    if (this.spot) this.focus(this.spot.box);
    else this.fit(true);
  }

  /** Shows the page with or without full ID numbers. */
  unmask(on) {
    if (this.unmasked === on) return;
    this.unmasked = on;
    this.#load();
  }

  #replace() {
    if (!this.at) return;
    if (this.spot) this.focus(this.spot.box);
    else if (!this.#moved) this.fit(true);
    else this.pan(0, 0);
  }

  #place() {
    const { scale, x, y } = this.view;
    const size = this.#turnedSize();
    const set = (node, values) => Object.entries(values).forEach(([k, v]) => node.style.setProperty(k, v));
    set(this.sheet, { width: `${size.width * scale}px`, height: `${size.height * scale}px`, transform: `translate(${Math.round(x)}px, ${Math.round(y)}px)` });
    set(this.layer, {
      width: `${this.#size.width * scale}px`, height: `${this.#size.height * scale}px`,
      "--sheet-width": `${this.#size.width * scale}px`, "--sheet-height": `${this.#size.height * scale}px`,
      transform: `translate(-50%, -50%) rotate(${this.rotation}deg)`,
    });
    this.node.dispatchEvent(new CustomEvent("placed", { bubbles: true }));
  }

  /** Zoom as percent of the width that fits. */
  get percent() {
    return Math.round((bounded(this.view.scale, this.#room(), this.#turnedSize()) / fitScale(this.#room(), this.#turnedSize())) * 100);
  }

  #listen() {
    const stage = this.stage;
    let from = null;
    stage.addEventListener("pointerdown", (e) => {
      if (e.button !== 0 || e.target.closest("button")) return;
      from = { x: e.clientX, y: e.clientY };
      stage.setPointerCapture(e.pointerId);
      stage.classList.add("dragging");
    });
    stage.addEventListener("pointermove", (e) => {
      if (!from) return;
      this.pan(e.clientX - from.x, e.clientY - from.y);
      from = { x: e.clientX, y: e.clientY };
    });
    const drop = () => {
      from = null;
      stage.classList.remove("dragging");
    };
    stage.addEventListener("pointerup", drop);
    stage.addEventListener("pointercancel", drop);
    stage.addEventListener("wheel", (e) => {
      e.preventDefault();
      const frame = stage.getBoundingClientRect();
      if (e.ctrlKey) this.zoom(e.deltaY < 0 ? 1 : -1, { x: e.clientX - frame.left, y: e.clientY - frame.top });
      else this.pan(-e.deltaX, -e.deltaY);
    }, { passive: false });
    stage.addEventListener("dblclick", (e) => {
      const frame = stage.getBoundingClientRect();
      this.zoom(2, { x: e.clientX - frame.left, y: e.clientY - frame.top });
    });
    stage.addEventListener("keydown", (e) => {
      const room = this.#room();
      const move = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN], PageUp: [0, 0.8], PageDown: [0, -0.8] }[e.key];
      if (!move || e.ctrlKey || e.altKey || e.metaKey) return;
      e.preventDefault();
      e.stopPropagation();
      this.pan(move[0] * room.width, move[1] * room.height);
    });
  }
}

