// Thumbnails of all pages in their order; a picture is asked for only once its place comes into view.
import { h, show } from "../lib/dom.js";

export class Strip {
  #desk;
  #pictures;
  #open;
  #filled = "";
  #watch;

  constructor(desk, pictures, open) {
    this.#desk = desk;
    this.#pictures = pictures;
    this.#open = open;
    this.list = h("ol", { class: "thumbs" });
    this.node = h("nav", { class: "strip", "aria-label": "全部页面" }, this.list);
    this.#watch = new IntersectionObserver((entries) => {
      for (const e of entries) if (e.isIntersecting) this.#picture(e.target);
    }, { root: this.node, rootMargin: "200px 0px" });
    desk.on("current", () => this.#dots());
  }

  fill() {
    const { pages } = this.#desk.data;
    const now = JSON.stringify(pages.map((p) => [p.file, p.page, p.label, p.document]));
    if (now !== this.#filled) {
      this.#filled = now;
      this.#watch.disconnect();
      let before = null;
      show(this.list, pages.map((p) => {
        const head = p.label && p.document !== before ? h("span", { class: "thumb-head", title: p.label }, p.label) : null;
        before = p.document;
        const sheet = h("span", { class: "thumb-sheet", vars: { "--ratio": p.width && p.height ? p.width / p.height : 0.7 } });
        const button = h("button", {
          type: "button", class: "thumb", data: { file: p.file, page: p.page }, "aria-label": `${p.label || "页面"} 第${p.page}页`,
          on: { click: () => this.#open(p.file, p.page) },
        }, sheet, h("span", { class: "thumb-number" }, String(p.page)));
        if (p.picture !== false) this.#watch.observe(button);
        return h("li", null, head, button);
      }));
    }
    this.#dots();
  }

  #dots() {
    const with_ = new Set((this.#desk.finding()?.evidence ?? []).map((s) => `${s.file}-${s.page}`));
    for (const b of this.list.querySelectorAll(".thumb")) b.classList.toggle("evidence", with_.has(`${b.dataset.file}-${b.dataset.page}`));
  }

  #picture(button) {
    this.#watch.unobserve(button);
    const { file, page } = button.dataset;
    this.#pictures.thumb(Number(file), Number(page)).then(
      (image) => button.querySelector(".thumb-sheet").append(h("img", { src: image.src, alt: "" })),
      () => button.classList.add("failed"),
    );
  }

  mark({ file, page }) {
    for (const b of this.list.querySelectorAll(".thumb")) {
      const here = Number(b.dataset.file) === file && Number(b.dataset.page) === page;
      if (here === b.hasAttribute("aria-current")) continue;
      if (here) b.setAttribute("aria-current", "page");
      else b.removeAttribute("aria-current");
      if (here) b.scrollIntoView({ block: "nearest" });
    }
  }
}
