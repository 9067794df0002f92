// What the package is judged by: name, day, policies, declared figures; and deleting it.
import { del, patch, upload } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { confirm, dialog, field as labelled } from "../lib/dialog.js";
import { oneFile } from "../lib/files.js";
import { policies, policyPicker } from "../lib/policies.js";
import { tell, toast } from "../lib/toast.js";
import { required } from "./forms.js";

/** The button that opens the settings. `reload()`: reads the desk anew. */
export function settingsButton(desk, reload) {
  return h("button", { type: "button", class: "small", data: { fid: "settings" }, "aria-haspopup": "dialog", on: { click: () => open(desk, reload) } }, "设置…");
}

async function open(desk, reload) {
  const { package: pkg, can } = desk.data;
  const name = h("input", { value: pkg.name, maxlength: "300", autocomplete: "off" });
  const day = h("input", { type: "date", value: pkg.as_of ?? "" });
  const declared = oneFile("申报数据", ".json,.csv,.xlsx");
  const picker = policyPicker(pkg.policies, { forms: true });
  await dialog({
    title: "材料包设置",
    wide: true,
    body: [
      pkg.decision && h("p", { class: "notice warn" }, "已作出审核意见；修改前请先撤回意见。"),
      h("div", { class: "fields" }, labelled("名称", name), labelled("核验基准日", day, "证书等须在这一天有效。")),
      labelled("重新提交申报数据（可不选）", declared.control, `${pkg.declared === null ? "现在没有申报数据。" : `现有申报数据 ${pkg.declared} 项，`}选择文件（JSON、CSV、XLSX）后${pkg.declared === null ? "逐项核对" : "全部替换"}。`, declared.node),
      picker.node,
      can.delete && h("p", { class: "remove" }, h("button", { type: "button", class: "small", on: { click: () => remove(desk) } }, "删除这个材料包…")),
    ],
    actions: [{
      label: "保存并重新核对",
      run: async () => {
        await policies(); // an unread list must not pass for “none”
        const changes = changed(pkg, { name: required(name, "请填写名称。"), as_of: day.value || null, policies: picker.chosen() });
        if (declared.file()) {
          const form = new FormData();
          form.append("declared", declared.file());
          await upload(`${desk.path}/declaration`, form);
          await reload();
        }
        if (Object.keys(changes).length) await patch(desk.path, { ...changes, version: desk.version });
        await reload();
        toast("已保存", { kind: "good" });
      },
    }],
  });
}

const alike = (v) => JSON.stringify(Array.isArray(v) ? [...v].sort() : v);

/** What differs from the package, ready to be sent. A day once given cannot be taken away. */
function changed(pkg, wanted) {
  return Object.fromEntries(Object.entries(wanted).filter(([k, v]) => v !== null && alike(v) !== alike(pkg[k])));
}

async function remove(desk) {
  const yes = await confirm({ title: "删除这个材料包", text: ["将彻底删除文件、核对结果和审核记录，不能恢复。", "日志里只留下删除这件事。"], ok: "彻底删除", danger: true });
  if (!yes) return;
  try {
    await del(desk.path);
    location.assign("/");
  } catch (problem) {
    tell(problem);
  }
}
