// The own password and the own tokens.
import { ApiProblem, del, get, post } from "../lib/api.js";
import { dialog, field } from "../lib/dialog.js";
import { byId, h, show } from "../lib/dom.js";
import { showOnce } from "../lib/secret.js";
import { errorBox, tell, toast } from "../lib/toast.js";
import { tokenTable } from "./tokens.js";

const form = byId("password");

async function changePassword(e) {
  e.preventDefault();
  const place = byId("password-problem");
  const button = form.querySelector("button");
  show(place);
  const { old, new: fresh, again } = Object.fromEntries(new FormData(form));
  if (fresh !== again) {
    show(place, errorBox(new ApiProblem({ title: "两遍不一样", detail: "请重新输入新口令，两遍须相同。" })));
    byId("again").focus();
    return;
  }
  button.disabled = true;
  try {
    await post("/auth/password", { old, new: fresh });
    form.reset();
    if ("mustChange" in document.body.dataset) location.assign("/");
    else toast("口令已修改；其他浏览器上的登录已失效。", { kind: "good" });
  } catch (problem) {
    show(place, errorBox(problem));
  } finally {
    button.disabled = false;
  }
}

async function drawTokens() {
  const place = byId("tokens");
  try {
    const { items } = await get("/tokens");
    show(place, items.length ? tokenTable(items, async (t) => { await del(`/tokens/${t.id}`); toast("已撤销", { kind: "good" }); drawTokens(); })
      : h("p", { class: "none" }, "还没有访问令牌。"));
  } catch (problem) {
    show(place, errorBox(problem, drawTokens));
  }
}

async function newToken() {
  const name = h("input", { type: "text", maxlength: "100", placeholder: "例：夜间批量上传" });
  const days = h("select", null, [["90", "90 天"], ["365", "一年"], ["1095", "三年"], ["", "长期"]].map(([v, t]) => h("option", { value: v }, t)));
  days.value = "365";
  const made = await dialog({ title: "新建访问令牌", body: [field("用途", name), field("有效期", days)], actions: [{ label: "新建", kind: "primary", run: () => {
    if (!name.value.trim()) throw new ApiProblem({ status: 400, title: "还没有写用途", detail: "写明用途，以后才知道该不该撤销。" });
    return post("/tokens", { name: name.value.trim(), scope: "api", days: days.value ? Number(days.value) : null });
  } }] });
  if (!made) return;
  await showOnce({ title: `访问令牌：${made.name}`, label: "访问令牌", value: made.token, text: "调用接口时放在请求头 Authorization: Bearer 之后。只显示这一次，请立即保存。" });
  drawTokens();
}

async function leaveEverywhere() {
  try {
    await post("/auth/sign-out?everywhere=true");
    location.assign("/");
  } catch (problem) {
    tell(problem);
  }
}

form.addEventListener("submit", changePassword);
byId("sign-out-everywhere")?.addEventListener("click", leaveEverywhere);
byId("new-token")?.addEventListener("click", newToken);
if (byId("tokens")) drawTokens();
