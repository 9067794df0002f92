// Talking to the REST API: one session, CSRF, and errors that a reader understands.

export const API = "/api/v1";

/** An error answer (RFC 9457), or a failed connection (`status` 0). `detail` says what to do. */
export class ApiProblem extends Error {
  constructor({ status = 0, code = "", title = "请求未成功", detail = "", errors = null, request_id = "" }) {
    super(detail || title);
    Object.assign(this, { status, code, title, detail, errors: errors ?? [], requestId: request_id });
  }
}

const unreachable = () =>
  new ApiProblem({ code: "offline", title: "连不上服务", detail: "网络中断，或服务正在重启。请稍等片刻再试；仍不行请联系管理员。" });

let session = null;

/** Who is signed in: {user, organisation, csrf}; asked once. */
export function me() {
  session ??= request("GET", "/auth/me").catch((problem) => {
    session = null;
    throw problem;
  });
  return session;
}

/** `/api/v1/x?a=1&b=2`; empty parameters are left out, arrays repeated. */
export function address(path, params = {}) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") query.append(key, one);
    }
  }
  const text = query.toString();
  return `${API}${path}${text ? `?${text}` : ""}`;
}

/** The session has ended: the same address now shows the sign-in page, which leads back here. */
function signInAgain() {
  location.reload();
  return new Promise(() => {});
}

function problemOf(status, text) {
  try {
    return new ApiProblem({ status, ...JSON.parse(text) });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new ApiProblem({ status, title: `服务答复有误（${status}）`, detail: "请稍后重试；仍不行请联系管理员。" });
  }
}

async function request(method, path, { params, body, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = (await me()).csrf;
  if (body !== undefined && !(body instanceof FormData)) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address(path, params), {
      method,
      headers,
      signal,
      credentials: "same-origin",
      body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (answer.status === 401) return signInAgain();
  const text = await answer.text();
  if (!answer.ok) throw problemOf(answer.status, text);
  return text ? JSON.parse(text) : null;
}

/** GET; options: {params, signal}. */
export const get = (path, params, signal) => request("GET", path, { params, signal });
export const post = (path, body) => request("POST", path, { body });
export const put = (path, body) => request("PUT", path, { body });
export const patch = (path, body) => request("PATCH", path, { body });
export const del = (path, body) => request("DELETE", path, { body });

/** All items of a paged list, at most `limit`. */
export async function all(path, params = {}, limit = 2000) {
  const items = [];
  for (let page = 1; items.length < limit; page += 1) {
    const part = await get(path, { ...params, page, page_size: 100 });
    items.push(...part.items);
    if (part.items.length === 0 || items.length >= part.total) break;
  }
  return items;
}

/**
 * POST of a form with files. `onProgress(fraction)` runs while bytes go out; `signal` aborts.
 * Throws ApiProblem; AbortError where it was stopped.
 */
export async function upload(path, form, { onProgress = () => {}, signal } = {}) {
  const { csrf } = await me();
  return new Promise((resolve, reject) => {
    const ask = new XMLHttpRequest();
    ask.open("POST", address(path));
    ask.setRequestHeader("X-CSRF-Token", csrf);
    ask.setRequestHeader("Accept", "application/json");
    ask.upload.addEventListener("progress", (e) => e.lengthComputable && onProgress(e.loaded / e.total));
    ask.addEventListener("error", () => reject(unreachable()));
    ask.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    ask.addEventListener("load", () => {
      if (ask.status === 401) return void signInAgain();
      if (ask.status >= 400) return void reject(problemOf(ask.status, ask.responseText));
      resolve(JSON.parse(ask.responseText));
    });
    signal?.addEventListener("abort", () => ask.abort());
    ask.send(form);
  });
}
