// Changes at an enterprise that have to be reported: entering one, and saying that it was reported.
import { ApiProblem, get, patch, post } from "../lib/api.js";
import { dialog, field } from "../lib/dialog.js";
import { h, settled, show } from "../lib/dom.js";
import { today } from "../lib/format.js";
import { errorBox } from "../lib/toast.js";

/** Search for one package and tick it. Returns {node, control, chosen()}. */
function packagePicker() {
  let chosen = null;
  const list = h("div", { class: "pick-list" });
  const find = settled(async () => {
    try {
      const { items } = await get("/packages", { q: search.value.trim(), sort: "-created", page_size: 20 });
      show(list, items.map(row), items.length === 0 && h("p", { class: "soft" }, "没有这样的材料包，换个名称试试。"));
    } catch (problem) {
      show(list, errorBox(problem, find));
    }
  });
  const search = h("input", { type: "search", class: "pick-search", placeholder: "企业或材料包名称", on: { input: find } });
  function row(p) {
    const radio = h("input", { type: "radio", name: "package", on: { change: () => { chosen = p; } } });
    radio.checked = chosen?.id === p.id;
    return h("label", { class: "check pick" }, radio, h("span", null, p.enterprise || p.name, p.enterprise && p.enterprise !== p.name && h("small", null, p.name)));
  }
  find();
  return { node: h("div", null, search, list), control: search, chosen: () => chosen };
}

/** Asks for a change and enters it. Resolves to true when it was entered. */
export function addChange() {
  const picker = packagePicker();
  const what = h("input", { type: "text", maxlength: "300", list: "usual-changes" });
  const usual = h("datalist", { id: "usual-changes" }, ["企业更名", "重组（合并、分立）", "跨地区迁移", "主营业务变更", "法定代表人变更", "生产技术活动重大变化"].map((t) => h("option", { value: t })));
  const on = h("input", { type: "date", max: today() });
  on.value = today();
  return dialog({
    title: "登记变更事项",
    body: [h("p", { class: "soft" }, "更名、重组等重大变化须在规定期限内（一般 30 日）报告。登记后，报告期限会出现在日历里。"),
      field("企业（材料包）", picker.control, "", picker.node), field("变更内容", what), usual, field("发生日期", on)],
    actions: [{ label: "登记", kind: "primary", run: async () => {
      if (!picker.chosen() || !what.value.trim() || !on.value) {
        throw new ApiProblem({ status: 400, title: "还没有填完", detail: "请选一家企业，写明变更内容和发生日期。" });
      }
      await post("/watch/changes", { package: picker.chosen().id, what: what.value.trim(), happened_on: on.value });
      return true;
    } }],
  });
}

/** Asks when a change was reported. Resolves to true when it was entered. */
export function reportChange(item) {
  const on = h("input", { type: "date", max: today() });
  on.value = today();
  return dialog({
    title: "登记已报告",
    body: [h("p", null, `${item.enterprise}：${item.title}`), field("报告日期", on)],
    actions: [{ label: "保存", kind: "primary", run: async () => {
      if (!on.value) throw new ApiProblem({ status: 400, title: "还没有填日期", detail: "请填写报告的日期。" });
      await patch(`/watch/changes/${item.change}`, { reported_on: on.value });
      return true;
    } }],
  });
}
