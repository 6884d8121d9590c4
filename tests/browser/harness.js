/** Shows blocks and modals without the rest of the page, so that a test sees nothing else. */

import { renderBlocks } from "/page/blocks.js";
import { contextOf } from "/page/context.js";
import { startFeed } from "/page/feed.js";
import { startModals } from "/page/modal.js";
import { store } from "/page/store.js";

const place = document.getElementById("shown");
let nowMs = 0;

Object.assign(window, {
  /** What the app was told, oldest first, and what each press is answered. */
  presses: [],
  answer: { acked: true },

  setTime: (seconds) => (nowMs = seconds * 1000),

  /** Several cards, `[title, blocks]` each, as one viewer sees them. */
  showAll(cards, viewer, now) {
    const shown = cards.map(([title, blocks]) => {
      window.show(blocks, viewer, now);
      return named("article", title, place.firstElementChild);
    });
    place.replaceChildren(...shown);
    nameBlocks(place);
  },

  nameBlocks,

  /** Blocks as one viewer sees them. */
  show(blocks, viewer, now, surface = "message") {
    nowMs = now * 1000;
    const act = async ({ action_id, block_id, choice }) => {
      window.presses.push({ action_id, block_id, choice });
      return window.answer;
    };
    const more = { viewer, now: () => nowMs, act, users: new Map([[viewer.id, viewer], ...PEOPLE]), channels: CHANNELS };
    window.context = contextOf(store, surface, more);
    place.replaceChildren(renderBlocks(blocks, window.context));
  },

  /** One modal, as the store would hold it. */
  showModal(view, viewer, now) {
    store.state.viewer = viewer.id;
    store.state.users = new Map([[viewer.id, viewer], ...PEOPLE]);
    store.state.channels = CHANNELS;
    store.now = () => now * 1000;
    store.state.modals.set(viewer.id, [view]);
    started ??= startModals(store) ?? true;
    store.tell("modals");
  },

  /** The modals of a sandbox that this page comes from. */
  async follow() {
    startModals(store);
    await startFeed(store);
  },
});

/** For the outline alone: where each block begins, and of which kind it is. */
function nameBlocks(inside) {
  for (const one of inside.querySelectorAll(".block")) {
    one.setAttribute("role", "group");
    one.setAttribute("aria-label", one.className.replace("block block-", ""));
  }
}

function named(tag, name, inside) {
  const node = document.createElement(tag);
  node.setAttribute("aria-label", name);
  node.append(inside);
  return node;
}

let started = null;
const PEOPLE = [
  ["U0MIA", { id: "U0MIA", real_name: "Mia Moreno", name: "mia", tz: "America/New_York" }],
  ["U0CARLA", { id: "U0CARLA", real_name: "Carla Costa", name: "carla", tz: "America/New_York" }],
  ["U0BOB", { id: "U0BOB", real_name: "Bob Brandt", name: "bob", tz: "America/New_York" }],
  ["U0BOT", { id: "U0BOT", real_name: "Lead SLA", name: "lead-sla", is_bot: true }],
];
const CHANNELS = new Map([
  ["C0MANAGERS", { id: "C0MANAGERS", name: "sales-managers", is_private: true, members: ["U0MIA", "U0ALICE"] }],
  ["C0GENERAL", { id: "C0GENERAL", name: "general", members: ["U0ALICE"] }],
  ["D0ALICE", { id: "D0ALICE", is_im: true, is_private: true, user: "U0BOT", members: ["U0ALICE", "U0BOT"] }],
]);
document.documentElement.dataset.ready = "yes";
