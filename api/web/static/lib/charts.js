// Small charts as SVG, each with its figures as a table for whoever does not see it.
import { h, svg } from "./dom.js";

let count = 0;

/**
 * Horizontal bars. `rows`: [{label, value, cls, sign}]; `unit` after the numbers.
 * The widths are of a 100-wide picture that stretches; texts stand beside it in HTML so that they stay sharp.
 */
export function barChart(title, rows, unit) {
  const most = Math.max(1, ...rows.map((r) => r.value));
  return figure(title, h("div", { class: "bars", "aria-hidden": "true" }, rows.map((r) => [
    h("span", { class: "bar-label" }, r.label),
    svg("svg", { class: `bar ${r.cls ?? ""}`, viewBox: "0 0 100 10", preserveAspectRatio: "none" },
      svg("rect", { class: "bar-track", width: 100, height: 10 }), svg("rect", { class: "bar-fill", width: (100 * r.value) / most, height: 10 })),
    h("span", { class: "num" }, String(r.value)),
  ])), rows, unit);
}

/** Columns, for a distribution over ordered classes. */
export function columnChart(title, rows, unit) {
  const most = Math.max(1, ...rows.map((r) => r.value));
  return figure(title, h("div", { class: "columns", "aria-hidden": "true", vars: { "--columns": String(rows.length) } }, rows.map((r) =>
    h("div", { class: "column" }, h("span", { class: "num" }, r.value ? String(r.value) : ""),
      svg("svg", { class: "col", viewBox: "0 0 10 100", preserveAspectRatio: "none" },
        svg("rect", { class: "bar-fill", y: 100 - (100 * r.value) / most, width: 10, height: (100 * r.value) / most })),
      h("span", { class: "bar-label" }, r.label)))), rows, unit);
}

function figure(title, picture, rows, unit) {
  count += 1;
  const id = `chart-${count}`;
  return h("figure", { class: "chart", "aria-labelledby": id }, h("figcaption", { id }, title), picture,
    h("details", null, h("summary", null, "数据表"),
      h("table", null, h("caption", { class: "unseen" }, title),
        h("thead", null, h("tr", null, h("th", { scope: "col" }, "分类"), h("th", { scope: "col", class: "num" }, unit))),
        h("tbody", null, rows.map((r) => h("tr", null, h("th", { scope: "row" }, r.name ?? r.label), h("td", { class: "num" }, String(r.value))))))));
}
