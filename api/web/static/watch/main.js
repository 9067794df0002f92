// The re-check calendar: what is overdue, then month by month.
import { API, all, post } from "../lib/api.js";
import { byId, h, show } from "../lib/dom.js";
import { confirm } from "../lib/dialog.js";
import { daysUntil, isoDay } from "../lib/format.js";
import { filters } from "../lib/pager.js";
import { showOnce } from "../lib/secret.js";
import { errorBox, tell } from "../lib/toast.js";
import { deskAt } from "../batches/repeats.js";
import { addChange, reportChange } from "./changes.js";

const SOON_DAYS = 30;
const FEED_DAYS = 3660;
const KINDS = {
  review_due: "称号复核",
  change_report_due: "变更报告",
  high_tech_expires: "高企证书到期",
  certificate_expires: "证书到期",
  licence_expires: "执照到期",
  patent_expires: "专利期满",
};
const list = byId("list");
let filter = null;

function distance(day) {
  const n = daysUntil(day);
  if (n < 0) return h("span", { class: "chip bad" }, `逾期 ${-n} 天`);
  if (n === 0) return h("span", { class: "chip bad" }, "今天");
  return h("span", { class: `chip ${n <= SOON_DAYS ? "warn" : ""}` }, `还有 ${n} 天`);
}

function row(item) {
  const place = item.place && { id: item.package.id, index: item.index, page: item.place.page };
  return h("tr", null,
    h("td", { class: "nowrap" }, h("time", { datetime: item.due }, item.due)),
    h("td", null, distance(item.due)),
    h("td", null, KINDS[item.kind] ?? item.kind),
    h("th", { scope: "row", class: "name" }, h("a", { href: `/packages/${item.package.id}` }, item.enterprise)),
    h("td", null, item.title, h("div", { class: "soft sub" }, item.basis)),
    h("td", null, place ? h("a", { href: deskAt(place) }, `${item.place.file} 第${item.place.page}页`) : h("span", { class: "soft" }, "—")),
    h("td", { class: "actions" }, item.change && h("button", { type: "button", class: "small", on: { click: async () => {
      if (await reportChange(item)) load(filter.values());
    } } }, "已报告…")));
}

const group = (title, items, cls = "") =>
  h("section", { class: `month ${cls}` }, h("h2", null, title, h("span", { class: "soft" }, ` ${items.length} 项`)),
    h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": title }, h("table", { class: "dates" }, h("caption", { class: "unseen" }, title),
      h("thead", null, h("tr", null, ["日期", "期限", "事项", "企业", "内容与依据", "出处"].map((t) => h("th", { scope: "col" }, t)), h("td", null, h("span", { class: "unseen" }, "操作")))),
      h("tbody", null, items.map(row)))));

function groups(items) {
  const overdue = items.filter((i) => daysUntil(i.due) < 0);
  const months = new Map();
  for (const item of items.filter((i) => daysUntil(i.due) >= 0)) {
    const key = item.due.slice(0, 7);
    months.set(key, [...(months.get(key) ?? []), item]);
  }
  const name = (key) => `${key.slice(0, 4)} 年 ${Number(key.slice(5))} 月`;
  return [overdue.length > 0 && group("已逾期", overdue, "overdue"), [...months].map(([key, some]) => group(name(key), some))];
}

function nothing(values) {
  if (values.kind || values.within) {
    return h("div", { class: "empty" }, h("h2", null, "没有符合条件的事项"), h("a", { class: "button", href: "/watch" }, "清除筛选"));
  }
  return h("div", { class: "empty" }, h("h2", null, "还没有要留意的日期"),
    h("p", null, "核对过的材料包里有证书、执照时，它们的到期日会自动出现在这里；称号三年复核、变更报告的期限也在这里。"),
    h("p", null, h("a", { class: "button", href: "/" }, "去上传材料包")));
}

async function load(values) {
  const { kind, within } = values;
  try {
    const until = within ? isoDay(new Date(Date.now() + Number(within) * 86400000)) : "";
    const items = await all("/watch", { kind, until });
    show(list, items.length ? groups(items) : nothing(values));
  } catch (problem) {
    show(list, errorBox(problem, () => load(filter.values())));
  }
  list.removeAttribute("aria-busy");
}

async function subscribe() {
  const sure = await confirm({ title: "订阅日历", ok: "生成订阅地址", text: [
    "生成一个地址，在 Outlook、手机日历等程序里“从网络订阅”，到期事项会自动更新。",
    "知道这个地址的人都能看到本单位的到期事项（看不到材料）；可随时在“我的账号”里撤销。"] });
  if (!sure) return;
  try {
    const made = await post("/tokens", { name: "日历订阅", scope: "calendar", days: FEED_DAYS });
    await showOnce({ title: "日历订阅地址", label: "订阅地址", value: `${location.origin}${API}/watch.ics?token=${made.token}`,
      text: "把它粘贴到日历程序的“订阅”里。地址只显示这一次；丢失时撤销后重新生成。" });
  } catch (problem) {
    tell(problem);
  }
}

byId("feed").addEventListener("click", subscribe);
byId("add")?.addEventListener("click", async () => {
  if (await addChange()) load(filter.values());
});
filter = filters(byId("filters"), load);
load(filter.values());
