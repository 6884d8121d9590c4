/** Who has read what: kept in the browser for each demo, shared by its tabs. */

import { LETTERS, lettersTo } from "./letterbox.js";

const PREFIX = "lead-sla/read/";
let marks = null;
let shelf = null;

/** Use the marks of one stage of the demo, so that a stage set up anew starts unread. */
export function useShelf(stage) {
  shelf = `${PREFIX}${stage}`;
  marks = read();
}

/** Whether another tab has read something; called with the browser's storage event. */
export function takeOver(event) {
  if (event.key !== shelf) return false;
  marks = read();
  return true;
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(shelf)) ?? {};
  } catch {
    return {};
  }
}

/** `{count, mention, any}`: in a direct message each new message counts, elsewhere those that mention the person. */
export function unreadOf(store, user, channelId) {
  if (channelId === LETTERS) return unreadLetters(store, user);
  const channel = store.channel(channelId);
  const nothing = { count: 0, mention: false, any: false };
  if (!channel || !marks) return nothing;
  const readTo = marks[`${user}/${channelId}`] ?? "";
  const result = { ...nothing };
  for (const message of store.state.messages.get(channelId)?.values() ?? []) {
    if (message.ts <= readTo || message.user === user) continue;
    const mentioned = mentions(message, user);
    // An answer in a thread marks nobody but those whom it mentions, unless it is also sent to the channel.
    if (isReply(message) && message.subtype !== "thread_broadcast" && !mentioned) continue;
    result.any = true;
    if (channel.is_im || mentioned) result.count += 1;
    result.mention ||= mentioned;
  }
  return result;
}

function unreadLetters(store, user) {
  const readTo = marks?.[`${user}/${LETTERS}`] ?? "";
  const count = marks ? lettersTo(store, user).filter((one) => stampOf(one) > readTo).length : 0;
  return { count, mention: false, any: count > 0 };
}

/** Several may arrive at one moment, while time stands still. */
const stampOf = (letter) => String(letter.number).padStart(12, "0");

/** Mark everything in a conversation as read; says whether anything was not. */
export function markRead(store, user, channelId) {
  if (!marks || !user || !channelId) return false;
  let newest = "";
  if (channelId === LETTERS) newest = lettersTo(store, user).map(stampOf).at(-1) ?? "";
  for (const ts of store.state.messages.get(channelId)?.keys() ?? []) if (ts > newest) newest = ts;
  const key = `${user}/${channelId}`;
  if (newest <= (marks[key] ?? "")) return false;
  marks[key] = newest;
  try {
    localStorage.setItem(shelf, JSON.stringify(marks));
  } catch {
    // Without storage the marks live as long as this tab.
  }
  return true;
}

/** Whether a message stands in a thread, under another. */
export function isReply(message) {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

const written = new WeakMap();

function mentions(message, user) {
  if (!written.has(message)) written.set(message, JSON.stringify([message.text, message.blocks ?? []]));
  const said = written.get(message);
  return said.includes(`<@${user}>`) || said.includes(`"user_id":"${user}"`) || /<!(here|channel|everyone)/.test(said);
}
