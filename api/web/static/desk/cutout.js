// The strip of a page around one place, as large as its text stays legible.
import { h } from "../lib/dom.js";

const LINES = 2; // heights of the box shown above and below it
const SMALLEST = 0.35; // of the page width, at least shown
const LETTER_PX = 17; // so high the text in the cut-out is meant to be, where it is this wide:
const VIEW_PX = 860;

/** The cut-out of `page` at `box`, the box outlined; `text`: what stands there, `caption`: said below. */
export function cutout(desk, page, { file, page: number, box, text }, caption) {
  const [l, t, r, b] = box;
  const ratio = page.width / page.height;
  // As wide as the text stays legible, and mostly to the left of the box: there its row is named.
  const wide = Math.min(1, Math.max(SMALLEST, (r - l) * 1.15, ((b - t) * VIEW_PX) / (LETTER_PX * ratio)));
  const left = Math.min(Math.max(0, r - wide * 0.85), 1 - wide);
  const margin = (b - t) * LINES;
  const top = Math.max(0, t - margin);
  const tall = Math.min(1, b + margin) - top;
  return h("figure", { class: "cutout" },
    h("div", { class: "cutout-view", vars: { "--ratio": (ratio * wide) / tall } },
      h("div", { class: "cutout-sheet", vars: { "--top": -top / tall, "--tall": 1 / tall, "--left": -left / wide, "--wide": 1 / wide } },
        h("img", { src: desk.picture(file, number), alt: text ? `页面截图，原文“${text}”` : "页面截图" }),
        h("div", { class: "spot strong", "aria-hidden": "true", vars: { "--l": l, "--t": t, "--w": r - l, "--h": b - t } }))),
    h("figcaption", { class: "soft" }, caption));
}
