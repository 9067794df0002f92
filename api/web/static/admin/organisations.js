// The organisations on this service; their data is nobody else's.
import { ApiProblem, get, post } from "../lib/api.js";
import { dialog, field } from "../lib/dialog.js";
import { h, loading, show } from "../lib/dom.js";
import { moment, number } from "../lib/format.js";
import { pager } from "../lib/pager.js";
import { errorBox, tell } from "../lib/toast.js";
import { tellPassword } from "./users.js";

async function create() {
  const name = h("input", { type: "text", maxlength: "200" });
  const login = h("input", { type: "text", maxlength: "64", autocomplete: "off" });
  const person = h("input", { type: "text", maxlength: "100", autocomplete: "off" });
  const made = await dialog({
    title: "新建单位",
    body: [field("单位名称", name), field("首位管理员的登录名", login, "字母、汉字、数字或 . _ @ -，至少 2 个字符"), field("首位管理员的姓名", person)],
    actions: [{ label: "新建", kind: "primary", run: () => {
      const given = [name, login, person].map((x) => x.value.trim());
      if (given.includes("")) throw new ApiProblem({ status: 400, title: "还没有填完", detail: "请填写单位名称和首位管理员。" });
      return post("/organisations", { name: given[0], admin: { login: given[1], name: given[2] } });
    } }],
  });
  if (made) await tellPassword(made.admin);
  return made !== null;
}

/** Shows the organisations in `place`. */
export async function drawOrganisations(place, page = 1) {
  const again = () => drawOrganisations(place, page);
  if (!place.hasChildNodes()) show(place, loading());
  try {
    const answer = await get("/organisations", { page, page_size: 50 });
    show(place, h("div", { class: "toolbar" }, h("p", { class: "soft" }, "各单位的数据互不可见；运维人员也看不到其他单位的材料。"),
      h("button", { type: "button", class: "primary push", on: { click: async () => {
        try {
          if (await create()) again();
        } catch (problem) {
          tell(problem);
        }
      } } }, "新建单位")),
    h("div", { class: "table-box" }, h("table", null, h("caption", { class: "unseen" }, "单位"),
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "单位"), h("th", { scope: "col", class: "num" }, "账号"), h("th", { scope: "col" }, "建立"))),
      h("tbody", null, answer.items.map((o) => h("tr", null, h("th", { scope: "row", class: "name" }, o.name), h("td", { class: "num" }, number(o.users)), h("td", { class: "soft" }, moment(o.created_at))))))),
    pager(answer, (to) => drawOrganisations(place, to), "个单位"));
  } catch (problem) {
    show(place, errorBox(problem, again));
  }
}
