// Everything by keyboard. Keys rest while somebody types or a dialog is open.
import { h } from "../lib/dom.js";
import { dialog } from "../lib/dialog.js";

const HELP = [
  ["J / K", "下一项 / 上一项"], ["N", "下一个未看的项（先看有疑问的）"], ["Enter 或 →", "到依据；再按到下一处依据"], ["←", "上一处依据；回到该项"],
  ["A", "认可结论"], ["Shift A", "认可并到下一个未看的项"], ["C", "更正数据"], ["X", "不认可（写明理由）"], ["M", "备注"], ["U", "撤销刚才的意见、更正或判定"],
  ["D", "材料"], ["1 – 5", "核对、材料、条件、清单、记录"],
  ["S", "并排看两页"], ["+ / - / 0", "放大 / 缩小 / 适应宽度"], ["R", "旋转页面"], ["[ / ]", "上一页 / 下一页"],
  ["V", "到页面图片；方向键移动"], ["Esc", "回到当前项"], ["?", "这份说明"],
];

const typing = (node) => node.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

/** The list of keys. */
export const help = () =>
  dialog({ title: "键盘操作", wide: true, body: h("dl", { class: "keys" }, HELP.map(([key, what]) => h("div", null, h("dt", null, h("kbd", null, key)), h("dd", null, what)))), actions: [{ label: "知道了", value: true }], cancel: null });

/** Listens for keys; `actions`: key (as typed) → function; returning false leaves the key to the browser. */
export function listen(actions) {
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.isComposing || e.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || typing(e.target)) return;
    const run = actions[e.key] ?? (e.key.length === 1 && !e.shiftKey ? actions[e.key.toLowerCase()] : undefined);
    if (!run || run(e) === false) return;
    e.preventDefault();
  });
}
