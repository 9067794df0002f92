// The tabs of the administration: arrows move between them, the address keeps which one is open.
import { drawAudit } from "./audit.js";
import { drawOrganisations } from "./organisations.js";
import { drawUsers } from "./users.js";

const DRAW = { users: drawUsers, audit: drawAudit, organisations: drawOrganisations };
const tabs = [...document.querySelectorAll("[role=tab]")];
const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

function open(tab, { focus = false } = {}) {
  for (const other of tabs) {
    const on = other === tab;
    other.setAttribute("aria-selected", String(on));
    other.tabIndex = on ? 0 : -1;
    panelOf(other).hidden = !on;
  }
  history.replaceState(null, "", `#${panelOf(tab).id}`);
  if (focus) tab.focus();
  DRAW[panelOf(tab).id](panelOf(tab));
}

for (const [i, tab] of tabs.entries()) {
  tab.addEventListener("click", () => open(tab));
  tab.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (step) open(tabs[(i + step + tabs.length) % tabs.length], { focus: true });
  });
}
open(tabs.find((t) => `#${panelOf(t).id}` === location.hash) ?? tabs[0]);
