// Progress as it comes, by server-sent events.
import { API } from "./api.js";

/**
 * Follows `path` (…/progress): `onProgress(data)` for each event, `onEnd(data)` once at the end.
 * Reconnects by itself; `onLost()` where the server refuses for good. Returns a function that stops it.
 */
export function follow(path, { onProgress, onEnd = () => {}, onLost = () => {} }) {
  const source = new EventSource(`${API}${path}`);
  source.addEventListener("progress", (e) => onProgress(JSON.parse(e.data)));
  source.addEventListener("end", (e) => {
    source.close();
    onEnd(e.data ? JSON.parse(e.data) : null);
  });
  source.addEventListener("error", () => {
    // While it reconnects the state is CONNECTING; CLOSED means an answer that is no event stream.
    if (source.readyState === EventSource.CLOSED) onLost();
  });
  return () => source.close();
}
