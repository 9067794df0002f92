// Tokens as a table.
import { confirm } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { tell } from "../lib/toast.js";

const SCOPES = { api: "接口", calendar: "日历订阅" };

/** The table; `revoke(token)` takes one back. */
export function tokenTable(items, revoke) {
  const row = (t) => h("tr", null, h("th", { scope: "row", class: "name" }, t.name), h("td", null, SCOPES[t.scope] ?? t.scope),
    h("td", { class: "nowrap" }, moment(t.created_at)), h("td", { class: "nowrap" }, t.last_used_at ? moment(t.last_used_at) : "未用过"), h("td", { class: "nowrap" }, t.expires_at ? moment(t.expires_at) : "长期"),
    h("td", { class: "actions" }, h("button", { type: "button", class: "small", "aria-label": `撤销 ${t.name}`, on: { click: async () => {
      try {
        if (await confirm({ title: `撤销“${t.name}”？`, text: "用它的程序或日历随即不能再访问，不能恢复。", ok: "撤销", danger: true })) await revoke(t);
      } catch (problem) {
        tell(problem);
      }
    } } }, "撤销")));
  return h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": "令牌列表" }, h("table", null, h("caption", { class: "unseen" }, "访问令牌"),
    h("thead", null, h("tr", null, ["用途", "范围", "建立", "最近使用", "到期"].map((t) => h("th", { scope: "col" }, t)), h("td", null, h("span", { class: "unseen" }, "操作")))),
    h("tbody", null, items.map(row))));
}
