/** App Home of the viewer: what the bot published, or why there is nothing. */

import { ApiError, post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { contextOf } from "./context.js";
import { fill, h, replaceKeepingFocus } from "./dom.js";
import { showPane } from "./panes.js";

const OPENED = "app_home_opened";

/** Opening it tells the bot, if the bot asked to hear of that. */
export function createHome(store) {
  const body = h("div", { class: "home-body", tabindex: "0", role: "region", "aria-label": "App Home" });
  const back = h("button", { type: "button", class: "button quiet back", onclick: () => showPane("chats") }, "‹ Chats");
  const head = h("header", { class: "talk-head" }, back, h("h2", "App Home"));
  const root = h("section", { class: "home", hidden: true }, head, body);
  let at = null;
  let shown = null;

  function draw() {
    const viewer = store.state.viewer;
    const view = store.state.homes.get(viewer) ?? null;
    const now = `${viewer} ${JSON.stringify(view)}`;
    if (now === shown) return;
    shown = now;
    const nodes = view ? renderBlocks(view.blocks, context(store, view)) : nothing(store);
    if (view && body.firstElementChild) replaceKeepingFocus(body.firstElementChild, nodes);
    else fill(body, nodes);
  }

  store.on("viewer", () => {
    const isOpen = store.state.channel === "home" && store.viewer() !== null;
    root.hidden = !isOpen;
    if (isOpen) draw();
    if (isOpen && at !== store.state.viewer) tellTheBot(store);
    at = isOpen ? store.state.viewer : null;
  });
  store.on("home", (user) => !root.hidden && (user === undefined || user === store.state.viewer) && draw());
  return root;
}

async function tellTheBot(store) {
  if (!store.state.events.includes(OPENED)) return;
  try {
    await post("/_sandbox/act/open_home", { user: store.state.viewer });
  } catch (error) {
    // As in Slack, nothing says on the screen that the bot did not hear of it.
    if (!(error instanceof ApiError)) throw error;
  }
}

function nothing(store) {
  const hears = store.state.events.includes(OPENED);
  const words = hears ? "The bot has put nothing here yet." : "This app has no Home yet. Its messages come as direct messages.";
  return h("p", { class: "nothing soft" }, words);
}

function context(store, view) {
  const values = new Map();
  const act = async ({ action_id, choice }) => {
    const wanted = { user: store.state.viewer, action_id, home: true, values: Object.fromEntries(values) };
    const { acked } = await post("/_sandbox/act/press_in_view", choice == null ? wanted : { ...wanted, choice });
    return { acked };
  };
  return contextOf(store, "home", { act, values, view });
}
