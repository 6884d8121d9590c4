/** Which part of the page is in front where there is no room for all of them: people, conversation or panel. */

const WIDE = matchMedia("(min-width: 1100px)");
const NARROW = matchMedia("(max-width: 699px)");
const listeners = new Set();

/** `pane` is "chats", "talk" or "aside"; `tab` is the panel's page that is chosen. */
export const panes = { pane: "talk", tab: "lead" };

/** Call `fn(panes)` at each change; returns how to stop. */
export function onPanes(fn) {
  listeners.add(fn);
  return () => listeners.delete(fn);
}

/** Bring a part to the front. */
export function showPane(pane) {
  change({ pane });
}

/** Bring one page of the panel to the front: "lead", "arrival", "trouble" or "ledger". */
export function openPanel(tab) {
  change({ pane: "aside", tab });
}

/** Whether all parts stand side by side. */
export const isWide = () => WIDE.matches;

/** Whether there is room for one part only. */
export const isNarrow = () => NARROW.matches;

function change(changes) {
  Object.assign(panes, changes);
  for (const fn of listeners) fn(panes);
}

for (const query of [WIDE, NARROW]) query.addEventListener("change", () => change({}));
