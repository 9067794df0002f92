// Small helpers for what people type in dialogs.

/** Marks a control and gives the problem to be shown in the dialog. */
export function invalid(input, text) {
  input.setAttribute("aria-invalid", "true");
  input.focus();
  return Object.assign(new Error(text), { status: 0, title: "还不能保存", detail: text });
}

/** The trimmed text of a control that must not be empty. */
export function required(input, text) {
  const value = input.value.trim();
  if (!value) throw invalid(input, text);
  input.removeAttribute("aria-invalid");
  return value;
}

/** A typed number; null where nothing was typed. */
export function figure(input) {
  const text = input.value.replace(/[,，\s]/g, "");
  if (!text) return null;
  const x = Number(text);
  if (!Number.isFinite(x)) throw invalid(input, "请填写数字，例如 8123.45；负数用减号。");
  return x;
}
