// The address names what is looked at: `#finding=<key>` or `#page=<file>.<page>`, so that a link leads there.
import { toast } from "../lib/toast.js";

function named() {
  const given = new URLSearchParams(location.hash.slice(1));
  const page = /^(\d+)\.(\d+)$/.exec(given.get("page") ?? "");
  return { finding: given.get("finding"), page: page && { file: Number(page[1]), page: Number(page[2]) } };
}

/** Opens what the address names; where it names nothing that is here, `otherwise()`. */
function open(desk, otherwise) {
  const { finding, page } = named();
  if (page && desk.page(page.file, page.page)) return desk.look(page);
  if (finding && desk.finding(finding)) {
    if (!desk.rows().includes(finding)) desk.filterBy("all");
    desk.show("findings");
    desk.select(finding);
  } else if (page || finding) toast("链接所指的页面或核对项已不在这个材料包里。");
  return otherwise();
}

/** Follows the address, and lets it follow the chosen finding. `ready()`: whether there is anything to open yet. */
export function followAddress(desk, ready, otherwise) {
  let opened = false;
  desk.on("data", () => {
    if (opened || !ready()) return;
    opened = true;
    open(desk, otherwise);
  });
  const write = () => history.replaceState(null, "", `#${new URLSearchParams({ finding: desk.current })}`);
  desk.on("current", write);
  // Back from a page that a link led to: the finding may be the one that was chosen all along.
  desk.on("spot", ({ box }) => box && desk.current && write());
  addEventListener("hashchange", () => opened && open(desk, otherwise));
}
