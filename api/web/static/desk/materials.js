// The completeness list: what the policies ask for, and whether it is there.
import { h, show } from "../lib/dom.js";

const LOOK = { present: ["✓", "met"], missing: ["✗", "not_met"], expired: ["!", "not_met"], wrong_year: ["!", "not_met"], wrong_entity: ["!", "not_met"], review: ["?", "undetermined"] };

/** Pages that follow each other in one file and paper, as [{first, last}]. */
function runs(pages) {
  const found = [];
  for (const p of pages) {
    const run = found.at(-1);
    if (run && run.last.file === p.file && run.last.page + 1 === p.page) run.last = p;
    else found.push({ first: p, last: p });
  }
  return found;
}

export class Materials {
  #desk;

  constructor(desk, node) {
    this.#desk = desk;
    this.list = h("div", { class: "materials", tabindex: "-1" });
    show(node, this.list);
    desk.on("data", () => this.draw());
  }

  draw() {
    const { materials, policies, uploads, files, package: pkg } = this.#desk.data;
    const by = policies.map((p) => [p.title ?? p.name, materials.filter((m) => m.policy === p.id)]).filter(([, list]) => list.length);
    show(this.list,
      by.length === 0 && h("p", { class: "empty-list soft" }, pkg.policies.length ? "所选政策没有列出材料要求。" : "点右上角“设置”选择政策后，这里列出应交的材料是否齐全。"),
      by.map(([title, list]) => h("section", null, h("h2", null, title), this.#table(list))),
      h("section", null, h("h2", null, `收到的文件（${uploads.length}）`), h("ul", { class: "uploads" }, uploads.map((u) => this.#upload(u, files)))));
  }

  #table(list) {
    return h("table", null,
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "材料"), h("th", { scope: "col", class: "state" }, "状态"), h("th", { scope: "col", class: "at" }, "所在页"))),
      h("tbody", null, list.map((m) => {
        const [sign, look] = LOOK[m.status] ?? ["·", "none"];
        return h("tr", null, h("th", { scope: "row" }, m.name, m.note && h("small", { class: "soft block" }, m.note)),
          h("td", null, h("span", { class: `badge s-${look}` }, h("span", { class: "sym", "aria-hidden": "true" }, sign), m.status_label)),
          h("td", null, runs(m.pages).map(({ first, last }) => h("button", { type: "button", class: "value-link", on: { click: () => this.#desk.look(first) } },
            `${this.#name(first)} 第${first.page}${last.page > first.page ? `–${last.page}` : ""}页`))));
      })));
  }

  #name(p) {
    return this.#desk.page(p.file, p.page)?.label || "文件";
  }

  #upload(u, files) {
    const read = files.find((f) => f.name === u.name);
    return h("li", null, this.#desk.data.can.review ? h("a", { href: `/api/v1${this.#desk.path}/files/${u.position}`, download: "" }, u.name) : u.name,
      u.declared && h("span", { class: "chip" }, "申报数据"), read?.error && h("span", { class: "chip bad" }, read.error));
  }
}
