// What can be taken away from the desk: reports, letters, labels.
import { API, ApiProblem } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { dialog } from "../lib/dialog.js";
import { errorBox } from "../lib/toast.js";

const EXPORTS = [
  ["report.xlsx", "核对报告（XLSX）"], ["report.html", "核对报告（网页，含截图）"], ["precheck", "初核表（DOCX）"],
  ["supplement", "补正通知（DOCX）"], ["materials", "材料清单（XLSX）"], ["result.json", "完整结果（JSON）"],
];

const nameIn = (answer, fallback) => {
  const found = /filename\*=UTF-8''([^;]+)/i.exec(answer.headers.get("Content-Disposition") ?? "");
  return found ? decodeURIComponent(found[1]) : fallback;
};

/** Fetches a file and hands it to the reader; errors are told like any others. */
export async function download(path, fallback) {
  let answer;
  try {
    answer = await fetch(`${API}${path}`, { credentials: "same-origin" });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ApiProblem({ title: "连不上服务", detail: "下载没有完成：网络中断，或服务正在重启。请稍等片刻再试。" });
  }
  if (answer.status === 401) return location.reload();
  if (!answer.ok) throw new ApiProblem({ status: answer.status, ...(await answer.json().catch(() => ({ detail: "下载没有完成，请稍后重试。" }))) });
  const url = URL.createObjectURL(await answer.blob());
  const link = h("a", { href: url, download: nameIn(answer, fallback) });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The button that opens the list of exports. */
export function exportButton(desk) {
  const items = [...EXPORTS.map(([what, label]) => [`${desk.path}/export/${what}`, what, label]), [`${desk.path}/labels.zip`, "labels.zip", "标注（语料格式，ZIP）"]];
  return h("button", { type: "button", class: "small", data: { fid: "export" }, "aria-haspopup": "dialog", on: { click: () => open(items) } }, "导出…");
}

function open(items) {
  const outcome = h("div", { role: "status" });
  const item = ([path, name, label]) =>
    h("li", null, h("button", { type: "button", on: { click: (e) => fetchOne(e.currentTarget, outcome, path, name, label) } }, label));
  return dialog({ title: "导出", body: [h("ul", { class: "exports" }, items.map(item)), outcome], cancel: "关闭" });
}

async function fetchOne(button, outcome, path, name, label) {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  show(outcome);
  try {
    await download(path, name);
    show(outcome, h("p", { class: "notice good" }, `已导出：${label}`));
  } catch (problem) {
    show(outcome, errorBox(problem));
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    button.focus();
  }
}
