// Something that is shown only once: a token, an address, a one-time password.
import { dialog } from "./dialog.js";
import { h } from "./dom.js";
import { toast } from "./toast.js";

/** Shows `value` with a button to copy it; `text`: what it is for. */
export function showOnce({ title, text, value, label }) {
  const box = h("input", { type: "text", class: "mono secret", readonly: true, "aria-label": label, value });
  const copy = h("button", { type: "button", on: { click: async () => {
    box.select();
    try {
      await navigator.clipboard.writeText(value);
      toast("已复制", { kind: "good" });
    } catch (refused) {
      // Without HTTPS browsers have no clipboard for pages.
      console.info(refused);
      toast("浏览器不许自动复制；已选中，请按 Ctrl+C。");
    }
  } } }, "复制");
  return dialog({ title, body: [h("p", null, text), h("div", { class: "once" }, box, copy)], cancel: "我已记下，关闭", onOpen: () => box.select() });
}
