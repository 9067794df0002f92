// What can be done with several packages at once.
import { ApiProblem, del, patch, post } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { confirm, dialog, field } from "../lib/dialog.js";
import { policyPicker } from "../lib/policies.js";
import { errorBox, explain, toast } from "../lib/toast.js";
import { isLive } from "./rows.js";

const admin = document.body.dataset.role === "admin";
const reviewer = admin || document.body.dataset.role === "reviewer";

/** Does `act(package)` for each, one after the other; then says how it went. */
async function each(packages, done, act) {
  const failed = [];
  for (const p of packages) {
    try {
      await act(p);
    } catch (problem) {
      failed.push([p, problem]);
    }
  }
  const good = packages.length - failed.length;
  if (good) toast(`${done} ${good} 个材料包`, { kind: "good" });
  for (const [p, problem] of failed.slice(0, 3)) toast(`《${p.name}》：${explain(problem)}`, { kind: "bad", note: problem.requestId ? `请求编号 ${problem.requestId}` : "" });
  if (failed.length > 3) toast(`另有 ${failed.length - 3} 个没有成功`, { kind: "bad" });
}

async function cancel(packages) {
  const sure = await confirm({ title: `取消处理 ${packages.length} 个材料包？`, text: "已读的页会留着，以后重新处理时不必再读。", ok: "取消处理" });
  if (sure) await each(packages, "已要求停止", (p) => post(`/packages/${p.id}/cancel`));
  return sure;
}

async function retry(packages) {
  await each(packages, "已重新排队", (p) => post(`/packages/${p.id}/retry`));
  return true;
}

async function remove(packages) {
  const names = packages.slice(0, 5).map((p) => `《${p.name}》`).join("、") + (packages.length > 5 ? "等" : "");
  const sure = await confirm({ title: `删除 ${packages.length} 个材料包？`, ok: "彻底删除", danger: true,
    text: [`${names}连同材料、识别结果、更正和意见一并删除，不能恢复。`, "操作会记入审计日志。"] });
  if (sure) await each(packages, "已删除", (p) => del(`/packages/${p.id}`));
  return sure;
}

async function setUp(packages) {
  const asOf = h("input", { type: "date" });
  const picker = policyPicker(packages.length === 1 ? packages[0].policies : []);
  if (packages.length === 1 && packages[0].as_of) asOf.value = packages[0].as_of;
  return dialog({
    title: `设置 ${packages.length} 个材料包的政策和基准日`,
    body: [h("p", { class: "soft" }, "改后立即按新的设置重新核对，不必再读材料。已作决定的材料包须先撤回决定。"),
      field("核验基准日", asOf, "空：不改"), picker.node],
    actions: [{ label: "重新核对", run: async () => {
      const policies = picker.chosen();
      if (!asOf.value && policies.length === 0) throw new ApiProblem({ status: 400, title: "没有要改的", detail: "请选基准日或至少一项政策。" });
      const changes = { ...(asOf.value && { as_of: asOf.value }), ...(policies.length && { policies }) };
      await each(packages, "已重新核对", (p) => patch(`/packages/${p.id}`, changes));
    } }],
  });
}

/** Shows the bar for the chosen packages, or hides it; `after()` runs when something was done. */
export function drawBulk(bar, chosen, { clear, after }) {
  bar.hidden = chosen.length === 0;
  const running = chosen.filter(isLive);
  const stopped = chosen.filter((p) => p.run && ["failed", "cancelled"].includes(p.run.state));
  const judged = chosen.filter((p) => p.verdict !== null && !isLive(p));
  const offer = (label, packages, act, cls = "") => packages.length > 0 && h("button", { type: "button", class: `small ${cls}`, on: { click: async (e) => {
    e.currentTarget.disabled = true;
    try {
      if (await act(packages)) after();
      else drawBulk(bar, chosen, { clear, after });
    } catch (problem) {
      bar.append(errorBox(problem));
    }
  } } }, `${label}（${packages.length}）`);
  show(bar, h("strong", { role: "status" }, `已选 ${chosen.length} 个`),
    offer("取消处理", running, cancel), offer("重新处理", stopped, retry),
    reviewer && offer("设置政策和基准日", judged, setUp), admin && offer("删除", chosen, remove, "danger"),
    h("button", { type: "button", class: "small quiet", on: { click: clear } }, "取消选择"));
}
