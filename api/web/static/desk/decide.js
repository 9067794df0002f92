// The decision about the whole package.
import { get, post } from "../lib/api.js";
import { h, show } from "../lib/dom.js";
import { confirm, dialog, field as labelled } from "../lib/dialog.js";
import { moment } from "../lib/format.js";
import { DECISIONS } from "../lib/labels.js";
import { tell, toast } from "../lib/toast.js";
import { keepingFocus } from "./focus.js";
import { required } from "./forms.js";
import { settled } from "./state.js";

const LOOK = { recommend: "primary", return: "", reject: "" };

export class DecisionBar {
  #desk;

  constructor(desk, node) {
    this.#desk = desk;
    this.node = node;
    desk.on("data", () => keepingFocus(node, () => this.draw()));
  }

  draw() {
    const { package: pkg, can, findings } = this.#desk.data;
    const d = pkg.decision;
    if (d) {
      show(this.node, h("p", { class: `decided ${d.decision}` }, h("b", null, DECISIONS[d.decision]), ` ${d.signature} · ${moment(d.at)}`, d.note && h("span", { class: "soft block clamp", title: d.note }, d.note)),
        can.decide && h("button", { type: "button", class: "small", data: { fid: "withdraw" }, on: { click: () => this.#withdraw() } }, "撤回意见"));
      return;
    }
    const open = findings.filter((f) => !settled(f)).length;
    show(this.node, h("p", { class: "soft" }, !can.decide ? "由审核员作出审核意见" : open ? `还有 ${open} 项未看` : "各项均已看过，可作出审核意见"),
      can.decide && h("span", { class: "decisions" }, Object.entries(DECISIONS).map(([key, word]) =>
        h("button", { type: "button", class: `small ${open === 0 ? LOOK[key] : ""}`, data: { fid: `decide ${key}` }, on: { click: () => this.#decide(key, open) } }, word))));
  }

  async #send(body) {
    await this.#desk.change(async () => {
      await post(`${this.#desk.path}/decision`, { ...body, version: this.#desk.version });
      return get(`${this.#desk.path}/desk`);
    });
  }

  async #decide(decision, open) {
    const { user } = await this.#me();
    const note = h("textarea", { maxlength: "4000" });
    const signature = h("input", { maxlength: "100", autocomplete: "off", placeholder: user.name });
    const { counts } = this.#desk.data.package;
    const against = (counts.contradicted ?? 0) + (counts.wrong_entity ?? 0) + (counts.expired ?? 0);
    await dialog({
      title: `审核意见：${DECISIONS[decision]}`,
      body: [
        open > 0 && h("p", { class: "notice warn" }, `还有 ${open} 项没有看过。`),
        decision === "recommend" && against > 0 && h("p", { class: "notice warn" }, `有 ${against} 项证据与申报不符、失效或非本企业；推荐前请确认已逐项处理。`),
        labelled(decision === "recommend" ? "意见（可不填）" : "意见", note, decision === "return" ? "写明须补正的内容；“补正通知”可从“导出”下载。" : ""),
        labelled("签名", signature, `请输入您的姓名作为签名；签名时间 ${moment(new Date().toISOString())}。作出意见后不能再更正，撤回后可以。`),
      ],
      actions: [{
        label: DECISIONS[decision],
        kind: decision === "reject" ? "danger" : "primary",
        run: async () => {
          const text = decision === "recommend" ? note.value.trim() : required(note, "请写明意见。");
          await this.#send({ decision, note: text, signature: required(signature, "请输入您的姓名作为签名。") });
          toast(`已作出审核意见：${DECISIONS[decision]}`, { kind: "good" });
        },
      }],
      onOpen: () => (decision === "recommend" ? signature : note).focus(),
    });
  }

  #me() {
    return get("/auth/me");
  }

  async #withdraw() {
    if (!(await confirm({ title: "撤回审核意见", text: "撤回后可以继续更正和重新作出意见；撤回会记入记录。", ok: "撤回" }))) return;
    try {
      await this.#send({ decision: "withdraw", note: "", signature: "" });
      toast("已撤回审核意见");
    } catch (problem) {
      tell(problem);
    }
  }
}
