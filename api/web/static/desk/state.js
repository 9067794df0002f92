// What the desk knows, and who is told when it changes. The server's answer is the only truth: every change comes back as a whole desk.
import { address, get } from "../lib/api.js";
import { announce } from "../lib/dom.js";
import { toast } from "../lib/toast.js";
import { VERDICTS } from "../lib/labels.js";

export const settled = (finding) => Boolean(finding.review && !finding.review.stale && finding.review.action !== "comment");
export const nameOf = (finding) => `${finding.label} ${finding.period_label}`;
const word = (verdict) => VERDICTS[verdict]?.[1] ?? verdict;

/** Verdicts that differ between two desks: [{finding, from, to}]. */
export function verdictChanges(before, after) {
  const old = new Map((before?.findings ?? []).map((f) => [f.key, f.verdict]));
  return after.findings.filter((f) => old.has(f.key) && old.get(f.key) !== f.verdict).map((f) => ({ finding: f, from: old.get(f.key), to: f.verdict }));
}

/** One line of what changed: 净利润 2020年：不符 → 相符. */
export const changeLine = ({ finding, from, to }) => `${nameOf(finding)}：${word(from)} → ${word(to)}`;

/** The rows of the list in their order: each finding once, where it stands first. */
export function rowsOf(data) {
  const seen = new Set();
  return data.groups.flatMap((group) => group.findings.filter((key) => !seen.has(key) && seen.add(key)));
}

export class Desk {
  #listeners = new Map();
  #kept = null; // shown although the filter would leave it out
  #away = () => {}; // takes the last message about a correction away
  #done; // what was done here and can be taken back, last one last: {key, run}

  constructor(packageId) {
    this.id = packageId;
    this.path = `/packages/${encodeURIComponent(packageId)}`;
    this.data = null;
    this.current = null;
    this.filter = "all";
    this.tab = "findings";
    this.changed = new Map(); // finding → verdict before the last change, to be shown
    this.busy = false;
    this.#done = [];
  }

  /** `events`: data, current, filter, tab, spot ({file, page, box, text}), busy. */
  on(event, run) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), run]);
  }

  emit(event, detail) {
    for (const run of this.#listeners.get(event) ?? []) run(detail);
  }

  get version() {
    return this.data.version;
  }

  finding(key = this.current) {
    return this.data?.findings.find((f) => f.key === key) ?? null;
  }

  document(id) {
    return this.data.documents.find((d) => d.id === id) ?? null;
  }

  page(file, page) {
    return this.data.pages.find((p) => p.file === file && p.page === page) ?? null;
  }

  /** The address of a page's picture, ID numbers masked. */
  picture(file, page, options = {}) {
    return address(`${this.path}/pages/${file}/${page}/picture`, options);
  }

  #passes(key) {
    const finding = this.finding(key);
    if (this.filter === "all") return true;
    return this.filter === "open" ? !settled(finding) : finding.verdict === this.filter;
  }

  /** The keys that the filter leaves, in order; the one just settled stays until another is chosen. */
  rows() {
    return rowsOf(this.data).filter((key) => key === this.#kept || this.#passes(key));
  }

  async load() {
    this.apply(await get(`${this.path}/desk`));
  }

  apply(data) {
    this.data = data;
    const rows = rowsOf(data);
    if (!rows.includes(this.current)) this.current = rows[0] ?? null;
    this.#kept = this.current;
    this.emit("data");
  }

  select(key, { quiet = false } = {}) {
    if (key === this.current) return;
    this.current = key;
    this.#kept = null;
    this.emit("current", { quiet });
  }

  filterBy(filter) {
    this.filter = filter;
    this.#kept = null;
    const rows = this.rows();
    if (rows.length && !rows.includes(this.current)) this.select(rows[0], { quiet: true });
    this.emit("filter");
  }

  show(tab) {
    if (tab === this.tab) return;
    this.tab = tab;
    this.emit("tab");
  }

  /** Shows a place of a page in the viewer: {file, page, box?, text?}. */
  look(spot) {
    this.emit("spot", spot);
  }

  /**
   * Sends a change (`ask` returns the new desk) and takes over the answer. Returns the verdicts that changed.
   * Where somebody else was faster (409) the desk is read anew before the problem is thrown on.
   */
  async change(ask) {
    const before = this.data;
    this.busy = true;
    this.emit("busy");
    try {
      const after = await ask();
      const changes = verdictChanges(before, after);
      this.changed = new Map(changes.map((c) => [c.finding.key, c.from]));
      this.apply(after);
      return changes;
    } catch (problem) {
      if (problem.status === 409) await this.load();
      throw problem;
    } finally {
      this.busy = false;
      this.emit("busy");
    }
  }

  /** Keeps how to take back what was just done; `key` names it, `run()` does it. */
  did(key, run) {
    this.#done.push({ key, run });
  }

  /** What was done last, null where nothing is left. */
  get last() {
    return this.#done.at(-1) ?? null;
  }

  /** It is taken back, or gone otherwise. */
  undone(key) {
    this.#done = this.#done.filter((d) => d.key !== key);
  }

  /** Tells what a correction did, with a way back. */
  tellChanges(done, changes, undo) {
    const lines = changes.map(changeLine);
    this.#away();
    this.#away = toast(lines.length ? `${done}。${lines.slice(0, 3).join("；")}${lines.length > 3 ? ` 等 ${lines.length} 项` : ""}` : `${done}，各项结论未变。`, {
      kind: lines.length ? "good" : "info",
      action: undo ? { label: "撤销 U", run: undo } : null,
    });
    announce(lines.length ? `${done}。结论变化：${lines.join("；")}` : `${done}，各项结论未变。`);
  }
}
