// The policies' conditions as a tree; what only a person can decide is decided here, with a reason.
import { h, show } from "../lib/dom.js";
import { del, put } from "../lib/api.js";
import { dialog, field as labelled } from "../lib/dialog.js";
import { conditionBadge, CONDITIONS, VERDICTS } from "../lib/labels.js";
import { tell, toast } from "../lib/toast.js";
import { keepingFocus } from "./focus.js";
import { invalid, required } from "./forms.js";
import { nameOf } from "./state.js";

const BASIS = { evidenced: "依据材料", declared: "仅有申报", person: "人工判定" };
const VETO = { met: ["✗", "存在"], not_met: ["✓", "不存在"], undetermined: ["?", "待定"] };

export class Conditions {
  #desk;

  constructor(desk, node) {
    this.#desk = desk;
    this.list = h("div", { class: "conditions", tabindex: "-1" });
    show(node, this.list);
    desk.on("data", () => this.draw());
    desk.on("condition", (key) => this.reveal(key));
  }

  draw() {
    const { policies } = this.#desk.data;
    keepingFocus(this.list, () => show(this.list, policies.length === 0
      ? h("div", { class: "empty-list" }, h("p", null, "没有选择政策。"), h("p", { class: "soft" }, "点右上角“设置”选好政策后，这里逐条列出认定条件是否达标。"))
      : policies.map((p) => this.#policy(p))));
  }

  /** Opens the branch of a condition and puts the focus there. */
  reveal(key) {
    const node = this.list.querySelector(`[data-condition="${CSS.escape(key)}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
  }

  #policy(p) {
    return h("section", { class: "policy" },
      h("div", { class: "group-head" }, h("h2", null, p.title ?? p.name), conditionBadge(p.status)),
      h("p", { class: "soft" }, [p.doc_no, p.summary, p.in_force === false ? "基准日不适用" : ""].filter(Boolean).join(" · ")),
      (p.notes ?? []).map((n) => h("p", { class: "notice warn" }, typeof n === "string" ? n : n.text)),
      p.conditions && h("ul", { class: "tree" }, this.#node(p.conditions)),
      (p.vetoes ?? []).length > 0 && [h("h3", null, "否决情形"), h("ul", { class: "tree" }, p.vetoes.map((v) => this.#veto(v)))]);
  }

  #node(n) {
    return h("li", { class: `node s-${n.status}` },
      h("div", { class: "node-row", tabindex: "-1", data: { condition: n.key ?? "" } },
        conditionBadge(n.status),
        h("span", { class: "node-text" }, h("span", null, n.text || n.label), n.children ? null : this.#detail(n)),
        n.children ? null : this.#decide(n, CONDITIONS)),
      n.children && h("ul", null, n.children.map((c) => this.#node(c))));
  }

  #detail(n) {
    const parts = [
      n.required?.text && `要求 ${n.required.text}`,
      n.actual?.text && `实际 ${n.actual.text}`,
      n.gap?.text,
      n.status === "undetermined" && n.declared_met && "按申报值可达标，尚待材料证明",
      BASIS[n.basis],
    ].filter(Boolean);
    return h("small", { class: "soft" }, parts.join(" · "), n.material && h("span", { class: "material" }, n.material),
      n.decision && h("span", { class: "material" }, `${n.decision.who} ${String(n.decision.when).slice(0, 10)} 判定：${n.decision.why}`),
      this.#findings(n));
  }

  #findings(n) {
    const found = n.key ? this.#desk.data.findings.filter((f) => f.conditions.includes(n.key)) : [];
    return found.length > 0 && h("span", { class: "node-findings" }, found.map((f) =>
      h("button", { type: "button", class: `reference v-${f.verdict}`, on: { click: () => { this.#desk.show("findings"); this.#desk.select(f.key); } } },
        h("span", { class: "sym", "aria-hidden": "true" }, VERDICTS[f.verdict][0]), h("span", { class: "unseen" }, VERDICTS[f.verdict][1]), nameOf(f))));
  }

  #veto(v) {
    const [sign, word] = VETO[v.status] ?? VETO.undetermined;
    const look = { met: "not_met", not_met: "met", undetermined: "undetermined" }[v.status];
    return h("li", { class: `node s-${look}` }, h("div", { class: "node-row", tabindex: "-1", data: { condition: v.key } },
      h("span", { class: `badge s-${look}` }, h("span", { class: "sym", "aria-hidden": "true" }, sign), word),
      h("span", { class: "node-text" }, h("span", null, v.text), h("small", { class: "soft" }, [v.effect, v.counted ? "须人工排除" : ""].filter(Boolean).join(" · "),
        v.decision && h("span", { class: "material" }, `${v.decision.who} ${String(v.decision.when).slice(0, 10)} 判定：${v.decision.why}`))),
      this.#decide(v, VETO)));
  }

  #decide(n, words) {
    const { can, package: pkg } = this.#desk.data;
    if (!can.review || pkg.decision || !n.key) return null;
    if (n.decision) return h("button", { type: "button", class: "small", data: { fid: `undecide ${n.key}` }, "aria-label": `撤销判定：${n.text}`, on: { click: () => this.#takeBack(n) } }, "撤销");
    const open = n.status === "undetermined";
    return h("button", { type: "button", class: open ? "small" : "small quiet", data: { fid: `decide ${n.key}` }, "aria-label": `人工判定：${n.text}`, on: { click: () => this.#ask(n, words) } }, open ? "判定…" : "改判…");
  }

  #ask(n, words) {
    const options = ["met", "not_met"].map((s) => h("label", { class: "check" }, h("input", { type: "radio", name: "condition-status", value: s }), words[s][1]));
    const why = h("textarea", { maxlength: "2000" });
    return dialog({
      title: "人工判定",
      body: [h("p", null, n.text), n.material && h("p", { class: "soft" }, n.material), h("fieldset", { class: "choices" }, h("legend", null, "判定为"), options), labelled("理由", why, "写明依据，例如材料名称与页码；将写入核对记录。")],
      actions: [{
        label: "保存判定",
        run: async () => {
          const chosen = options.map((o) => o.firstChild).find((r) => r.checked);
          if (!chosen) throw invalid(options[0].firstChild, "请选择判定结果。");
          const reason = required(why, "请写明理由。");
          await this.#desk.change(() => put(`${this.#desk.path}/conditions`, { condition: n.key, status: chosen.value, why: reason, version: this.#desk.version }));
          this.#desk.did(`condition ${n.key}`, () => this.#takeBack(n));
          toast(`已判定：${n.text} — ${words[chosen.value][1]}`, { kind: "good" });
        },
      }],
    });
  }

  async #takeBack(n) {
    const query = new URLSearchParams({ condition: n.key, version: String(this.#desk.version) });
    try {
      await this.#desk.change(() => del(`${this.#desk.path}/conditions?${query}`));
      this.#desk.undone(`condition ${n.key}`);
      toast(`已撤销判定：${n.text}`);
    } catch (problem) {
      tell(problem);
    }
  }
}
