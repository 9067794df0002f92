// Correcting a field: the cut-out of the page beside the value, in the unit in which it is printed; the place can be marked by hand.
import { h, show } from "../lib/dom.js";
import { dialog, field as labelled } from "../lib/dialog.js";
import { number } from "../lib/format.js";
import { cutout } from "./cutout.js";
import { figure, invalid } from "./forms.js";
import { markable, Marking } from "./marking.js";
import { revise } from "./review.js";

const UNITS = { 元: 1, 千元: 1e3, 万元: 1e4, 百万元: 1e6, 亿元: 1e8 };
const WHY = ["系统识别有误", "取错了行或列", "年度有误", "单位有误", "系统未读出"];
const KNOWN_NUMBERS = new Set(["money", "integer", "percent", "number"]);

const baseKind = (kind) => (kind ?? "text").split("(")[0];

/** A money value in the unit that its printed text fits, so that the reader types what stands there. */
function printedUnit(value, text) {
  const printed = Number((text ?? "").replace(/[,，\s]/g, ""));
  if (!Number.isFinite(printed) || !value) return "元";
  return Object.keys(UNITS).find((u) => Math.abs(printed * UNITS[u] - value) < 1e-6 * Math.abs(value)) ?? "元";
}

const plain = (x) => String(Number(x.toPrecision(15)));

/** The control for a kind of field: {nodes, read(), first}; `read` gives the value to send, or throws with words. */
function control(target, definition) {
  const kind = baseKind(target.kind);
  const { value } = target;
  if (definition?.options?.length) {
    const select = h("select", null, h("option", { value: "" }, "请选择"), definition.options.map((o) => h("option", { value: o.value }, o.label)));
    select.value = value ?? "";
    return { nodes: labelled("正确的值", select), read: () => select.value || null, first: select };
  }
  if (kind === "boolean") {
    const select = h("select", null, h("option", { value: "true" }, "是"), h("option", { value: "false" }, "否"));
    select.value = String(Boolean(value));
    return { nodes: labelled("正确的值", select), read: () => select.value === "true", first: select };
  }
  if (kind === "money") return money(value, target.evidence?.[0]?.text);
  if (KNOWN_NUMBERS.has(kind)) {
    const input = h("input", { inputmode: "decimal", autocomplete: "off", value: value ?? "" });
    return { nodes: labelled(kind === "percent" ? "正确的值（%）" : "正确的值", input), read: () => figure(input), first: input };
  }
  if (definition?.many || Array.isArray(value)) {
    const area = h("textarea", { value: (Array.isArray(value) ? value : value ? [value] : []).join("\n") });
    return { nodes: labelled("正确的值", area, "一行一个。"), read: () => area.value.split("\n").map((x) => x.trim()).filter(Boolean), first: area };
  }
  const input = h("input", { type: kind === "date" ? "date" : "text", autocomplete: "off", value: value ?? "" });
  return { nodes: labelled("正确的值", input), read: () => input.value.trim() || null, first: input };
}

function money(value, text) {
  const unit = h("select", { "aria-label": "单位" }, Object.keys(UNITS).map((u) => h("option", { value: u }, u)));
  unit.value = printedUnit(value, text);
  const input = h("input", { inputmode: "decimal", autocomplete: "off", value: value === null || value === undefined ? "" : plain(value / UNITS[unit.value]) });
  const yuan = () => {
    const x = figure(input);
    return x === null ? null : Math.round(x * UNITS[unit.value] * 100) / 100;
  };
  const echo = h("small", { "aria-live": "polite" });
  const tellYuan = () => {
    const x = Number(input.value.replace(/[,，\s]/g, ""));
    echo.textContent = input.value.trim() && Number.isFinite(x) ? `合 ${number(Math.round(x * UNITS[unit.value] * 100) / 100)} 元` : "照页面上印的数字填写，并选好单位。";
  };
  input.addEventListener("input", tellYuan);
  unit.addEventListener("change", tellYuan);
  tellYuan();
  return { nodes: [h("div", { class: "with-unit" }, labelled("正确的值", input), unit), h("p", { class: "echo" }, echo)], read: yuan, first: input };
}

/** Where a value stands: as found, or as marked by hand. Fills `node`; `marked`: {file, page, box} or null. */
class Whereabouts {
  #desk;
  #field = null;
  #marking = null;

  constructor(desk) {
    this.#desk = desk;
    this.node = h("div", { class: "whereabouts" });
    this.marked = null;
  }

  of(field) {
    this.#field = field;
    this.marked = null;
    this.#draw();
  }

