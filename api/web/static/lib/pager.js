// Going through a long list page by page, and filters that live in the address.
import { h } from "./dom.js";
import { number } from "./format.js";

/** Previous, next, where one is. `go(page)` is called with the page asked for. */
export function pager({ page, page_size: size, total }, go, noun = "项") {
  const last = Math.max(1, Math.ceil(total / size));
  const turn = (to, text) => h("button", { type: "button", class: "small", disabled: to < 1 || to > last, on: { click: () => go(to) } }, text);
  return h("nav", { class: "pager", "aria-label": "翻页" },
    h("span", { class: "soft" }, `共 ${number(total)} ${noun}`),
    last > 1 && [turn(page - 1, "上一页"), h("span", { "aria-current": "page" }, `第 ${page} / ${last} 页`), turn(page + 1, "下一页")]);
}

/**
 * Ties a form of filters to the address, so that going back and sending a link work.
 * `run(values)` is called at every change with the filled-in fields and `page`. Returns {values(), go(page)}.
 */
export function filters(form, run) {
  const given = new URLSearchParams(location.search);
  for (const control of form.elements) {
    if (control.name && given.has(control.name)) control.value = given.get(control.name);
  }
  let page = Number(given.get("page")) || 1;
  const values = () => ({ ...Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, v.trim()]).filter(([, v]) => v)), page });
  const changed = () => {
    const now = values();
    const query = new URLSearchParams(Object.entries(now).filter(([k, v]) => k !== "page" || v > 1));
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
    run(now);
  };
  let timer;
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(() => { page = 1; changed(); }, ms);
  };
  form.addEventListener("input", (e) => later(e.target.matches("input[type=search], input[type=text]") ? 300 : 0));
  form.addEventListener("submit", (e) => { e.preventDefault(); later(0); });
  return { values, go: (to) => { page = to; changed(); } };
}
