// Handing in packages: what was dropped, under which name, with which declaration and policies.
import { ApiProblem, upload } from "../lib/api.js";
import { announce, h, show } from "../lib/dom.js";
import { dialog, field } from "../lib/dialog.js";
import { filePlace, oneFile } from "../lib/files.js";
import { percent } from "../lib/format.js";
import { parts, together } from "../lib/gather.js";
import { policyPicker } from "../lib/policies.js";
import { explain } from "../lib/toast.js";

const MANY = 20;

function formOf(pack, { name, declared, asOf, policies }) {
  const form = new FormData();
  for (const { file, path } of pack.files) form.append("files", file, path);
  if (declared) form.append("declared", declared, declared.name);
  if (name || pack.name) form.append("name", name || pack.name);
  if (asOf) form.append("as_of", asOf);
  for (const id of policies) form.append("policies", id);
  return form;
}

/** One or several packages out of what was given? Asked only where there are several folders or ZIPs. */
function splitChoice(onChange) {
  const node = h("fieldset", { class: "split-choice", hidden: true });
  let several = false;
  function draw(files) {
    const found = parts(files);
    const can = found.packages.length > 1 && found.loose.length === 0;
    node.hidden = !can;
    several = can;
    if (!can) return;
    const radio = (value, text) => {
      const input = h("input", { type: "radio", name: "split", on: { change: () => { several = value; onChange(); } } });
      input.checked = value;
      return h("label", { class: "check" }, input, text);
    };
    show(node, h("legend", null, `放入了 ${found.packages.length} 个文件夹或 ZIP`),
      radio(true, `各为一个材料包（共 ${found.packages.length} 个）`), radio(false, "合为一个材料包"),
      found.packages.length > MANY && h("p", { class: "soft" }, "数量较多时，用“批量初筛”可得到排序表和重复材料检查。"));
  }
  return { node, draw, several: () => several };
}

/** Opens the dialog. Resolves to the created packages, or null. */
export async function uploadDialog(given = []) {
  const stop = new AbortController();
  const made = [];
  const name = h("input", { type: "text", maxlength: "300", placeholder: "空：取文件夹或文件名" });
  const asOf = h("input", { type: "date" });
  const declared = oneFile("申报数据", ".xlsx,.xls,.csv,.json,.docx,.pdf,.jpg,.jpeg,.png");
  const picker = policyPicker([], { forms: true });
  const nameField = field("材料包名称", name);
  const declaredField = field("申报数据表（可选）", declared.control, "Excel、CSV、JSON 或申请书；包内自带 declared 文件的不用再选。选好政策后可下载空白表", declared.node);
  const adapt = () => {
    const several = choice.several();
    nameField.hidden = several;
    declaredField.hidden = several;
  };
  const choice = splitChoice(adapt);
  const place = filePlace({
    hint: "PDF、图片、Excel、Word、OFD、ZIP 都可以；文件夹会连同子文件夹一起上传",
    onChange: (files) => { choice.draw(files); adapt(); },
  });
  const bar = h("progress", { max: "1", "aria-label": "上传进度" });
  const said = h("span", { role: "status" });
  const going = h("div", { class: "upload-going", hidden: true }, bar, said);
  if (given.length) place.add(given);

  async function send() {
    const files = place.files();
    if (files.length === 0) throw new ApiProblem({ status: 400, title: "还没有选文件", detail: "请先拖入或选择材料，再开始上传。" });
    const packs = choice.several() ? parts(files).packages : [together(files)];
    const common = { asOf: asOf.value, policies: picker.chosen() };
    const own = choice.several() ? {} : { name: name.value.trim(), declared: declared.file() };
    going.hidden = false;
    const failed = [];
    for (const [i, pack] of packs.entries()) {
      const which = packs.length > 1 ? `（${i + 1} / ${packs.length}）${pack.name}` : "";
      try {
        made.push(await upload("/packages", formOf(pack, { ...common, ...own }), { signal: stop.signal, onProgress: (x) => {
          bar.value = (i + x) / packs.length;
          said.textContent = x < 1 ? `正在上传 ${percent(x)}${which}` : `已传完，正在登记${which}`;
        } }));
      } catch (problem) {
        if (packs.length === 1 || problem.name === "AbortError") throw problem;
        failed.push(`《${pack.name}》：${explain(problem)}`);
      }
    }
    going.hidden = true;
    if (failed.length) throw new ApiProblem({ status: 400, title: `${made.length} 个已上传，${failed.length} 个没有成功`, detail: failed.join("\n") });
    announce(`已上传 ${made.length} 个材料包`);
    return made;
  }
  const result = await dialog({
    title: "上传材料包",
    wide: true,
    body: [place.node, choice.node, h("div", { class: "fields" }, nameField, field("核验基准日（可选）", asOf, "证书须在这一天有效；空：今天"), declaredField), picker.node, going],
    actions: [{ label: "开始上传", kind: "primary", run: send }],
    mayClose: () => { stop.abort(); return true; },
  });
  return result ?? (made.length ? made : null);
}
