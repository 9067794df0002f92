// Progress of the packages that are being read: a few by events, the others by asking again.
import { get } from "../lib/api.js";
import { LIVE } from "../lib/labels.js";
import { follow } from "../lib/sse.js";

// A browser opens six connections to one server; pages and pictures need some of them.
const FOLLOWED = 4;
const ASK_MS = 4000;

/**
 * Keeps the running ones among `packages` up to date until stopped. `onChange(package)` after each change,
 * `onDone(package)` when one has finished. Returns a function that stops it.
 */
export function watchRunning(packages, { onChange, onDone }) {
  const byState = { reading: 0, judging: 1, planning: 2, queued: 3 };
  const running = packages.filter((p) => p.run && LIVE.has(p.run.state)).sort((a, b) => byState[a.run.state] - byState[b.run.state]);
  const stops = new Map();
  const asked = new Map();
  let stopped = false;

  async function renew(p) {
    const fresh = await get(`/packages/${p.id}`);
    if (stopped) return;
    if (fresh.run && LIVE.has(fresh.run.state)) return onChange(fresh);
    stops.get(p.id)?.();
    stops.delete(p.id);
    asked.delete(p.id);
    onDone(fresh);
    promote();
  }
  function followOne(p) {
    // Where a new run has begun meanwhile, or the question fails, it goes on by asking.
    const ended = () => {
      stops.delete(p.id);
      asked.set(p.id, p);
      renew(p).catch(() => {});
    };
    stops.set(p.id, follow(`/packages/${p.id}/progress`, {
      onProgress: (data) => !stopped && onChange({ ...p, run: { ...p.run, ...data } }),
      onEnd: ended,
      onLost: () => { stops.delete(p.id); asked.set(p.id, p); },
    }));
  }
  function promote() {
    for (const [id, p] of asked) {
      if (stops.size >= FOLLOWED) return;
      asked.delete(id);
      followOne(p);
    }
  }
  for (const p of running) asked.set(p.id, p);
  promote();
  const timer = setInterval(() => {
    if (document.hidden) return;
    // A failed question is asked again next time.
    for (const p of asked.values()) renew(p).catch(() => {});
  }, ASK_MS);
  return () => {
    stopped = true;
    clearInterval(timer);
    for (const stop of stops.values()) stop();
  };
}
