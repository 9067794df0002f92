// Marking by hand where a value stands: a box drawn on a page by mouse, or set with the arrow keys.
import { h } from "../lib/dom.js";
import { boxBetween, grownBox, meant, movedBox } from "./geometry.js";

const FIRST = { width: 0.2, height: 0.02 }; // of the page: the box that the keyboard begins with
const STEP = 0.004; // of the page, per arrow key
const FAR = 5; // times that with Ctrl
const ZOOMS = [1, 1.5, 2, 3]; // times the width of the view
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HOW = "按住鼠标拖出方框；或用方向键移动方框、Shift 加方向键改变大小、Ctrl 加快，Enter 完成。";

/** Pages that can be marked: those of the paper first. [{file, page, own}] */
export function markable(desk, documentId) {
  const own = new Set((desk.document(documentId)?.pages ?? []).map((p) => `${p.file}-${p.page}`));
  const pages = desk.data.pages.filter((p) => p.picture !== false && p.width > 0).map((p) => ({ ...p, own: own.has(`${p.file}-${p.page}`) }));
  return [...pages.filter((p) => p.own), ...pages.filter((p) => !p.own)];
}

export class Marking {
  #desk;
  #pages;
  #page;
  #box;
  #zoom = 0;

  /**
   * `pages`: as from `markable`; `start`: {file, page, box?} or null; `onDone(spot)`: {file, page, box} of the drawn box;
   * `onCancel()`. The node is `node`.
   */
  constructor(desk, pages, start, { onDone, onCancel }) {
    this.#desk = desk;
    this.#pages = pages;
    this.#page = pages.find((p) => p.file === start?.file && p.page === start?.page) ?? pages[0];
    this.#box = start?.box ?? null;
    this.cancel = onCancel;
    this.finish = () => this.#box && onDone({ file: this.#page.file, page: this.#page.page, box: this.#box });
    this.mark = h("div", { class: "spot strong", "aria-hidden": "true" });
    this.image = h("img", { draggable: "false" });
    this.sheet = h("div", { class: "marking-sheet" }, this.image, this.mark);
    this.view = h("div", { class: "marking-view", tabindex: "0", role: "group", "aria-label": `页面图片。${HOW}` }, this.sheet);
    this.choice = h("select", { "aria-label": "在哪一页上标", on: { change: () => this.#turn(this.#pages[Number(this.choice.value)]) } }, this.#options());
    this.choice.value = String(pages.indexOf(this.#page));
    this.use = h("button", { type: "button", class: "small primary", on: { click: () => this.finish() } }, "用这个位置");
    const zoom = (by, label, text) => h("button", { type: "button", class: "small", "aria-label": label, on: { click: () => this.#enlarge(by) } }, text);
    this.node = h("div", { class: "marking" },
      h("div", { class: "marking-tools" }, this.choice, zoom(-1, "缩小", "−"), zoom(1, "放大", "+"), h("span", { class: "push" }),
        h("button", { type: "button", class: "small", on: { click: onCancel } }, "不标了"), this.use),
      this.view, h("p", { class: "soft" }, HOW));
    this.#listen();
    this.#draw();
  }

  /** Puts the focus on the page, its box in view. */
  focus() {
    this.view.focus();
    this.#reveal("center");
  }

  #options() {
    const option = (p) => h("option", { value: String(this.#pages.indexOf(p)) }, `${p.label || this.#desk.data.files[p.file]?.name.split("/").pop() || "文件"} 第${p.page}页`);
    const [own, others] = [this.#pages.filter((p) => p.own), this.#pages.filter((p) => !p.own)];
    return [own.length > 0 && h("optgroup", { label: "这份材料" }, own.map(option)), others.length > 0 && h("optgroup", { label: "其他页面" }, others.map(option))].filter(Boolean);
  }

  #turn(page) {
    this.#page = page;
    this.#box = null;
    this.#draw();
    this.view.scrollTo(0, 0);
  }

  #enlarge(by) {
    this.#zoom = Math.min(ZOOMS.length - 1, Math.max(0, this.#zoom + by));
    this.#draw();
    this.#reveal();
  }

  #draw() {
    const { file, page, width, height } = this.#page;
    const source = this.#desk.picture(file, page);
    if (this.image.getAttribute("src") !== source) this.image.setAttribute("src", source);
    this.image.alt = `第${page}页`;
    this.sheet.style.setProperty("--ratio", width / height);
    this.sheet.style.setProperty("--zoom", ZOOMS[this.#zoom]);
    this.#outline();
  }

  #outline() {
    this.mark.hidden = !this.#box;
    this.use.disabled = !this.#box;
    if (!this.#box) return;
    const [l, t, r, b] = this.#box;
    for (const [name, value] of Object.entries({ "--l": l, "--t": t, "--w": r - l, "--h": b - t })) this.mark.style.setProperty(name, value);
  }

  #reveal(block = "nearest") {
    if (this.#box) this.mark.scrollIntoView({ block, inline: "nearest" });
  }

  #listen() {
    let from = null;
    const at = (e) => {
      const frame = this.sheet.getBoundingClientRect();
      return { x: (e.clientX - frame.left) / frame.width, y: (e.clientY - frame.top) / frame.height };
    };
    this.sheet.addEventListener("pointerdown", (e) => {
      if (e.button !== 0) return;
      e.preventDefault();
      this.view.focus({ preventScroll: true });
      from = at(e);
      this.sheet.setPointerCapture(e.pointerId);
    });
    this.sheet.addEventListener("pointermove", (e) => {
      const box = from && boxBetween(from, at(e));
      if (!box || !meant(box)) return;
      this.#box = box;
      this.#outline();
    });
    for (const end of ["pointerup", "pointercancel"]) this.sheet.addEventListener(end, () => { from = null; });
    this.view.addEventListener("keydown", (e) => this.#key(e));
    this.node.addEventListener("keydown", (e) => {
      if (e.key !== "Escape") return;
      e.preventDefault(); // the dialog stays open
      this.cancel();
    });
  }

  #key(e) {
    const arrow = ARROWS[e.key];
    if (e.key === "Enter") this.finish();
    else if (!arrow || e.altKey || e.metaKey) return;
    else if (!this.#box) this.#box = this.#middle();
    else {
      const step = STEP * (e.ctrlKey ? FAR : 1);
      this.#box = (e.shiftKey ? grownBox : movedBox)(this.#box, arrow[0] * step, arrow[1] * step);
    }
    e.preventDefault();
    e.stopPropagation();
    this.#outline();
    this.#reveal();
  }

  /** A box in the middle of what can be seen. */
  #middle() {
    const [view, sheet] = [this.view.getBoundingClientRect(), this.sheet.getBoundingClientRect()];
    const x = (view.left + view.width / 2 - sheet.left) / sheet.width;
    const y = (view.top + Math.min(view.height, sheet.height) / 2 - sheet.top) / sheet.height;
    return boxBetween({ x: x - FIRST.width / 2, y: y - FIRST.height / 2 }, { x: x + FIRST.width / 2, y: y + FIRST.height / 2 });
  }
}
