// Page pictures and thumbnails: asked for once, the one that is looked at before neighbours and thumbnails.

const AT_ONCE = 2; // pictures under way that nobody is waiting for
const THUMB_PX = 240; // width of a thumbnail

export class Pictures {
  #desk;
  #waiting = [];
  #running = 0;
  #known = new Map();

  constructor(desk) {
    this.#desk = desk;
  }

  url(file, page, unmasked = false) {
    return this.#desk.picture(file, page, unmasked ? { unmasked: "true" } : {});
  }

  /** The loaded picture, now; rejects where there is none. */
  now(file, page) {
    const key = `${file}-${page}`;
    this.#waiting = this.#waiting.filter((w) => w.key !== key || (w.start(), false));
    if (!this.#known.has(key)) this.#known.set(key, this.#load(this.url(file, page), key));
    return this.#known.get(key);
  }

  /** The loaded picture as soon as nothing more urgent is under way. */
  later(file, page) {
    return this.#wait(`${file}-${page}`, this.url(file, page));
  }

  /** The loaded thumbnail, likewise. */
  thumb(file, page) {
    return this.#wait(`${file}-${page} small`, this.#desk.picture(file, page, { width: THUMB_PX }));
  }

  #wait(key, url) {
    if (this.#known.has(key)) return this.#known.get(key);
    const promise = new Promise((resolve, reject) => {
      const start = () => this.#load(url, key).then(resolve, reject);
      this.#waiting.push({ key, start });
    });
    this.#known.set(key, promise);
    this.#next();
    return promise;
  }

  #next() {
    while (this.#running < AT_ONCE && this.#waiting.length) this.#waiting.shift().start();
  }

  async #load(url, key) {
    this.#running += 1;
    const image = new Image();
    image.src = url;
    try {
      await image.decode();
      return image;
    } catch (error) {
      this.#known.delete(key);
      throw error;
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }
}
