/** The right side: the pages about leads, trouble and ledger, or the thread that is open. */

import { h } from "./dom.js";
import { onPanes, openPanel, panes, showPane } from "./panes.js";
import { create as createArrival } from "./panels/arrival.js";
import { create as createLead } from "./panels/lead.js";
import { create as createLedger } from "./panels/ledger.js";
import { create as createTrouble } from "./panels/trouble.js";
import { createThread } from "./thread.js";

const PAGES = [
  { tab: "lead", label: "Lead", create: createLead },
  { tab: "arrival", label: "New lead", create: createArrival },
  { tab: "trouble", label: "Trouble", create: createTrouble },
  { tab: "ledger", label: "Ledger", create: createLedger },
];

/** A thread covers the pages; closing it shows them again. */
export function createAside(store) {
  const thread = createThread(store);
  const buttons = PAGES.map(({ tab, label }) =>
    h(
      "button",
      { type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": `page-${tab}`, onclick: () => openPanel(tab) },
      label,
    ),
  );
  const bodies = PAGES.map(({ tab }) =>
    h("div", { role: "tabpanel", id: `page-${tab}`, class: "panel-page", "aria-labelledby": `tab-${tab}`, tabindex: "0" }),
  );
  const close = h("button", { type: "button", class: "button quiet icon close", onclick: () => showPane("talk") }, "✕");
  close.setAttribute("aria-label", "Close the panel");
  const bar = h("div", { role: "tablist", "aria-label": "What stands beside the conversation", onkeydown: move }, buttons);
  const pages = h("section", { class: "panels" }, h("div", { class: "panel-tabs" }, bar, close), bodies);

  function move(event) {
    const here = buttons.indexOf(document.activeElement);
    const last = buttons.length - 1;
    const places = { ArrowLeft: here ? here - 1 : last, ArrowRight: here < last ? here + 1 : 0, Home: 0, End: last };
    const wanted = places[event.key];
    if (here < 0 || wanted === undefined) return;
    event.preventDefault();
    openPanel(PAGES[wanted].tab);
    buttons[wanted].focus();
  }

  function show() {
    PAGES.forEach(({ tab, create }, place) => {
      const isChosen = tab === panes.tab;
      buttons[place].setAttribute("aria-selected", String(isChosen));
      buttons[place].tabIndex = isChosen ? 0 : -1;
      bodies[place].hidden = !isChosen;
      // The pages ask the server for what they show, so none is made before the demo is known to be there.
      if (store.state.demo && !bodies[place].hasChildNodes()) bodies[place].append(create(store));
    });
    pages.hidden = store.state.demo === null || store.state.thread !== null;
  }

  let tab = panes.tab;
  onPanes(() => {
    // Asking for another page of the panel means away from the thread.
    if (tab !== panes.tab && store.state.thread !== null) store.select({ thread: null });
    tab = panes.tab;
    show();
  });
  store.on("viewer", show);
  show();
  return h("aside", { class: "aside", "aria-label": "Panel" }, thread, pages);
}
