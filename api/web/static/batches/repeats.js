// The same paper in packages of different enterprises: a list, and two pages side by side.
import { API } from "../lib/api.js";
import { dialog } from "../lib/dialog.js";
import { h, show } from "../lib/dom.js";

const KINDS = {
  patent_no: "同一专利号",
  certificate_no: "同一证书号",
  page_image: "同一页面",
  market_share_letter: "同一份市场占有率证明",
  file: "同一文件",
  same_enterprise: "同一企业多份材料",
};

/** The desk at this page. */
export const deskAt = (place) => `/packages/${place.id}${place.index !== null && place.page !== null ? `#page=${place.index}.${place.page}` : ""}`;

const text = (place) => (place.page === null ? place.file : `${place.file} 第${place.page}页`);
const visible = (place) => place.index !== null && place.page !== null;

function side(place) {
  const missing = () => h("p", { class: "notice warn" }, "这一页没有图片（电子表格或页面已删除），请打开材料包看文字。");
  const name = `${place.enterprise || place.package} ${text(place)}`;
  const picture = h("img", { alt: name, src: `${API}/packages/${place.id}/pages/${place.index}/${place.page}/picture`, on: { error: () => picture.replaceWith(missing()) } });
  return h("figure", { class: "side" }, h("figcaption", null, h("strong", null, place.enterprise || place.package), h("span", { class: "soft" }, text(place)),
    h("a", { href: deskAt(place), target: "_blank" }, "打开材料包（新窗口）")), h("div", { class: "side-page", tabindex: "0", role: "region", "aria-label": name }, picture));
}

function compare(repeat, places) {
  let [left, right] = places;
  const sides = h("div", { class: "sides" });
  const draw = () => show(sides, side(left), side(right));
  const chooser = (label, at, set) => {
    const select = h("select", { "aria-label": label, on: { change: () => { set(places[Number(select.value)]); draw(); } } },
      places.map((p, i) => h("option", { value: String(i) }, `${p.enterprise || p.package} · ${text(p)}`)));
    select.value = String(places.indexOf(at));
    return select;
  };
  draw();
  return dialog({ title: `${KINDS[repeat.kind] ?? repeat.label}：并排对照`, wide: "full", cancel: "关闭", body: [
    h("p", null, repeat.reason),
    places.length > 2 && h("div", { class: "choosers" }, chooser("左边的页", left, (p) => { left = p; }), chooser("右边的页", right, (p) => { right = p; })),
    sides,
  ] });
}

function item(repeat) {
  const places = repeat.places.filter(visible);
  const number = ["patent_no", "certificate_no"].includes(repeat.kind) ? repeat.value : "";
  return h("li", { class: `repeat ${repeat.severity}` },
    h("div", { class: "repeat-head" },
      h("span", { class: `chip ${repeat.severity === "alarm" ? "bad" : ""}` }, repeat.severity === "alarm" ? "请核对" : "说明"),
      h("strong", null, KINDS[repeat.kind] ?? repeat.label), number && h("span", { class: "mono" }, number),
      places.length > 1 && h("button", { type: "button", class: "small", on: { click: () => compare(repeat, places) } }, "并排对照")),
    h("p", null, repeat.reason),
    h("ul", { class: "places" }, repeat.places.map((p) => h("li", null, h("a", { href: deskAt(p) }, p.enterprise || p.package), p.file && h("span", { class: "soft" }, ` ${text(p)}`)))));
}

/** Shows the list in `place`: alarms open, remarks folded. */
export function drawRepeats(place, repeats) {
  const alarms = repeats.filter((r) => r.severity === "alarm");
  const notes = repeats.filter((r) => r.severity !== "alarm");
  show(place,
    h("p", { class: "soft" }, "相同不等于有错：请并排看两页再下结论。共同专利权人、公开标准文本等有正当理由的，列在“说明”里。"),
    alarms.length ? h("ul", { class: "repeats" }, alarms.map(item)) : h("p", { class: "notice good" }, "没有发现需要核对的相同材料。"),
    notes.length > 0 && h("details", { class: "panel" }, h("summary", null, `有正当理由的相同之处（${notes.length}）`), h("ul", { class: "repeats" }, notes.map(item))));
}
