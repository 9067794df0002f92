// The left list: findings by condition, one of them open with its reason, evidence and buttons.
import { h, show } from "../lib/dom.js";
import { conditionBadge, verdictBadge, VERDICTS } from "../lib/labels.js";
import { moment } from "../lib/format.js";
import { toast } from "../lib/toast.js";
import { correctField, titleOf } from "./correct.js";
import { keepingFocus } from "./focus.js";
import { comment, reject, say, takeBack } from "./review.js";
import { nameOf, rowsOf, settled } from "./state.js";

const FEW = 4; // more fields than this are chosen from in the dialog
const me = document.body.dataset.user;
const SAID = { accept: ["✓", "已认可"], reject: ["✗", "不认可"], comment: ["…", "有备注"] };
const WRITTEN = { accept: "认可", reject: "不认可", comment: "备注" };

export class Findings {
  #desk;

  constructor(desk, node) {
    this.#desk = desk;
    this.node = node;
    this.filters = h("div", { class: "filters", role: "group", "aria-label": "筛选" });
    this.seen = h("div", { class: "seen" });
    this.list = h("div", { class: "finding-list", tabindex: "-1" });
    show(node, h("div", { class: "finding-bar" }, this.filters), this.list);
    for (const event of ["data", "filter"]) desk.on(event, () => this.draw());
    desk.on("current", ({ quiet }) => {
      this.draw();
      if (!quiet) this.focus();
    });
  }

  /** Puts the focus on the chosen finding and shows its first evidence. */
  focus() {
    const head = this.list.querySelector(".finding[data-current] .finding-head");
    head?.focus({ preventScroll: true });
    this.list.querySelector(".finding[data-current]")?.scrollIntoView({ block: "nearest" });
  }

