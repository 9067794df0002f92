// A package that is not ready yet: how far it is, how to stop it, what went wrong and what can be done.
import { post } from "../lib/api.js";
import { announce, h, show } from "../lib/dom.js";
import { confirm } from "../lib/dialog.js";
import { LIVE, stateChip } from "../lib/labels.js";
import { follow } from "../lib/sse.js";
import { tell } from "../lib/toast.js";

const AGAIN_MS = 5000; // before progress is asked for anew where the connection was refused

export class Progress {
  #desk;
  #stop = null;

  /** `onDone()`: the run has ended, whatever came of it. */
  constructor(desk, node, onDone) {
    this.#desk = desk;
    this.node = node;
    this.onDone = onDone;
    window.addEventListener("pagehide", () => this.#stop?.());
  }

  draw() {
    const { run } = this.#desk.data.package;
    this.#stop?.();
    this.#stop = null;
    this.node.hidden = !run || run.state === "done";
    if (this.node.hidden) return show(this.node);
    if (LIVE.has(run.state)) return this.#live(run);
    const what = run.state === "failed" ? "没有办成" : "已停止";
    return show(this.node, h("div", { class: `notice ${run.state === "failed" ? "bad" : "warn"}`, role: "alert" }, h("strong", null, `这个材料包${what}。`),
      h("p", null, run.error || (run.state === "failed" ? "原因未知；请重试，仍不行请联系管理员。" : "可以重新开始；已经读过的页不会再读一遍。")),
      h("button", { type: "button", class: "primary", on: { click: (e) => this.#press(e, () => post(`${this.#desk.path}/retry`)) } }, "重试")));
  }

  #live(run) {
    const bar = h("progress", { "aria-label": "读取进度" });
    const chip = h("span");
    const pages = h("b", { class: "nowrap" });
    const doing = h("span", { class: "soft doing" });
    const tellState = (r) => {
      show(chip, stateChip(r.state));
      pages.textContent = r.pages_total ? `${r.pages_done}/${r.pages_total} 页` : "";
      doing.textContent = r.doing || (r.state === "queued" ? "前面还有别的材料包，轮到时自动开始；可以先离开本页。" : "");
      if (r.pages_total) Object.assign(bar, { max: r.pages_total, value: r.pages_done });
      else bar.removeAttribute("value");
    };
    show(this.node, h("div", { class: "running", role: "status" }, chip, pages, bar, doing,
      h("button", { type: "button", class: "small", on: { click: (e) => this.#cancel(e) } }, "停止")));
    tellState(run);
    const listen = () => {
      this.#stop = follow(`${this.#desk.path}/progress`, {
        onProgress: tellState,
        onEnd: () => { announce("材料包已办完"); this.onDone(); },
        onLost: () => setTimeout(() => this.onDone(), AGAIN_MS),
      });
    };
    listen();
  }

  async #cancel(e) {
    const button = e.currentTarget;
    if (await confirm({ title: "停止处理", text: "停止后可以重试；已经读过的页不会再读一遍。", ok: "停止", danger: true })) this.#press({ currentTarget: button }, () => post(`${this.#desk.path}/cancel`));
  }

  async #press({ currentTarget: button }, ask) {
    button.disabled = true;
    try {
      await ask();
      await this.onDone();
    } catch (problem) {
      button.disabled = false;
      tell(problem);
    }
  }
}
