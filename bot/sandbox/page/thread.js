/** A thread beside its conversation: the message that it hangs on, the answers, and a place to answer. */

import { createComposer } from "./composer.js";
import { h } from "./dom.js";
import { createMessageList } from "./message_list.js";
import { showPane } from "./panes.js";
import { nameOfPlace } from "./sidebar.js";

/** Hidden while no thread is open. */
export function createThread(store) {
  const place = h("p", { class: "soft small" });
  const close = h("button", { type: "button", class: "button quiet icon", "aria-label": "Close the thread", onclick: shut }, "✕");
  const where = () => {
    const { channel, thread } = store.state;
    return thread === null || channel === null ? null : { channel, thread };
  };
  const list = createMessageList(store, "Thread", where, () => "The message was deleted.");
  const composer = createComposer(store, where);
  const head = h("header", { class: "talk-head" }, h("h2", "Thread"), place, close);
  const root = h("section", { class: "thread", "aria-label": "Thread", hidden: true }, head, list.element, composer.element);
  let stop = () => {};
  let before = null;

  function shut() {
    store.select({ thread: null });
    showPane("talk");
  }

  store.on("viewer", () => {
    const at = where();
    root.hidden = at === null;
    stop();
    stop = at === null ? () => {} : store.on(`messages:${at.channel}`, list.drawSoon);
    place.textContent = at === null ? "" : nameOfPlace(store, store.channel(at.channel));
    list.draw();
    composer.show();
    if (at !== null && at.thread !== before) close.focus({ preventScroll: true });
    before = at?.thread ?? null;
  });
  return root;
}