  #leave() {
    this.#draw();
    this.node.querySelector("button").focus();
  }

  /** Takes the box that is drawn but not confirmed. */
  settle() {
    this.#marking?.finish();
  }

  #draw() {
    this.#marking = null;
    const found = this.#field.evidence?.[0];
    const spot = this.marked ?? found;
    const page = spot && this.#desk.page(spot.file, spot.page);
    const pages = markable(this.#desk, this.#field.document);
    const label = this.marked || found ? "另标位置…" : "在页面上标出位置…";
    show(this.node, this.#picture(spot, page), h("div", { class: "whereabouts-tools" },
      pages.length > 0 && h("button", { type: "button", class: "small", on: { click: () => this.#mark(pages) } }, label),
      this.marked && h("button", { type: "button", class: "small quiet", on: { click: () => { this.marked = null; this.#draw(); } } }, "撤去标记")));
  }

  #picture(spot, page) {
    if (!page || page.picture === false || !page.width) return h("p", { class: "soft cutout-none" }, spot ? "这一页没有图片，请对照右侧页面文字。" : "没有定位到页面位置；可在页面上标出，或对照材料填写。");
    const where = `${page.label || "页面"} 第${spot.page}页`;
    return cutout(this.#desk, page, spot, this.marked ? `您标出的位置：${where}` : `${where}，系统读出：“${spot.text}”`);
  }

  #mark(pages) {
    const start = this.marked ?? this.#field.evidence?.[0] ?? null;
    this.#marking = new Marking(this.#desk, pages, start, {
      onDone: (spot) => { this.marked = spot; this.#leave(); },
      onCancel: () => this.#leave(),
    });
    show(this.node, this.#marking.node);
    this.#marking.focus();
  }
}

/**
 * Asks for the right value of a field and sends it.
 * @param target {document, document_place, document_type, field, label, period, secondary, value, kind, evidence}
 * @param choices several such fields, to choose from
 */
export function correctField(desk, target, choices = [target]) {
  let chosen = target;
  let asked;
  const place = new Whereabouts(desk);
  const entry = h("div");
  const absent = h("input", { type: "checkbox" });
  const why = h("input", { list: "correct-why", maxlength: "1000", autocomplete: "off", value: WHY[0] });
  const pick = choices.length > 1 && h("select", { on: { change: () => draw(choices[Number(pick.value)]) } }, choices.map((c, i) => h("option", { value: String(i), selected: c === target }, titleOf(desk, c))));
  const draw = (field) => {
    chosen = field;
    const definition = (desk.data.editable[field.document_type] ?? []).find((e) => e.key === field.field);
    asked = control(field, definition);
    place.of(field);
    show(entry, asked.nodes);
    if (field.evidence?.[0]) desk.look(field.evidence[0]);
  };
  absent.addEventListener("change", () => { for (const n of entry.querySelectorAll("input, select, textarea")) n.disabled = absent.checked; });
  draw(target);
  return dialog({
    title: choices.length > 1 ? "更正数据" : `更正：${titleOf(desk, target)}`,
    wide: true,
    body: [pick && labelled("更正哪一项", pick), place.node, entry,
      h("label", { class: "check absent" }, absent, "页面上没有此项，或看不清"),
      labelled("原因", why, "更正以您的名义记录，并立即重新核对。"), h("datalist", { id: "correct-why" }, WHY.map((w) => h("option", { value: w })))],
    actions: [{
      label: "保存并重新核对",
      run: async () => {
        const value = absent.checked ? null : asked.read();
        if (!absent.checked && (value === null || (Array.isArray(value) && value.length === 0))) throw invalid(asked.first, "请填写正确的值；页面上没有的，请勾选“页面上没有此项，或看不清”。");
        place.settle();
        await revise(desk, {
          kind: "field", evidence: evidenceOf(desk, place.marked), place: chosen.document_place, document_type: chosen.document_type, field: chosen.field,
          period: chosen.period || null, secondary: Boolean(chosen.secondary), value, why: why.value.trim(),
        }, `已更正${chosen.label}`);
      },
    }],
    onOpen: () => {
      asked.first.focus();
      asked.first.select?.();
    },
  });
}

/** A marked place as it is sent; none: the place stays the one that was found. */
const evidenceOf = (desk, marked) => (marked ? [{ ...marked, sha256: desk.data.files[marked.file].sha256 }] : []);

export function titleOf(desk, target) {
  const doc = desk.document(target.document);
  return `${doc?.type_label ?? ""} ${target.label}${target.period ? ` ${target.period}` : ""}${target.secondary ? "（母公司）" : ""}`.trim();
}