  draw() {
    this.#bar();
    keepingFocus(this.list, () => show(this.list, this.#groups()));
  }

  #bar() {
    const { data, filter } = this.#desk;
    const done = data.findings.filter(settled).length;
    show(this.seen, h("span", { class: "nowrap" }, "已看 ", h("b", null, `${done}/${data.findings.length}`)),
      h("progress", { max: data.findings.length || 1, value: done, "aria-label": `已看 ${done} 项，共 ${data.findings.length} 项` }));
    const count = (v) => data.findings.filter((f) => f.verdict === v).length;
    const option = (key, label, n, { cls = "", title = null } = {}) => h("button", {
      type: "button", class: `filter ${cls}`, title, "aria-pressed": String(filter === key), data: { fid: `filter-${key}` }, on: { click: () => this.#desk.filterBy(key) },
    }, label, h("b", null, String(n)));
    keepingFocus(this.filters, () => show(this.filters,
      option("all", "全部", data.findings.length), option("open", "未看", data.findings.length - done),
      Object.entries(VERDICTS).filter(([v]) => count(v)).map(([v, [sign, word]]) =>
        option(v, [h("span", { class: "sym", "aria-hidden": "true" }, sign), h("span", { class: "word" }, word)], count(v), { cls: `v-${v}`, title: word }))));
  }

  #groups() {
    const { data } = this.#desk;
    if (data.findings.length === 0) return this.#nothing();
    const shown = new Set(this.#desk.rows());
    if (shown.size === 0) return h("p", { class: "soft empty-list" }, "没有符合筛选的项目。", h("button", { type: "button", class: "small", on: { click: () => this.#desk.filterBy("all") } }, "显示全部"));
    const first = new Set();
    const all = new Set(rowsOf(data));
    return data.groups.map((group) => {
      const own = group.findings.filter((k) => all.has(k) && !first.has(k));
      const others = group.findings.filter((k) => first.has(k));
      for (const k of own) first.add(k);
      const rows = own.filter((k) => shown.has(k));
      if (rows.length === 0 && (others.length === 0 || this.#desk.filter !== "all")) return null;
      return h("section", { class: "group" }, this.#groupHead(group),
        rows.length > 0 && h("ul", null, rows.map((k) => this.#row(this.#desk.finding(k)))),
        others.length > 0 && this.#desk.filter === "all" && h("p", { class: "also" }, "另用到：", others.map((k) => this.#reference(this.#desk.finding(k)))));
    });
  }

  #nothing() {
    const { data } = this.#desk;
    return h("div", { class: "empty-list" }, h("p", null, data.package.declared === null ? "这个材料包没有申报数据，因此没有可核对的项目。" : "没有可核对的申报项目。"),
      h("p", { class: "soft" }, "材料已经读取，可在“材料”中查看；补交申报数据后会自动核对。"));
  }

  #groupHead(group) {
    return h("div", { class: "group-head" }, h("h2", null, group.title), group.status && conditionBadge(group.status),
      group.condition && h("button", { type: "button", class: "quiet small", "aria-label": `查看条件：${group.title}`, title: "在“条件”中查看", on: { click: () => { this.#desk.show("conditions"); this.#desk.emit("condition", group.condition); } } }, "条件"));
  }

  #reference(finding) {
    const [sign, word] = VERDICTS[finding.verdict];
    return h("button", { type: "button", class: `reference v-${finding.verdict}`, on: { click: () => this.#desk.select(finding.key) } },
      h("span", { class: "sym", "aria-hidden": "true" }, sign), h("span", { class: "unseen" }, word), nameOf(finding));
  }

  #row(f) {
    const current = f.key === this.#desk.current;
    const was = this.#desk.changed.get(f.key);
    return h("li", { class: `finding v-${f.verdict}${was ? " just-changed" : ""}`, data: { fid: f.key, ...(current ? { current: "" } : {}) } },
      h("button", {
        type: "button", class: "finding-head", "aria-current": current ? "true" : null, data: { fid: `head ${f.key}` },
        on: { click: () => (current ? this.toEvidence() : this.#desk.select(f.key)) },
      },
      h("span", { class: "finding-verdict" }, was && h("s", { class: "was" }, VERDICTS[was]?.[1] ?? was), verdictBadge(f.verdict)),
      h("span", { class: "finding-name" }, f.label, h("small", null, f.period_label)),
      h("span", { class: "finding-mark" }, this.#mark(f)),
      h("span", { class: "finding-figures" },
        h("span", null, h("i", null, "申报"), h("b", null, f.declared.text)), h("span", null, h("i", null, "证据"), h("b", null, f.evidenced?.text ?? "—")))),
      current && this.#more(f));
  }

  #mark(f) {
    if (!f.review) return null;
    const [sign, word] = SAID[f.review.action];
    return h("span", { class: `said ${f.review.action}${f.review.stale ? " stale" : ""}`, title: f.review.comment || null }, h("span", { class: "sym", "aria-hidden": "true" }, sign), f.review.stale ? `${word}（须再看）` : word);
  }

  #more(f) {
    const { can, package: pkg } = this.#desk.data;
    const free = can.review && !pkg.decision;
    return h("div", { class: "finding-more" },
      h("p", { class: "reason" }, f.reason),
      this.#evidence(f, free),
      f.comments.length > 0 && h("ul", { class: "comments", "aria-label": "审核意见" }, f.comments.map((c) => this.#comment(f, c, free))),
      free && this.#actions(f));
  }

  #comment(f, c, free) {
    const last = f.comments.findLast((x) => x.by.id === me);
    return h("li", null, h("b", null, WRITTEN[c.action]), c.comment && `：${c.comment}`, h("small", null, ` ${c.by.name} ${moment(c.at)}`),
      free && c === last && h("button", { type: "button", class: "quiet small", data: { fid: `take ${f.key}` }, "aria-label": `撤回意见：${WRITTEN[c.action]}`, on: { click: () => takeBack(this.#desk, f) } }, "撤回"));
  }

  /** The places that prove it, each with the field that was read there; then the fields that have no place among them. */
  #evidence(f, free) {
    const open = free && f.fields.length > 1 && f.fields.length <= FEW ? [...f.fields] : [];
    const fieldAt = (spot) => {
      const i = open.findIndex((field) => field.evidence.some((e) => e.file === spot.file && e.page === spot.page && e.box.join() === spot.box.join()));
      return i < 0 ? null : open.splice(i, 1)[0];
    };
    const spots = this.#spots(f, fieldAt);
    return [spots, open.length > 0 && h("ul", { class: "feeds", "aria-label": "可更正的数据" }, open.map((field) =>
      h("li", null, h("span", null, titleOf(this.#desk, field)), this.#correctButton(field))))];
  }

  #spots(f, fieldAt) {
    if (f.evidence.length === 0) return h("p", { class: "soft" }, "没有可指明的页面。");
    return h("ul", { class: "evidence", "aria-label": "依据" }, f.evidence.map((spot, i) => {
      const doc = this.#desk.document(spot.document);
      const place = `${doc?.type_label ?? this.#desk.data.files[spot.file]?.name ?? "文件"} 第${spot.page}页`;
      const field = fieldAt(spot);
      return h("li", null, h("button", {
        type: "button", class: "spot-link", data: { fid: `spot ${i} ${f.key}`, spot: i }, "aria-label": `依据 ${i + 1}：${place} ${spot.text}`,
        on: { click: () => this.#desk.look(spot), focus: () => this.#desk.look(spot) },
      }, h("span", { class: "where" }, field ? `${place} ${field.label}` : place), h("q", null, spot.text)), field && this.#correctButton(field));
    }));
  }

  #correctButton(field) {
    return h("button", {
      type: "button", class: "small", data: { fid: `field ${field.document} ${field.field} ${field.period}` }, "aria-label": `更正：${titleOf(this.#desk, field)}`,
      on: { click: () => correctField(this.#desk, field) },
    }, "更正");
  }

  #actions(f) {
    const act = (key, label, hint, run, cls = "") => h("button", {
      type: "button", class: `small ${cls}`, data: { fid: `act ${key} ${f.key}` }, "aria-keyshortcuts": hint, on: { click: run },
    }, label, h("kbd", { "aria-hidden": "true" }, hint.toUpperCase()));
    return h("div", { class: "finding-actions" },
      act("accept", "认可", "a", () => say(this.#desk, f, "accept"), "primary"),
      act("correct", "更正", "c", () => this.correct()),
      act("reject", "不认可", "x", () => reject(this.#desk, f)),
      act("comment", "备注", "m", () => comment(this.#desk, f)));
  }

  /** Whether findings may be reviewed and corrected now; else says why not. */
  may() {
    const { can, package: pkg } = this.#desk.data;
    if (!can.review) toast("您的角色只能查看；审核请联系审核员。");
    else if (pkg.decision) toast("已作出审核意见，不能再改；如需修改请先撤回意见。");
    return can.review && !pkg.decision;
  }

  /** Corrects the chosen finding: its field, or a choice of them; without fields by way of the documents. */
  correct() {
    const f = this.#desk.finding();
    if (!f) return;
    const spot = f.evidence[Number(document.activeElement?.dataset.spot ?? 0)];
    const here = f.fields.find((x) => spot && x.evidence.some((e) => e.file === spot.file && e.page === spot.page && e.box.join() === spot.box.join()));
    if (f.fields.length > 0) correctField(this.#desk, here ?? f.fields[0], f.fields);
    else this.#desk.show("documents");
  }

  /** Moves to the next evidence of the chosen finding (`by` -1: back; before the first one: to the finding). */
  toEvidence(by = 1) {
    const spots = [...this.list.querySelectorAll(".finding[data-current] .spot-link")];
    const i = spots.indexOf(document.activeElement);
    if (i + by < 0) return this.focus();
    spots[Math.min(i + by, spots.length - 1)]?.focus();
  }

  /** The next (1) or previous (-1) row. */
  step(by) {
    const rows = this.#desk.rows();
    if (rows.length === 0) return;
    const i = rows.indexOf(this.#desk.current);
    const next = rows[Math.min(Math.max(i + by, 0), rows.length - 1)];
    if (next === this.#desk.current) this.focus();
    else this.#desk.select(next);
  }

  /** The next one that nobody has settled: those that need a person first, then the rest; round to the start. */
  nextOpen() {
    const { data } = this.#desk;
    const rows = rowsOf(data);
    const i = rows.indexOf(this.#desk.current);
    const round = [...rows.slice(i + 1), ...rows.slice(0, i + 1)].map((k) => this.#desk.finding(k)).filter((f) => !settled(f));
    const next = round.find((f) => f.verdict !== "supported") ?? round[0];
    if (!next) return false;
    if (!this.#desk.rows().includes(next.key)) this.#desk.filterBy("all");
    if (next.key === this.#desk.current) this.focus();
    else this.#desk.select(next.key);
    return true;
  }
}
