// Where a page lies in its view. Pure functions; sizes and positions in CSS pixels, boxes as fractions of the upright page.

const CAPTION_PX = 21; // a line of evidence is shown about this high
const MOST = 6; // times the width that fits
const AT_RIGHT = 0.92; // of the view: there a box ends; it takes up 0.9 at most

/** Size of a page turned by `rotation` (0, 90, 180, 270, clockwise). */
export const turned = ({ width, height }, rotation) => (rotation % 180 ? { width: height, height: width } : { width, height });

/** A box of the upright page as fractions of the turned one. */
export function turnBox([left, top, right, bottom], rotation) {
  if (rotation === 90) return [1 - bottom, left, 1 - top, right];
  if (rotation === 180) return [1 - right, 1 - bottom, 1 - left, 1 - top];
  if (rotation === 270) return [top, 1 - right, bottom, 1 - left];
  return [left, top, right, bottom];
}

/** The scale at which the page is as wide as the view, or (`whole`) all of it can be seen. */
export function fitScale(view, size, whole = false) {
  const wide = view.width / size.width;
  return whole ? Math.min(wide, view.height / size.height) : wide;
}

/** A scale within what makes sense: from half of the whole page to six times the width. */
export function bounded(scale, view, size) {
  return Math.min(Math.max(scale, fitScale(view, size, true) / 2), fitScale(view, size) * MOST);
}

const held = (offset, view, shown) => (shown <= view ? (view - shown) / 2 : Math.min(0, Math.max(view - shown, offset)));

/** A position that leaves no gap where the page is larger than the view, and centres it where it is smaller. */
export function heldIn({ x, y }, scale, view, size) {
  return { x: held(x, view.width, size.width * scale), y: held(y, view.height, size.height * scale) };
}

/** Scale and position that show a box: its text legible, with as much of its row as fits. `box` of the turned page. */
export function focusOn(box, view, size) {
  const [left, top, right, bottom] = box;
  const legible = CAPTION_PX / Math.max((bottom - top) * size.height, 1);
  const room = Math.min((view.width * 0.9) / Math.max((right - left) * size.width, 1), (view.height * 0.8) / Math.max((bottom - top) * size.height, 1));
  const width = fitScale(view, size);
  const scale = Math.min(Math.max(legible, width), width * 1.8, Math.max(room, fitScale(view, size, true)));
  // What stands to the left of a box names it, so the box lies at the right of the view.
  const x = view.width * AT_RIGHT - right * size.width * scale;
  const y = view.height * 0.42 - ((top + bottom) / 2) * size.height * scale;
  return { scale, ...heldIn({ x, y }, scale, view, size) };
}

/** Zooms by `factor` so that the point `at` of the view stays where it is. */
export function zoomAt({ scale, x, y }, factor, at, view, size) {
  const next = bounded(scale * factor, view, size);
  const ratio = next / scale;
  return { scale: next, ...heldIn({ x: at.x - (at.x - x) * ratio, y: at.y - (at.y - y) * ratio }, next, view, size) };
}

const LEAST = 0.004; // of the page, so small a box may be

/** The box between two points of a page, within it. */
export function boxBetween(a, b) {
  const within = (x) => Math.min(1, Math.max(0, x));
  return [within(Math.min(a.x, b.x)), within(Math.min(a.y, b.y)), within(Math.max(a.x, b.x)), within(Math.max(a.y, b.y))];
}

/** Whether a box is large enough to have been meant. */
export const meant = ([left, top, right, bottom]) => right - left >= LEAST && bottom - top >= LEAST;

/** A box moved by a part of the page, kept within it. */
export function movedBox([left, top, right, bottom], dx, dy) {
  const x = Math.min(Math.max(dx, -left), 1 - right);
  const y = Math.min(Math.max(dy, -top), 1 - bottom);
  return [left + x, top + y, right + x, bottom + y];
}

/** A box whose right and lower edges are moved. */
export function grownBox([left, top, right, bottom], dx, dy) {
  const edge = (near, far, by) => Math.min(1, Math.max(near + LEAST, far + by));
  return [left, top, edge(left, right, dx), edge(top, bottom, dy)];
}
