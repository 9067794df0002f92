// Short messages at the edge of the page. Errors stay until they are closed.
import { byId, h } from "./dom.js";

const STAY_MS = 6000;

/**
 * Shows a message. `kind`: "info", "good" or "bad"; `action`: {label, run} adds a button.
 * Returns a function that takes it away.
 */
export function toast(text, { kind = "info", action = null, note = "" } = {}) {
  const away = () => box.remove();
  const box = h(
    "div",
    { class: `toast ${kind}`, role: kind === "bad" ? "alert" : "status" },
    h("div", { class: "toast-text" }, h("span", null, text), note && h("small", null, note)),
    action && h("button", { type: "button", class: "small", on: { click: () => { away(); action.run(); } } }, action.label),
    h("button", { type: "button", class: "close", "aria-label": "关闭这条消息", on: { click: away } }, "×"),
  );
  byId("toasts").append(box);
  if (kind !== "bad") setTimeout(away, action ? 2 * STAY_MS : STAY_MS);
  return away;
}

/** Moves the messages into `node`: below a modal dialog nobody could reach them, neither by mouse nor by ear. */
export const messagesInto = (node) => node.append(byId("toasts"), byId("announce"));

/** An error in one line: what happened and what to do; field errors follow where they say more. */
export function explain(problem) {
  const text = problem.detail || problem.title || problem.message;
  const fields = (problem.errors ?? []).map((e) => e.message).filter((m) => m && !text.includes(m));
  return [text, ...fields].join(" ");
}

/** Shows an error with its request number; anything unknown goes to the console as well. */
export function tell(problem) {
  if (problem?.name === "AbortError") return;
  if (!("status" in problem)) console.error(problem);
  const known = "status" in problem;
  toast(known ? explain(problem) : "页面出错了。请刷新后重试；仍不行请联系管理员。", {
    kind: "bad",
    note: known && problem.requestId ? `请求编号 ${problem.requestId}` : "",
  });
}

/** The same, to stand in the page where content should be; `again` adds a button. */
export function errorBox(problem, again = null) {
  if (!("status" in problem)) console.error(problem);
  return h(
    "div",
    { class: "notice bad", role: "alert" },
    h("strong", null, problem.title || "页面出错了"),
    h("p", null, "status" in problem ? explain(problem) : "请刷新后重试；仍不行请联系管理员。"),
    problem.requestId && h("p", { class: "soft" }, `请求编号 ${problem.requestId}`),
    again && h("button", { type: "button", on: { click: again } }, "重试"),
  );
}
