/** The messages of a conversation or a thread: replaced in place, scrolled only by the reader or to the newest. */

import { h, keyed, soon } from "./dom.js";
import { renderRow } from "./message.js";
import { plain } from "./mrkdwn.js";
import { rowsOf } from "./rows.js";

const SHOWN_AT_FIRST = 150;
const NEAR_THE_END = 60;
const ANNOUNCED_MAX = 10;

/** `whereOf()` says `{channel, thread}` or null; `empty(place)` what stands there while nothing does. */
export function createMessageList(store, label, whereOf, empty) {
  const list = h("div", { class: "rows" });
  const nothing = h("p", { class: "nothing soft" });
  const earlier = h("button", { type: "button", class: "button earlier", hidden: true, onclick: showEarlier }, "Show earlier messages");
  const newest = h("button", { type: "button", class: "button newest", hidden: true, onclick: toEnd }, "New messages ↓");
  const heard = h("div", { class: "unseen", role: "log", "aria-live": "polite", "aria-label": "New messages" });
  const scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": label }, nothing, earlier, list);
  const element = h("div", { class: "messages" }, scroller, newest, heard);
  let at = null;
  let rows = new Map();
  let limit = SHOWN_AT_FIRST;
  let isAtEnd = true;

  function toEnd() {
    scroller.scrollTop = scroller.scrollHeight;
    newest.hidden = true;
  }

  function showEarlier() {
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    limit += SHOWN_AT_FIRST;
    draw();
    scroller.scrollTop = scroller.scrollHeight - fromEnd;
    scroller.focus({ preventScroll: true });
  }

  function draw() {
    const where = whereOf();
    const key = where && [store.state.viewer, where.channel, where.thread].join();
    const isAnother = key !== at;
    if (isAnother) {
      [at, rows, limit, isAtEnd] = [key, new Map(), SHOWN_AT_FIRST, true];
      list.replaceChildren();
      heard.replaceChildren();
      newest.hidden = true;
    }
    if (!where || !store.viewer()) return;
    const all = rowsOf(store, where, rows);
    const added = isAnother ? [] : all.filter((row) => row.said && !rows.has(row.key));
    rows = new Map(all.map((row) => [row.key, row]));
    const shown = all.slice(-limit);
    earlier.hidden = shown.length === all.length;
    nothing.hidden = all.length > 0;
    nothing.textContent = all.length > 0 ? "" : empty(where);
    keyed(list, shown, (row) => row.key, (row) => renderRow(store, row, where));
    announce(added.filter((row) => row.said.user !== store.state.viewer || row.kind === "ephemeral"));
    if (isAtEnd) toEnd();
  }

  // The texts are written for the ear; the rows themselves are no live region, for edits are to stay silent.
  function announce(added) {
    heard.append(...added.slice(-ANNOUNCED_MAX).map((row) => h("p", plain(row.said.text))));
    while (heard.childElementCount > ANNOUNCED_MAX) heard.firstElementChild.remove();
    if (added.length && !isAtEnd) newest.hidden = false;
  }

  scroller.addEventListener("scroll", () => {
    isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_THE_END;
    if (isAtEnd) newest.hidden = true;
  });
  new ResizeObserver(() => isAtEnd && toEnd()).observe(list);
  new ResizeObserver(() => isAtEnd && toEnd()).observe(scroller);
  return { element, draw, drawSoon: soon(draw) };
}
