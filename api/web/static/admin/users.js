// The organisation's people.
import { ApiProblem, del, get, patch, post } from "../lib/api.js";
import { confirm, dialog, field } from "../lib/dialog.js";
import { h, loading, show } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { ROLES } from "../lib/labels.js";
import { pager } from "../lib/pager.js";
import { showOnce } from "../lib/secret.js";
import { errorBox, tell, toast } from "../lib/toast.js";
import { tokenTable } from "../account/tokens.js";

const MEANING = { submitter: "上传材料，只看自己交的", reviewer: "看本单位全部材料，复核、更正、作决定", admin: "另可管理账号、看审计日志、删除材料包" };

const roleSelect = (role) => {
  const select = h("select", null, Object.keys(MEANING).map((r) => h("option", { value: r }, `${ROLES[r]}（${MEANING[r]}）`)));
  select.value = role;
  return select;
};

/** The one-time password of an answer, shown once; nothing where there is none. */
export async function tellPassword({ user, one_time_password: password }) {
  if (!password) return;
  await showOnce({ title: `${user.name} 的一次性口令`, label: "一次性口令", value: password,
    text: `请当面或用安全的方式交给本人。登录名 ${user.login}；首次登录后须改为自己的口令。只显示这一次。` });
}

async function create() {
  const login = h("input", { type: "text", maxlength: "64", autocomplete: "off" });
  const name = h("input", { type: "text", maxlength: "100", autocomplete: "off" });
  const role = roleSelect("reviewer");
  const made = await dialog({
    title: "新建用户",
    body: [field("登录名", login, "字母、汉字、数字或 . _ @ -，至少 2 个字符"), field("姓名", name), field("角色", role)],
    actions: [{ label: "新建", kind: "primary", run: () => {
      if (!login.value.trim() || !name.value.trim()) throw new ApiProblem({ status: 400, title: "还没有填完", detail: "请填写登录名和姓名。" });
      return post("/users", { login: login.value.trim(), name: name.value.trim(), role: role.value });
    } }],
  });
  if (made) await tellPassword(made);
  return made !== null;
}

async function edit(user) {
  const name = h("input", { type: "text", maxlength: "100", value: user.name });
  const role = roleSelect(user.role);
  const made = await dialog({
    title: `修改 ${user.login}`,
    body: [field("姓名", name), field("角色", role)],
    actions: [{ label: "保存", kind: "primary", run: () => patch(`/users/${user.id}`, { name: name.value.trim(), role: role.value }) }],
  });
  return made !== null;
}

async function reset(user) {
  const sure = await confirm({ title: `重置 ${user.name} 的口令？`, text: "原口令和已有登录随即失效，生成一个一次性口令。", ok: "重置口令" });
  if (!sure) return false;
  await tellPassword(await patch(`/users/${user.id}`, { reset_password: true }));
  return true;
}

async function toggle(user) {
  const text = user.disabled ? "恢复后可以再次登录。" : "停用后不能登录，访问令牌也不能用；已有的记录和签名都保留。";
  const sure = await confirm({ title: `${user.disabled ? "恢复" : "停用"} ${user.name}？`, text, ok: user.disabled ? "恢复" : "停用", danger: !user.disabled });
  if (!sure) return false;
  await patch(`/users/${user.id}`, { disabled: !user.disabled });
  toast(user.disabled ? "已恢复" : "已停用", { kind: "good" });
  return true;
}

async function tokensOf(user) {
  const box = h("div", null, loading());
  const draw = async () => {
    try {
      const { items } = await get("/tokens", { user: user.id });
      show(box, items.length ? tokenTable(items, async (t) => { await del(`/tokens/${t.id}`); draw(); }) : h("p", null, "没有访问令牌。"));
    } catch (problem) {
      show(box, errorBox(problem, draw));
    }
  };
  draw();
  await dialog({ title: `${user.name} 的访问令牌`, body: box, wide: true, cancel: "关闭" });
  return false;
}

function row(user, again) {
  const mine = user.id === document.body.dataset.user;
  const act = (label, run) => h("button", { type: "button", class: "small", "aria-label": `${label} ${user.name}`, on: { click: async () => {
    try {
      if (await run(user)) again();
    } catch (problem) {
      tell(problem);
    }
  } } }, label);
  const state = user.disabled ? h("span", { class: "chip bad" }, "已停用") : user.must_change_password ? h("span", { class: "chip warn" }, "待改口令") : h("span", { class: "chip good" }, "正常");
  return h("tr", null,
    h("th", { scope: "row", class: "name" }, user.name, mine && h("span", { class: "soft" }, "（本人）")), h("td", null, user.login),
    h("td", null, ROLES[user.role], user.operator && h("span", { class: "chip" }, "运维")), h("td", null, state),
    h("td", { class: "soft nowrap" }, moment(user.created_at)),
    h("td", { class: "actions" }, act("修改", edit), act("令牌", tokensOf), !mine && [act("重置口令", reset), act(user.disabled ? "恢复" : "停用", toggle)]));
}

/** Shows the people in `place`. */
export async function drawUsers(place, page = 1) {
  const again = () => drawUsers(place, page);
  if (!place.hasChildNodes()) show(place, loading());
  try {
    const answer = await get("/users", { page, page_size: 50 });
    show(place,
      h("div", { class: "toolbar" }, h("p", { class: "soft" }, "每人一个账号；离岗的请停用，不必删除。"),
        h("button", { type: "button", class: "primary push", on: { click: async () => { if (await create()) again(); } } }, "新建用户")),
      h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": "用户列表" }, h("table", null, h("caption", { class: "unseen" }, "用户"),
        h("thead", null, h("tr", null, ["姓名", "登录名", "角色", "状态", "建立"].map((t) => h("th", { scope: "col" }, t)), h("td", null, h("span", { class: "unseen" }, "操作")))),
        h("tbody", null, answer.items.map((u) => row(u, again))))),
      pager(answer, (to) => drawUsers(place, to), "人"));
  } catch (problem) {
    show(place, errorBox(problem, again));
  }
}
