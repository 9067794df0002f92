// The words and signs of everything that has a key; the same as in the reports (a test compares them).
import { h } from "./dom.js";

/** Verdicts of findings, riskiest first: [sign, word, what it means]. */
export const VERDICTS = {
  contradicted: ["✗", "不符", "本企业的证据与申报值不一致，理由中写明最可能的原因。请核实申报值或退回更正。"],
  unsure: ["?", "待核", "找到了证据，但读得不够确定、互相矛盾或未经审计，系统不下结论。请对照截图人工判断。"],
  wrong_entity: ["⇄", "非本企业", "找到的证据属于其他单位，不能证明本企业的申报值。请核对名称，更名或共有的请补充证明。"],
  expired: ["!", "已失效", "本企业的证据在核验基准日不在有效期内。请补交有效的证书或续期证明。"],
  missing: ["∅", "缺证据", "材料中没有能证明该项的证据。请补交材料；不代表申报值有误。"],
  supported: ["✓", "相符", "本企业的有效证据按申报的小数位数与申报值一致。"],
};

/** Verdicts of whole packages: [sign, word, what it means]. */
export const OUTCOMES = {
  fail: ["✗", "存在不符", "证据否定了部分申报值，请先看排在最前的各项。"],
  review: ["?", "需人工复核", "部分项目缺证据、证据无效或需要人工判断。"],
  pass: ["✓", "全部相符", "每一项申报值都有本企业的有效证据支持。"],
  error: ["!", "未能核对", "材料包没有办成，原因见该行。"],
};

/** Conditions of policies. */
export const CONDITIONS = { met: ["✓", "达标"], not_met: ["✗", "未达标"], undetermined: ["?", "待定"] };

/** States of a run. */
export const RUN_STATES = {
  queued: "排队中",
  planning: "准备中",
  reading: "识别中",
  judging: "核对中",
  done: "已办完",
  failed: "未办成",
  cancelled: "已取消",
};
export const LIVE = new Set(["queued", "planning", "reading", "judging"]);

export const DECISIONS = { recommend: "推荐", return: "退回补正", reject: "不予推荐" };
export const ROLES = { admin: "管理员", reviewer: "审核员", submitter: "填报人" };

const signed = (cls, [sign, word], more) => h("span", { class: cls, ...more }, h("span", { class: "sym", "aria-hidden": "true" }, sign), word);

/** A finding's verdict: colour, sign and word. */
export const verdictBadge = (verdict) => signed(`badge v-${verdict}`, VERDICTS[verdict] ?? ["?", verdict]);

/** A package's verdict; null: not judged. */
export const outcomeBadge = (outcome) =>
  outcome ? signed(`badge o-${outcome}`, OUTCOMES[outcome] ?? ["?", outcome]) : h("span", { class: "soft" }, "—");

/** A condition's status. */
export const conditionBadge = (status) => signed(`badge s-${status}`, CONDITIONS[status] ?? ["?", status]);

/** A run's state. */
export const stateChip = (state) => h("span", { class: `chip state-${state}` }, RUN_STATES[state] ?? state);

/** Counts of findings as small badges, riskiest first: ✗ 2 ? 1 …, read out with their words. */
export function tally(counts) {
  const kept = Object.keys(VERDICTS).filter((v) => counts?.[v]);
  if (kept.length === 0) return h("span", { class: "soft" }, "—");
  return h("span", { class: "tally" }, kept.map((v) =>
    h("span", { class: `count v-${v}`, title: `${VERDICTS[v][1]} ${counts[v]} 项` },
      h("span", { class: "sym", "aria-hidden": "true" }, VERDICTS[v][0]), h("span", { class: "unseen" }, VERDICTS[v][1]), String(counts[v]))));
}
