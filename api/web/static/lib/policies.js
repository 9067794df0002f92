// Choosing policies: search, tick, see what is chosen, take the form to declare by.
import { address, get } from "./api.js";
import { h, show } from "./dom.js";
import { errorBox } from "./toast.js";

let asked = null;

/** All policies, asked once: [{id, name, jurisdiction, tier, doc_no, in_force}]. */
export function policies() {
  asked ??= get("/policies").then((answer) => answer.items).catch((problem) => {
    asked = null;
    throw problem;
  });
  return asked;
}

/** A policy's name by its id, or the id. */
export async function policyNames() {
  const names = new Map((await policies()).map((p) => [p.id, p.name]));
  return (id) => names.get(id) ?? id;
}

const about = (p) => [p.jurisdiction, p.tier, p.doc_no].filter(Boolean).join(" · ");
const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

/** Where the empty declaration forms of these policies are; one alone needs no name. */
const formLinks = (some) => some.map((p, i) => [i > 0 && "、", h("a", { href: address(`/policies/${encodeURIComponent(p.id)}/template.xlsx`), download: "" },
  some.length > 1 ? `申报数据表（${p.name}）` : "下载空白申报数据表（XLSX）")]);

/** A picker. `forms`: links to the empty declaration forms of the chosen ones. Returns {node, chosen()}: ids in the order of the list. */
export function policyPicker(given = [], { forms = false } = {}) {
  const chosen = new Set(given);
  const search = h("input", { type: "search", class: "pick-search", placeholder: "按名称、地区、文号查找", "aria-label": "查找政策", on: { input: () => draw() } });
  const list = h("div", { class: "pick-list" }, h("p", { class: "soft" }, "正在读取…"));
  const sum = h("span", { class: "soft", role: "status" });
  const sheets = h("span");
  let known = [];

  function draw() {
    const asked = words(search.value);
    const fits = (p) => asked.every((w) => `${p.name} ${about(p)} ${p.id}`.toLowerCase().includes(w));
    const shown = known.filter((p) => chosen.has(p.id) || fits(p));
    const rank = (p) => (chosen.has(p.id) ? 0 : p.in_force ? 1 : 2);
    shown.sort((a, b) => rank(a) - rank(b));
    show(list, shown.map(row), shown.length === 0 && h("p", { class: "soft" }, "没有符合的政策，换个词试试。"));
    count();
  }
  function count() {
    show(sum, chosen.size ? `已选 ${chosen.size} 项` : "不选：只核对申报数据，不判断认定条件");
    if (forms) show(sheets, formLinks(known.filter((p) => chosen.has(p.id))));
  }
  function row(p) {
    const box = h("input", { type: "checkbox", on: { change: () => {
      if (box.checked) chosen.add(p.id);
      else chosen.delete(p.id);
      count();
    } } });
    box.checked = chosen.has(p.id);
    return h("label", { class: "check pick" }, box, h("span", null, p.name, h("small", null, about(p), !p.in_force && h("span", { class: "chip warn" }, "今天不适用"))));
  }
  policies().then((found) => { known = found; draw(); }, (problem) => show(list, errorBox(problem)));
  const node = h("fieldset", { class: "picker" }, h("legend", null, "按哪些政策核对"), search, list, h("div", { class: "pick-sum" }, sum, sheets));
  return { node, chosen: () => known.filter((p) => chosen.has(p.id)).map((p) => p.id) };
}
