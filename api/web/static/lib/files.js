// The place where files are dropped or chosen, and the list of what is there so far.
import { announce, h, show } from "./dom.js";
import { bytes } from "./format.js";
import { fromDrop, fromInput } from "./gather.js";
import { tell } from "./toast.js";

const LISTED = 200;

/**
 * A drop zone with its list. `onChange(files)` runs after every change; `files`: [{file, path}].
 * Returns {node, files(), add(files)}.
 */
export function filePlace({ hint, onChange }) {
  let files = [];
  const list = h("ul", { class: "picked" });
  const sum = h("p", { class: "picked-sum", role: "status" });

  function add(more) {
    const known = new Map(files.map((f) => [f.path, f]));
    for (const f of more) known.set(f.path, f);
    files = [...known.values()].sort((a, b) => a.path.localeCompare(b.path, "zh-CN"));
    draw();
  }
  function remove(path) {
    files = files.filter((f) => f.path !== path);
    draw();
    announce(`已移除 ${path}`);
    list.querySelector("button")?.focus();
  }
  function draw() {
    const size = files.reduce((n, f) => n + f.file.size, 0);
    show(sum, files.length ? `已选 ${files.length} 个文件，共 ${bytes(size)}` : "");
    show(list, files.slice(0, LISTED).map((f) =>
      h("li", null, h("span", { class: "path" }, f.path), h("span", { class: "soft nowrap" }, bytes(f.file.size)),
        h("button", { type: "button", class: "small quiet", "aria-label": `移除 ${f.path}`, on: { click: () => remove(f.path) } }, "移除"))),
      files.length > LISTED && h("li", { class: "soft" }, `……另有 ${files.length - LISTED} 个文件`));
    list.hidden = files.length === 0;
    onChange(files);
  }

  const choose = (folder) => {
    const input = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-label": folder ? "选择文件夹" : "选择文件",
      webkitdirectory: folder, on: { change: () => { add(fromInput(input)); input.value = ""; } } });
    return [input, h("button", { type: "button", on: { click: () => input.click() } }, folder ? "选择文件夹…" : "选择文件或 ZIP…")];
  };
  const zone = h("div", { class: "drop", on: {
    dragover: (e) => { e.preventDefault(); zone.classList.add("over"); },
    dragleave: () => zone.classList.remove("over"),
    drop: async (e) => {
      e.preventDefault();
      e.stopPropagation();
      zone.classList.remove("over");
      try {
        add(await fromDrop(e.dataTransfer));
      } catch (problem) {
        tell(problem);
      }
    },
  } }, h("p", { class: "drop-call" }, "把文件、文件夹或 ZIP 拖到这里"), h("p", { class: "soft" }, hint),
  h("div", { class: "drop-buttons" }, choose(false), choose(true)));
  const node = h("div", { class: "file-place" }, zone, sum, list);
  list.hidden = true;
  return { node, files: () => files, add };
}

/** One optional file, such as a sheet of declared figures. Returns {node, file()}. */
export function oneFile(label, accept) {
  const said = h("span", { class: "soft path", role: "status" }, "未选择");
  const input = h("input", { type: "file", accept, hidden: true, "aria-label": label, on: { change: draw } });
  const away = h("button", { type: "button", class: "small quiet", hidden: true, on: { click: () => { input.value = ""; draw(); } } }, "移除");
  function draw() {
    said.textContent = input.files[0]?.name ?? "未选择";
    away.hidden = input.files.length === 0;
  }
  const pick = h("button", { type: "button", class: "small", "aria-label": label, on: { click: () => input.click() } }, "选择文件…");
  return { node: h("div", { class: "one-file" }, input, pick, said, away), control: pick, file: () => input.files[0] ?? null };
}
