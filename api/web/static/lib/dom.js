// Building the page. Data only ever becomes text or an attribute's value, never markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (key === "data") Object.assign(node.dataset, value);
    else if (key === "vars") for (const [name, v] of Object.entries(value)) node.style.setProperty(name, v);
    else if (key === "value" && "value" in node && node.namespaceURI !== SVG) node.value = value;
    else if (key === "style" || key.startsWith("on")) throw new TypeError(`not allowed here: ${key}`);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/**
 * An element. `props`: attributes (null, undefined, false: left out; true: empty), and besides
 * `on: {event: listener}`, `data: {key: value}`, `vars: {"--name": value}` (CSS properties).
 * Children: nodes, strings, numbers, arrays of them; null and false are left out.
 */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for SVG. */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** Puts these children in place of what a node holds. */
export function show(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/** Says something to screen readers. */
export function announce(text) {
  byId("announce").textContent = text;
}

/** Runs `run` once calls have paused for `ms`. */
export function settled(run, ms = 300) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), ms);
  };
}

/** Something that stands there at once while the answer is awaited. */
export function loading(text = "正在读取…") {
  return h("p", { class: "loading", role: "status" }, text);
}
