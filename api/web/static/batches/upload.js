// Handing in a batch: a ZIP of ZIPs or a folder of packages, and the sheet of declared figures.
import { ApiProblem, upload } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { dialog, field } from "../lib/dialog.js";
import { filePlace, oneFile } from "../lib/files.js";
import { isoDay, percent } from "../lib/format.js";
import { parts } from "../lib/gather.js";
import { policyPicker } from "../lib/policies.js";

/** A folder that holds one folder per enterprise is entered; every other path stays as it is. */
function entered(files) {
  const { packages, loose } = parts(files);
  const inner = packages.length === 1 && loose.length === 0 && packages[0].files.length > 1 ? parts(packages[0].files) : null;
  return inner && inner.packages.length > 0 ? packages[0].files : files;
}

/** What would become a package, in words. */
function found(files) {
  if (files.length === 0) return "";
  if (files.length === 1) return "一个 ZIP：里面的每个文件夹或 ZIP 是一家企业的材料包";
  const { packages, loose } = parts(entered(files));
  const names = packages.slice(0, 6).map((p) => p.name).join("、");
  return `将建立 ${packages.length} 个材料包：${names}${packages.length > 6 ? " 等" : ""}` + (loose.length ? `；另有 ${loose.length} 个不在文件夹里的文件` : "");
}

/** Opens the dialog. Resolves to the new batch, or null. */
export function batchDialog() {
  const stop = new AbortController();
  const name = h("input", { type: "text", maxlength: "200", required: true });
  name.value = `${isoDay(new Date())} 批次`;
  const asOf = h("input", { type: "date" });
  const declared = oneFile("申报数据汇总表", ".xlsx,.xls,.csv");
  const picker = policyPicker();
  const what = h("p", { role: "status" });
  const place = filePlace({
    hint: "一个装有各家 ZIP 的 ZIP，或一个文件夹，里面每个子文件夹或 ZIP 是一家企业",
    onChange: (files) => show(what, found(files)),
  });
  const bar = h("progress", { max: "1", "aria-label": "上传进度" });
  const said = h("span", { role: "status" });
  const going = h("div", { class: "upload-going", hidden: true }, bar, said);

  async function send() {
    const files = entered(place.files());
    if (files.length === 0) throw new ApiProblem({ status: 400, title: "还没有选文件", detail: "请先拖入或选择各家的材料，再开始上传。" });
    const form = new FormData();
    for (const { file, path } of files) form.append("files", file, path);
    if (declared.file()) form.append("declared", declared.file(), declared.file().name);
    if (name.value.trim()) form.append("name", name.value.trim());
    if (asOf.value) form.append("as_of", asOf.value);
    for (const id of picker.chosen()) form.append("policies", id);
    going.hidden = false;
    try {
      return await upload("/batches", form, { signal: stop.signal, onProgress: (x) => {
        bar.value = x;
        said.textContent = x < 1 ? `正在上传 ${percent(x)}` : "已传完，正在分出各家的材料包";
      } });
    } finally {
      going.hidden = true;
    }
  }
  return dialog({
    title: "新建批次",
    wide: true,
    body: [place.node, what, h("div", { class: "fields" }, field("批次名称", name), field("核验基准日（可选）", asOf, "证书须在这一天有效；空：今天"),
      field("申报数据汇总表（可选）", declared.control, "列：企业名称、统一社会信用代码、材料包、指标、年度、数值、单位；各包自带 declared 文件的不用", declared.node)), picker.node, going],
    actions: [{ label: "开始上传", kind: "primary", run: send }],
    mayClose: () => { stop.abort(); return true; },
  });
}
