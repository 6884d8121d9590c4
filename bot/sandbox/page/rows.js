/** What a conversation shows, as rows: messages by author, days between them, and what only the viewer sees. */

import { dayOf } from "./dates.js";
import { isReply } from "./unread.js";

const TOGETHER_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/** Milliseconds of a message's stamp. */
export const msOf = (ts) => Number(ts) * 1000;

/**
 * The rows of a conversation, or of one thread in it, oldest first: `{kind: "day"|"message"|"ephemeral", key, ...}`.
 * A row of before is given back as the same object as long as nothing in it changed.
 */
export function rowsOf(store, { channel, thread = null }, before = new Map()) {
  const viewer = store.viewer();
  const now = store.now();
  const all = store.messages(channel);
  const replies = repliesOf(all);
  const shown = thread === null ? all.filter(isInChannel) : all.filter((one) => isInThread(one, thread));
  const said = [...shown, ...(thread === null ? ephemeralsOf(store, channel, viewer) : [])];
  said.sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const rows = [];
  let last = null;
  for (const one of said) {
    const day = dayOf(msOf(one.ts), viewer);
    if (last?.day !== day) rows.push({ kind: "day", key: `day ${day}`, label: dayLabel(msOf(one.ts), viewer, now) });
    const author = authorOf(one);
    // Cards stand for themselves, each with its time; only lines of text are gathered under one name.
    const together = last?.day === day && last.author === author && msOf(one.ts) - last.ms <= TOGETHER_MS;
    const isFirst = !together || Boolean(one.blocks?.length) || one.subtype !== undefined;
    rows.push(rowOf(one, { isFirst, viewer, summary: thread === null ? replies.get(one.ts) : null }));
    last = { day, author, ms: msOf(one.ts) };
  }
  return rows.map((row) => kept(before.get(row.key), row));
}

function rowOf(said, { isFirst, viewer, summary }) {
  const kind = said.only_for ? "ephemeral" : "message";
  return {
    kind,
    key: `${kind} ${said.ts} ${said.number ?? ""}`,
    said,
    isFirst,
    viewer,
    replies: summary?.count ?? 0,
    lastReply: summary?.last ?? null,
  };
}

function kept(old, row) {
  const same = old && Object.keys(row).every((name) => old[name] === row[name]);
  return same ? old : row;
}

function isInChannel(message) {
  return !isReply(message) || message.subtype === "thread_broadcast";
}

function isInThread(message, thread) {
  return message.ts === thread || message.thread_ts === thread;
}

function repliesOf(all) {
  const found = new Map();
  for (const one of all) {
    if (!isReply(one)) continue;
    const before = found.get(one.thread_ts);
    found.set(one.thread_ts, { count: (before?.count ?? 0) + 1, last: one.ts });
  }
  return found;
}

function ephemeralsOf(store, channel, viewer) {
  return store.state.ephemerals.filter((one) => one.channel === channel && one.user === viewer.id);
}

function authorOf(said) {
  return said.only_for ? `only ${said.author?.id}` : said.user;
}

/** "Today", "Yesterday" or "Monday, November 23" in the viewer's zone. */
export function dayLabel(ms, viewer, now) {
  const day = dayOf(ms, viewer);
  if (day === dayOf(now, viewer)) return "Today";
  if (day === dayOf(now - DAY_MS, viewer)) return "Yesterday";
  const options = { timeZone: viewer.tz ?? "America/New_York", weekday: "long", month: "long", day: "numeric" };
  return new Intl.DateTimeFormat("en-US", options).format(ms);
}
