// What a reviewer says of a finding: agreed, not agreed, a remark; and taking back what was said or corrected.
import { announce, h } from "../lib/dom.js";
import { del, post } from "../lib/api.js";
import { dialog, field } from "../lib/dialog.js";
import { tell, toast } from "../lib/toast.js";
import { required } from "./forms.js";
import { nameOf } from "./state.js";

const DONE = { accept: "已认可", reject: "已记为不认可", comment: "已备注" };
const REASONS = ["证据不足以证明", "证据所属期间不符", "证据非本企业", "申报口径不一致", "材料真实性存疑", "系统读取有误"];

const reviewOf = (desk, finding) => `${desk.path}/findings/${encodeURIComponent(finding.key)}/review`;

async function send(desk, finding, action, comment) {
  await desk.change(() => post(reviewOf(desk, finding), { action, comment, version: desk.version }));
  desk.did(`review ${finding.key}`, () => takeBack(desk, finding));
  const text = `${DONE[action]}：${nameOf(finding)}`;
  announce(text);
  if (action !== "accept") toast(text);
}

/** Says it at once. */
export async function say(desk, finding, action, comment = "") {
  if (desk.busy || !desk.data.can.review) return;
  try {
    await send(desk, finding, action, comment);
  } catch (problem) {
    tell(problem);
  }
}

function ask(desk, finding, action, { title, label, hint, suggestions = [] }) {
  const list = suggestions.length ? h("datalist", { id: "reject-reasons" }, suggestions.map((s) => h("option", { value: s }))) : null;
  const text = suggestions.length ? h("input", { maxlength: "1000", list: "reject-reasons", autocomplete: "off" }) : h("textarea", { maxlength: "4000" });
  return dialog({
    title,
    body: [h("p", { class: "soft" }, nameOf(finding)), field(label, text, hint), list],
    actions: [{
      label: "保存",
      run: async () => {
        await send(desk, finding, action, required(text, action === "reject" ? "请写明不认可的理由。" : "请填写备注内容。"));
      },
    }],
    onOpen: () => text.focus(),
  });
}

/** Asks why the finding is not agreed with. */
export const reject = (desk, finding) =>
  desk.data.can.review && ask(desk, finding, "reject", { title: "不认可此结论", label: "理由", hint: "写入审核意见与核对记录；可选用常见理由。", suggestions: REASONS });

/** Asks for a remark. */
export const comment = (desk, finding) =>
  desk.data.can.review && ask(desk, finding, "comment", { title: "备注", label: "备注内容", hint: "仅供本单位查看，不改变结论。" });

/** Sends a correction and tells what it changed; the last one can be taken back. Problems are thrown. */
export async function revise(desk, body, done) {
  const before = new Set(desk.data.revisions.map((r) => r.id));
  const changes = await desk.change(() => post(`${desk.path}/revisions`, { why: "", ...body, version: desk.version }));
  const made = desk.data.revisions.find((r) => !before.has(r.id));
  if (made) desk.did(`revision ${made.id}`, () => undoRevision(desk, made.id));
  desk.tellChanges(done, changes, made && (() => undoRevision(desk, made.id)));
}

/** Takes something back unless a change is under way; what is not there any more is forgotten. */
async function back(desk, key, run) {
  if (desk.busy) return;
  try {
    await run();
    desk.undone(key);
  } catch (problem) {
    if (problem.status === 404) desk.undone(key);
    tell(problem);
  }
}

/** Takes a correction back and tells what that changed. */
export const undoRevision = (desk, id) => back(desk, `revision ${id}`, async () => {
  const changes = await desk.change(() => del(`${desk.path}/revisions/${encodeURIComponent(id)}?version=${desk.version}`));
  desk.tellChanges("已撤销更正", changes, null);
});

/** Takes back what the person said of a finding. */
export const takeBack = (desk, finding) => back(desk, `review ${finding.key}`, async () => {
  await desk.change(() => del(`${reviewOf(desk, finding)}?version=${desk.version}`));
  desk.select(finding.key);
  toast(`已撤回您对“${nameOf(finding)}”的意见`);
});

/** Takes back what was done last on this page: a correction, a view of a finding, a judged condition. */
export function undo(desk) {
  if (!desk.last) return toast("没有可撤销的操作。更早的更正可在“记录”中撤销，更早的意见可在该项下撤回。");
  return desk.last.run();
}
