/** What stands inside a line of text: words, links, mentions. Nothing here takes markup from the outside. */

import { h } from "./dom.js";

// Letters written from right to left, and the signs that turn the direction of what follows them.
const TURNS = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;
const LINKABLE = /^(?:https?:\/\/[^\s/]|mailto:|tel:)/i;
const NO_ADDRESS = /[\u0000-\u0020\u007f<>"]/;

/** Literal words as nodes: line breaks are kept, and a text that turns the direction turns only itself. */
export function words(text) {
  return text.split("\n").flatMap((line, index) => {
    const said = line === "" ? [] : [TURNS.test(line) ? h("bdi", line) : line];
    return index === 0 ? said : [h("br"), ...said];
  });
}

/** Whether an address may be followed from here. */
export function isLinkable(address) {
  if (!LINKABLE.test(address)) return false;
  if (/^(?:mailto|tel):/i.test(address)) return !NO_ADDRESS.test(address.replaceAll(" ", ""));
  return !NO_ADDRESS.test(address) && URL.canParse(address);
}

/** A link to somewhere outside; an address that must not be followed is shown as text beside its label. */
export function link(address, label = null) {
  const said = label ?? address.replace(/^(?:mailto|tel):/i, "");
  if (!isLinkable(address)) {
    return h("span", { class: "no-link" }, words(said === address ? said : `${said} (${address})`));
  }
  const outside = { target: "_blank", rel: "noopener noreferrer" };
  return h("a", { class: "link", href: address, title: address, ...outside }, words(said));
}

/** How a person is called on the screen. */
export function nameOf(user) {
  return user?.profile?.display_name_normalized || user?.real_name || user?.name || "";
}

/** A person who is notified. */
export function mention(id, ctx, label = null) {
  const user = ctx.users?.get(id);
  const own = ctx.viewer?.id === id;
  return h("span", { class: own ? "mention mention-me" : "mention", title: id }, `@${nameOf(user) || label || id}`);
}

/** A conversation of the workspace. */
export function channelMention(id, ctx, label = null) {
  const name = ctx.channels?.get(id)?.name || label || id;
  return h("span", { class: "mention", title: id }, `#${name}`);
}

/** Everybody in the conversation, in the workspace, or who is there now. */
export function broadcast(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

/** A group of people. */
export function usergroup(id, label = null) {
  return h("span", { class: "mention", title: id }, label ? `@${label.replace(/^@/, "")}` : `@${id}`);
}
