/** The frame of the page: header, people and conversations, the conversation itself, the panel beside it. */

import { createAside } from "./aside.js";
import { create as createClock } from "./clock.js";
import { createConversation } from "./conversation.js";
import { h } from "./dom.js";
import { createHome } from "./home.js";
import { createLetters } from "./letters.js";
import { isNarrow, isWide, onPanes, openPanel, panes, showPane } from "./panes.js";
import { banner } from "./panels/trouble.js";
import { createSidebar } from "./sidebar.js";
import { isPage } from "./store.js";
import { createStory } from "./story.js";

/** The whole page; it fills itself as the store does. */
export function createShell(store) {
  const root = h("div", { class: "page" });
  const side = createSidebar(store);
  const talk = h("main", { class: "talk", id: "talk" }, createConversation(store), createHome(store), createLetters(store));
  const aside = createAside(store);
  root.append(
    h("a", { class: "skip", href: "#talk", onclick: (event) => skipTo(event, talk) }, "Go to the conversation"),
    header(store),
    h("div", { class: "strips" }, createStory(store), banner(store)),
    side,
    talk,
    aside,
    bottomBar(store),
    connectionLine(store),
  );
  const show = () => arrange(store, root, side, talk, aside);
  store.on("viewer", show);
  onPanes(show);
  store.on("viewer", () => (document.title = titleOf(store)));
  root.addEventListener("keydown", (event) => closeWithEscape(event, store));
  show();
  return root;
}

function arrange(store, root, side, talk, aside) {
  const { demo, thread, channel } = store.state;
  const hasAside = demo !== null || thread !== null;
  root.classList.toggle("without-panel", !hasAside);
  root.classList.toggle("is-bare", demo === null);
  root.dataset.pane = panes.pane === "aside" && !hasAside ? "talk" : panes.pane;
  root.dataset.place = isPage(channel) ? "home" : "talk";
  // What is out of sight must be out of the way of the keyboard too.
  side.inert = isNarrow() && root.dataset.pane !== "chats";
  talk.inert = isNarrow() && root.dataset.pane !== "talk";
  aside.inert = !isWide() && root.dataset.pane !== "aside";
}

function header(store) {
  const toggle = h(
    "button",
    {
      type: "button",
      class: "button panel-toggle",
      onclick: () => showPane(panes.pane === "aside" ? "talk" : "aside"),
    },
    "Panel",
  );
  onPanes(() => toggle.setAttribute("aria-expanded", String(panes.pane === "aside")));
  return h("header", { class: "top" }, h("p", { class: "brand" }, "Lead SLA"), createClock(store), toggle);
}

const BAR = [
  { label: "Chats", sign: "💬", go: () => showPane(panes.pane === "chats" ? "talk" : "chats"), is: (at) => at.pane !== "aside" },
  { label: "Lead", sign: "🧭", go: () => openPanel("lead"), is: (at) => at.pane === "aside" && at.tab === "lead" },
  { label: "New", sign: "📥", go: () => openPanel("arrival"), is: (at) => at.pane === "aside" && at.tab === "arrival" },
  {
    label: "More",
    sign: "⋯",
    go: () => openPanel("trouble"),
    is: (at) => at.pane === "aside" && (at.tab === "trouble" || at.tab === "ledger"),
  },
];

function bottomBar(store) {
  const buttons = BAR.map(({ label, sign, go }) =>
    h("button", { type: "button", onclick: go }, h("span", { "aria-hidden": "true" }, sign), h("span", label)),
  );
  const show = () =>
    BAR.forEach(({ is }, place) => {
      if (is(panes)) buttons[place].setAttribute("aria-current", "true");
      else buttons[place].removeAttribute("aria-current");
      buttons[place].hidden = place > 0 && store.state.demo === null;
    });
  onPanes(show);
  store.on("viewer", show);
  show();
  return h("nav", { class: "bottom", "aria-label": "Parts of the page" }, buttons);
}

function connectionLine(store) {
  const line = h("p", { class: "connection", role: "status" });
  store.on("connection", () => {
    const isAway = store.state.connection === "reconnecting";
    line.textContent = isAway ? "Reconnecting…" : "";
    line.classList.toggle("is-shown", isAway);
  });
  return line;
}

function titleOf(store) {
  const viewer = store.viewer();
  return viewer ? `${viewer.real_name} · Lead SLA` : "Lead SLA";
}

function skipTo(event, talk) {
  event.preventDefault();
  talk.querySelector("textarea, button, [tabindex]")?.focus();
}

function closeWithEscape(event, store) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (store.state.thread !== null) store.select({ thread: null });
  else if (panes.pane === "aside" && !isWide()) showPane("talk");
}
