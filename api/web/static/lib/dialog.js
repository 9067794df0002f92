// Dialogs on the browser's own <dialog>: it keeps the focus inside, closes on Esc and gives the focus back.
import { h, show } from "./dom.js";
import { errorBox, messagesInto } from "./toast.js";

let count = 0;

/**
 * Opens a dialog. `body`: nodes; `actions`: [{label, kind, run, value, disabled}] from right to left, the last is
 * “取消” unless `cancel` is null. `run(dialog)` may be async: while it runs the buttons rest, a thrown ApiProblem is
 * shown inside and the dialog stays open; else the dialog closes with what it returned (or `value`).
 * `wide`: true, or "full" for nearly the whole window. Enter in a field presses the first action. Resolves to that value, or null where it was cancelled.
 * `mayClose()`: asked before Esc or cancel; false keeps it open.
 */
export function dialog({ title, body, actions = [], cancel = "取消", wide = false, mayClose = () => true, onOpen = null }) {
  return new Promise((resolve) => {
    count += 1;
    const id = `dialog-title-${count}`;
    const problems = h("div", { class: "dialog-problems" });
    const buttons = actions.map((action, i) =>
      h("button", { type: i === 0 ? "submit" : "button", class: action.kind ?? (i === 0 ? "primary" : ""),
        on: i === 0 ? {} : { click: () => press(action) } }, action.label));
    const stop = cancel && h("button", { type: "button", on: { click: () => close() } }, cancel);
    const form = h("form", { method: "dialog", on: { submit: (e) => { e.preventDefault(); if (actions[0]) press(actions[0]); } } },
      h("h2", { id }, title), h("div", { class: "dialog-body" }, body), problems,
      h("div", { class: "dialog-actions" }, stop, [...buttons].reverse()));
    const box = h("dialog", { class: wide === true ? "wide" : wide || "", "aria-labelledby": id, on: {
      cancel: (e) => { e.preventDefault(); close(); },
      close: () => finish(null), // browsers close it themselves when Esc is pressed again and again
    } }, form);

    let busy = false;
    let ended = false;
    async function press(action) {
      if (busy) return;
      busy = true;
      show(problems);
      for (const b of buttons) b.disabled = true;
      try {
        const value = action.run ? await action.run(box) : action.value;
        if (value !== undefined || !action.run) return finish(value ?? null);
        finish(true);
      } catch (problem) {
        if (problem?.name !== "AbortError") show(problems, errorBox(problem));
      } finally {
        busy = false;
        for (const b of buttons) b.disabled = false;
      }
    }
    function close() {
      if (mayClose()) finish(null);
    }
    function finish(value) {
      if (ended) return;
      ended = true;
      const below = [...document.querySelectorAll("dialog[open]")].filter((d) => d !== box).at(-1);
      messagesInto(below ?? document.body);
      if (box.open) box.close();
      box.remove();
      resolve(value);
    }
    document.body.append(box);
    messagesInto(box);
    box.showModal();
    onOpen?.(box);
  });
}

/** Asks yes or no. */
export async function confirm({ title, text, ok = "确定", danger = false }) {
  const lines = (Array.isArray(text) ? text : [text]).map((t) => h("p", null, t));
  return (await dialog({ title, body: lines, actions: [{ label: ok, kind: danger ? "danger" : "primary", value: true }] })) === true;
}

/** A labelled field for dialogs and forms: label, control, hint. `node`: what to show, where the control is inside of it. */
export function field(label, control, hint = "", node = control) {
  count += 1;
  control.id ||= `field-${count}`;
  const note = hint && h("small", { id: `${control.id}-hint` }, hint);
  if (note) control.setAttribute("aria-describedby", note.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), node, note);
}
