/** The conversation in the middle: who is in it, what was said, and where the viewer writes. */

import { createComposer } from "./composer.js";
import { fill, h, soon } from "./dom.js";
import { createMessageList } from "./message_list.js";
import { showPane } from "./panes.js";
import { nameOfPlace, signOf } from "./sidebar.js";
import { isPage } from "./store.js";

const NAMED_MAX = 3;

/** It follows the store; hidden while App Home or the letters are open. */
export function createConversation(store) {
  const head = h("header", { class: "talk-head" });
  const where = () => {
    const { channel } = store.state;
    return channel === null || isPage(channel) ? null : { channel, thread: null };
  };
  const list = createMessageList(store, "Messages", where, (place) => emptyWords(store, place));
  const composer = createComposer(store, where);
  const root = h("section", { class: "conversation" }, head, list.element, composer.element);
  let stop = () => {};
  let heads = "";
  const drawHead = soon(() => {
    const said = headOf(store, where());
    if (JSON.stringify(said) === heads) return;
    heads = JSON.stringify(said);
    fill(head, said ? headNodes(said) : null);
  });
  const changePlace = () => {
    const place = where();
    root.hidden = place === null;
    stop();
    stop = place === null ? () => {} : store.on(`messages:${place.channel}`, list.drawSoon);
    list.draw();
    composer.show();
    drawHead();
  };
  store.on("viewer", changePlace);
  store.on("ephemerals", list.drawSoon);
  return root;
}

function emptyWords(store, place) {
  const channel = store.channel(place.channel);
  if (!channel?.is_im) return "Nothing here yet.";
  return store.state.demo
    ? "Nothing here yet. Send a lead with New lead; its owner hears of it here."
    : "Nothing here yet. What the bot tells this person alone will stand here.";
}

function headOf(store, place) {
  const channel = place && store.channel(place.channel);
  if (!channel) return null;
  const names = channel.members
    .filter((id) => id !== store.state.app.user)
    .map((id) => store.state.users.get(id)?.real_name ?? id);
  return {
    name: nameOfPlace(store, channel),
    sign: signOf(channel),
    isIm: channel.is_im,
    isArchived: channel.is_archived === true,
    hasBot: channel.members.includes(store.state.app.user),
    names,
  };
}

function headNodes({ name, sign, isIm, isArchived, hasBot, names }) {
  const notes = [isArchived ? "archived" : "", hasBot ? "" : "the bot is not in it"].filter(Boolean);
  return [
    h("button", { type: "button", class: "button quiet back", onclick: () => showPane("chats") }, "‹ Chats"),
    h("h2", h("span", { class: "sign", "aria-hidden": "true" }, sign), name),
    isIm ? h("span", { class: "badge" }, "App") : null,
    notes.length ? h("span", { class: "soft small" }, notes.join(", ")) : null,
    isIm ? h("p", { class: "soft small members" }, `Only ${names[0]} reads this`) : members(names),
  ];
}

function members(names) {
  const more = names.length - NAMED_MAX;
  const said = names.slice(0, NAMED_MAX).join(", ") + (more > 0 ? ` and ${more} more` : "");
  if (more <= 0) return h("p", { class: "soft small members" }, said);
  return h(
    "details",
    { class: "members small", onkeydown: closeWithEscape },
    h("summary", { class: "soft" }, said),
    h("ul", names.map((one) => h("li", one))),
  );
}

function closeWithEscape(event) {
  if (event.key !== "Escape" || !event.currentTarget.open) return;
  event.preventDefault();
  event.currentTarget.open = false;
  event.currentTarget.querySelector("summary").focus();
}
