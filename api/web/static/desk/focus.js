// Drawing anew, and dialogs, without losing the reader's place.

const namesOf = (node) => {
  const names = [];
  for (let n = node; n; n = n.parentElement) if (n.dataset?.fid) names.push(n.dataset.fid);
  return names;
};

/** Focuses the first of these names (`data-fid`) that is there; whether there was one. */
function focusNamed(root, names) {
  for (const fid of names) {
    const again = root.querySelector(`[data-fid="${CSS.escape(fid)}"]`);
    const target = again?.matches("button, a, input, select, textarea, summary, [tabindex]") ? again : again?.querySelector("button, summary, [tabindex]");
    if (!target) continue;
    target.focus({ preventScroll: true });
    return true;
  }
  return false;
}

/** Runs `draw`, then gives the focus back to the element with the same `data-fid` inside `root` (or what held it). */
export function keepingFocus(root, draw) {
  const held = root.contains(document.activeElement) ? document.activeElement : null;
  const names = namesOf(held);
  draw();
  if (held && !root.contains(document.activeElement) && !focusNamed(root, names)) root.focus({ preventScroll: true });
}

/** After a dialog has gone together with what had opened it, the focus goes back to the same place, else to `otherwise()`. */
export function returnFromDialogs(root, otherwise) {
  let names = [];
  root.addEventListener("focusin", (e) => { names = namesOf(e.target); });
  new MutationObserver((changes) => {
    const gone = changes.some((c) => [...c.removedNodes].some((n) => n.nodeName === "DIALOG"));
    const lost = !document.activeElement || document.activeElement === document.body;
    if (gone && lost && !document.querySelector("dialog[open]") && !focusNamed(root, names)) otherwise();
  }).observe(document.body, { childList: true });
}
