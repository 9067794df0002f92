// The papers of the package: what each was taken for, where it begins and ends, and what was read from it.
import { h, show } from "../lib/dom.js";
import { confirm, dialog, field as labelled } from "../lib/dialog.js";
import { percent } from "../lib/format.js";
import { tell } from "../lib/toast.js";
import { correctField } from "./correct.js";
import { keepingFocus } from "./focus.js";
import { required } from "./forms.js";
import { revise } from "./review.js";

const DOUBTFUL = 0.8; // below this the type is marked as uncertain

export class Documents {
  #desk;
  #open = new Set();

  constructor(desk, node) {
    this.#desk = desk;
    this.node = node;
    this.list = h("div", { class: "documents", tabindex: "-1" });
    show(node, this.list);
    desk.on("data", () => this.draw());
  }

  draw() {
    const { documents, files } = this.#desk.data;
    const broken = files.filter((f) => f.error);
    keepingFocus(this.list, () => show(this.list,
      broken.length > 0 && h("section", { class: "broken" }, h("h2", null, `未能读取的文件（${broken.length}）`), h("ul", null, broken.map((f) => h("li", null, h("b", null, f.name), h("span", null, f.error))))),
      documents.length === 0 && h("p", { class: "empty-list soft" }, "没有识别出材料。"),
      documents.map((d) => this.#document(d)), this.#unsorted()));
  }

  focus() {
    this.list.querySelector("summary, button")?.focus();
  }

  #document(d) {
    const title = d.title && d.title !== d.type_label ? d.title : "";
    const box = h("details", { class: `paper${d.excluded ? " out" : ""}`, open: this.#open.has(d.id) },
      h("summary", { data: { fid: `doc ${d.id}` } },
        h("span", { class: "paper-type" }, d.type_label, d.excluded && h("span", { class: "chip warn" }, "不作证据"), d.confidence < DOUBTFUL && h("span", { class: "chip" }, "类型不确定")),
        h("small", null, `${title ? `${title} · ` : ""}${this.#span(d)} · 把握 ${percent(d.confidence)}`)),
      h("div", { class: "paper-body" }));
    const fill = () => box.lastChild.childElementCount === 0 && show(box.lastChild, this.#body(d));
    if (box.open) fill();
    box.addEventListener("toggle", () => {
      if (!box.open) return this.#open.delete(d.id);
      this.#open.add(d.id);
      fill();
    });
    return box;
  }

  #span(d) {
    const files = Map.groupBy ? Map.groupBy(d.pages, (p) => p.file) : new Map([[d.pages[0]?.file, d.pages]]);
    return [...files].map(([file, pages]) => {
      const name = this.#desk.data.files[file]?.name.split("/").pop() ?? "文件";
      const numbers = pages.map((p) => p.page);
      return `${name} 第${numbers.length > 1 ? `${numbers[0]}–${numbers.at(-1)}` : numbers[0]}页`;
    }).join("；");
  }

  #body(d) {
    const free = this.#desk.data.can.review && !this.#desk.data.package.decision;
    const act = (label, run) => h("button", { type: "button", class: "small", data: { fid: `${label} ${d.id}` }, on: { click: run } }, label);
    return [
      d.excluded && h("p", { class: "notice warn" }, d.excluded),
      h("div", { class: "page-links", role: "group", "aria-label": "页面" }, d.pages.map((p) =>
        h("button", { type: "button", class: "small quiet", on: { click: () => this.#desk.look({ file: p.file, page: p.page }) } }, `第${p.page}页`))),
      free && h("div", { class: "paper-actions" },
        act("改类型", () => this.#retype(d)),
        act("从某页拆开", () => this.#split(d)),
        act("并入前一份", () => this.#join(d)),
        d.excluded ? act("恢复为证据", () => this.#restore(d)) : act("不作证据", () => this.#exclude(d))),
      this.#fields(d, free),
      this.#checks(d),
    ];
  }

  #fields(d, free) {
    if (d.fields.length === 0 && !free) return h("p", { class: "soft" }, "没有读出数据项。");
    return [
      d.fields.length > 0 && h("table", null,
        h("thead", null, h("tr", null, h("th", { scope: "col" }, "数据项"), h("th", { scope: "col" }, "读出的值"), h("th", { scope: "col", class: "num" }, "把握"), free && h("th", { scope: "col" }, h("span", { class: "unseen" }, "操作")))),
        h("tbody", null, d.fields.map((f) => this.#fieldRow(d, f, free)))),
      free && this.#addField(d),
    ];
  }

  #fieldRow(d, f, free) {
    const label = `${f.label}${f.period ? ` ${f.period}` : ""}${f.secondary ? "（母公司）" : ""}`;
    const target = { document: d.id, document_place: d.place, document_type: d.type, field: f.key, label: f.label, period: f.period, secondary: f.secondary, value: f.value, kind: f.kind, evidence: f.evidence };
    const spot = f.evidence[0];
    return h("tr", null, h("th", { scope: "row" }, label),
      h("td", null, spot ? h("button", { type: "button", class: "value-link", title: `原文：${spot.text}`, on: { click: () => this.#desk.look(spot), focus: () => this.#desk.look(spot) } }, f.text || "—") : f.text || "—", f.note && h("small", { class: "soft" }, f.note)),
      h("td", { class: "num" }, percent(f.confidence)),
      free && h("td", { class: "actions" }, h("button", { type: "button", class: "small", data: { fid: `edit ${d.id} ${f.key} ${f.period} ${f.secondary}` }, "aria-label": `更正：${label}`, on: { click: () => correctField(this.#desk, target) } }, "更正")));
  }

  /** A field that was not read: chosen by name, statement rows with their year. */
  #addField(d) {
    const missing = (this.#desk.data.editable[d.type] ?? []).filter((e) => e.rows || !d.fields.some((f) => f.key === e.key));
    if (missing.length === 0) return null;
    return h("button", { type: "button", class: "small", data: { fid: `add ${d.id}` }, on: { click: async () => {
      const choice = h("select", null, missing.map((e, i) => h("option", { value: String(i) }, e.label)));
      const year = h("input", { inputmode: "numeric", placeholder: "2020", maxlength: "7", autocomplete: "off" });
      const yearField = labelled("年度", year, "报表数据须写明年度，例如 2020。");
      const toggle = () => { yearField.hidden = !missing[Number(choice.value)].rows; };
      choice.addEventListener("change", toggle);
      toggle();
      const picked = await dialog({ title: `补填：${d.type_label}`, body: [labelled("数据项", choice), yearField], actions: [{ label: "下一步", run: () => {
        const e = missing[Number(choice.value)];
        return { e, period: e.rows ? required(year, "请填写年度，例如 2020。") : null };
      } }] });
      if (!picked) return;
      const known = d.fields.find((f) => f.key === picked.e.key && f.period === picked.period && !f.secondary);
      correctField(this.#desk, { document: d.id, document_place: d.place, document_type: d.type, field: picked.e.key, label: picked.e.label, period: picked.period, secondary: false, value: known?.value ?? null, kind: picked.e.kind, evidence: known?.evidence ?? [] });
    } } }, "补填数据项…");
  }

  #checks(d) {
    const checks = this.#desk.data.checks.filter((c) => c.document === d.id && c.status !== "skipped");
    if (checks.length === 0) return null;
    const sign = { ok: ["✓", "通过", "met"], failed: ["✗", "未通过", "not_met"] };
    return h("ul", { class: "checks", "aria-label": "勾稽校验" }, checks.map((c) => h("li", { class: `s-${sign[c.status][2]}` },
      h("span", { class: "badge" }, h("span", { class: "sym", "aria-hidden": "true" }, sign[c.status][0]), sign[c.status][1]), h("span", null, `${c.label}：${c.reason}`))));
  }

  /** Pages that belong to no paper. */
  #unsorted() {
    const pages = this.#desk.data.pages.filter((p) => !p.document);
    if (pages.length === 0) return null;
    return h("section", { class: "unsorted" }, h("h2", null, `未归入材料的页（${pages.length}）`), h("ul", null, pages.map((p) =>
      h("li", null, h("button", { type: "button", class: "small quiet", on: { click: () => this.#desk.look({ file: p.file, page: p.page }) } }, `${this.#desk.data.files[p.file]?.name.split("/").pop() ?? "文件"} 第${p.page}页`), p.note && h("small", { class: "soft" }, p.note)))));
  }

  #types(selected, blank = null) {
    const select = h("select", null, blank && h("option", { value: "" }, blank), this.#desk.data.document_types.map((t) => h("option", { value: t.type }, t.label)));
    select.value = selected ?? "";
    return select;
  }

  #ask(title, body, label, make) {
    const why = h("input", { maxlength: "1000", autocomplete: "off" });
    return dialog({ title, body: [body, labelled("原因（可不填）", why)], actions: [{ label, run: async () => {
      const { done, ...revision } = make();
      await revise(this.#desk, { ...revision, why: why.value.trim() }, done);
    } }] });
  }

  #retype(d) {
    const type = this.#types(d.type);
    return this.#ask(`改类型：${d.type_label}`, labelled("这份材料是", type, "按新类型重新读取各数据项，并立即重新核对。"), "改为此类型", () =>
      ({ kind: "document_type", place: d.place, document_type: type.value, done: `已改为${type.selectedOptions[0].text}` }));
  }

  #split(d) {
    const pages = d.pages.slice(1);
    if (pages.length === 0) return tell(Object.assign(new Error(), { status: 0, detail: "这份材料只有一页，不能再拆。" }));
    const page = h("select", { on: { change: () => this.#desk.look(pages[Number(page.value)]) } }, pages.map((p, i) => h("option", { value: String(i) }, `第${p.page}页`)));
    const type = this.#types("", "由系统识别");
    this.#desk.look(pages[0]);
    return this.#ask(`拆开：${d.type_label}`, [labelled("从哪一页起是另一份材料", page), labelled("另一份材料是", type)], "拆开", () => {
      const at = pages[Number(page.value)];
      return { kind: "split", place: { ...d.place, file: at.file, sha256: this.#sha(at.file), page: at.page, part: 0 }, document_type: type.value || null, done: `已从第${at.page}页拆开` };
    });
  }

  /** The content hash of a file. */
  #sha(file) {
    return this.#desk.data.files[file].sha256;
  }

  #join(d) {
    const { documents } = this.#desk.data;
    const before = documents[documents.indexOf(d) - 1];
    if (!before) return tell(Object.assign(new Error(), { status: 0, detail: "前面没有别的材料，不能并入。" }));
    return this.#ask("并入前一份", h("p", null, `把“${d.type_label}”（${this.#span(d)}）并入前一份“${before.type_label}”（${this.#span(before)}）。`), "并入", () =>
      ({ kind: "join", place: d.place, done: "已并入前一份" }));
  }

  #exclude(d) {
    const reason = h("input", { maxlength: "500", list: "exclude-reasons", autocomplete: "off" });
    return this.#ask(`不作证据：${d.type_label}`, [labelled("理由", reason, "写入核对结论。"), h("datalist", { id: "exclude-reasons" }, ["样本、模板或草稿", "未盖章", "与本次申报无关", "重复提交", "看不清"].map((v) => h("option", { value: v })))], "不作证据", () =>
      ({ kind: "exclusion", place: d.place, reason: required(reason, "请写明为何不作证据。"), done: `“${d.type_label}”已不作证据` }));
  }

  async #restore(d) {
    if (!(await confirm({ title: "恢复为证据", text: [`“${d.type_label}”现因“${d.excluded}”不作证据。`, "恢复后其数据将参与核对。"], ok: "恢复为证据" }))) return;
    try {
      await revise(this.#desk, { kind: "exclusion", place: d.place, reason: null }, `“${d.type_label}”已恢复为证据`);
    } catch (problem) {
      tell(problem);
    }
  }
}
