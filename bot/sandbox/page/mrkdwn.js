/** Slack's mrkdwn as nodes: marks, code, quotes, tokens in angle brackets, emoji. */

import { dateNode } from "./dates.js";
import { h } from "./dom.js";
import { EMOJI, emojiNode } from "./emoji.js";
import { broadcast, channelMention, link, mention, usergroup, words } from "./inline.js";

const MARKS = { "*": "strong", _: "em", "~": "del" };
const WORD = /[\p{L}\p{N}]/u;
const FENCE = /```([\s\S]+?)```/;
const QUOTED = /^(?:>|&gt;) ?/;
const EMOJI_HERE = new RegExp(EMOJI.source, "y");
// Only where `verbatim` is not set: addresses and names that Slack itself finds in the text.
const FOUND_HERE = /https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)'"*_~]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@(?:here|channel|everyone)\b|#[\w-]+/y;

/** The three signs that mrkdwn escapes, as they are. */
export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** A message's `text` as one string of words: tokens as their labels, escaped signs as they are. */
export function plain(text) {
  const said = String(text ?? "").replace(/<([^<>\n]+)>/g, (_, inside) => {
    const at = inside.indexOf("|");
    return at >= 0 ? inside.slice(at + 1) : inside.replace(/^!/, "@").replace(/^(?:mailto|tel):/, "");
  });
  return unescaped(said);
}

/** mrkdwn as a fragment. With `verbatim`, only what is marked as a link or a mention becomes one. */
export function renderMrkdwn(text, ctx, { verbatim = false } = {}) {
  const fragment = document.createDocumentFragment();
  let rest = String(text ?? "");
  for (let fence = FENCE.exec(rest); fence; fence = FENCE.exec(rest)) {
    lines(fragment, rest.slice(0, fence.index).replace(/\n$/, ""), ctx, verbatim);
    fragment.append(h("pre", { class: "code-block" }, code(fence[1].replace(/^\n|\n$/g, ""), ctx)));
    rest = rest.slice(fence.index + fence[0].length).replace(/^\n/, "");
  }
  lines(fragment, rest, ctx, verbatim);
  return fragment;
}

/** A text object of Slack's: mrkdwn, or plain text with or without emoji. */
export function renderText(object, ctx) {
  if (object?.type === "mrkdwn") return renderMrkdwn(object.text, ctx, { verbatim: object.verbatim === true });
  const fragment = document.createDocumentFragment();
  const text = String(object?.text ?? "");
  fragment.append(...(object?.emoji === false ? words(text) : withEmoji(text)));
  return fragment;
}

function withEmoji(text) {
  const said = [];
  let rest = text;
  for (let found = EMOJI.exec(rest); found; found = EMOJI.exec(rest)) {
    said.push(...words(rest.slice(0, found.index)), emojiNode(found[1], { tone: found[2], typed: found[0] }));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...said, ...words(rest)];
}

/** Lines outside code: runs of quoted ones become one quote. */
function lines(fragment, text, ctx, verbatim) {
  if (text === "") return;
  const runs = [];
  for (const line of text.split("\n")) {
    const quoted = QUOTED.test(line);
    const said = quoted ? line.replace(QUOTED, "") : line;
    if (runs.at(-1)?.quoted === quoted) runs.at(-1).lines.push(said);
    else runs.push({ quoted, lines: [said] });
  }
  for (const run of runs) {
    const nodes = inline(run.lines.join("\n"), ctx, verbatim);
    if (run.quoted) fragment.append(h("blockquote", { class: "quote" }, nodes));
    else fragment.append(...nodes);
  }
}

/** Code keeps its marks; a link in it stays a link. */
function code(text, ctx) {
  return text.split(/(<[^<>\n]+>)/).flatMap((part) => {
    const node = /^<[^<>\n]+>$/.test(part) ? token(part.slice(1, -1), ctx) : null;
    return node ? [node] : [unescaped(part)];
  });
}

function inline(text, ctx, verbatim) {
  const nodes = [];
  let said = "";
  let at = 0;
  while (at < text.length) {
    const found = special(text, at, ctx, verbatim);
    if (found) {
      nodes.push(...words(unescaped(said)), found.node);
      said = "";
      at = found.end;
    } else {
      said += text[at];
      at += 1;
    }
  }
  return [...nodes, ...words(unescaped(said))];
}

/** What begins at this place other than plain words, as `{node, end}`. */
function special(text, at, ctx, verbatim) {
  const sign = text[at];
  if (sign === "<") return angled(text, at, ctx);
  if (sign === "`") return ticked(text, at, ctx);
  if (sign === ":") return named(text, at);
  if (sign in MARKS) return marked(text, at, ctx, verbatim);
  return verbatim || WORD.test(text[at - 1] ?? "") ? null : foundHere(text, at, ctx);
}

function angled(text, at, ctx) {
  const end = text.indexOf(">", at);
  const node = end > at + 1 ? token(text.slice(at + 1, end), ctx) : null;
  return node && { node, end: end + 1 };
}

function ticked(text, at, ctx) {
  const end = text.indexOf("`", at + 1);
  const inside = text.slice(at + 1, end);
  if (end < 0 || inside === "" || inside.includes("\n")) return null;
  return { node: h("code", { class: "code" }, code(inside, ctx)), end: end + 1 };
}

function named(text, at) {
  EMOJI_HERE.lastIndex = at;
  const found = EMOJI_HERE.exec(text);
  // 10:30:15 is a time, no emoji; the name of one has a letter or a sign in it.
  if (!found || /^\d+$/.test(found[1])) return null;
  return { node: emojiNode(found[1], { tone: found[2], typed: found[0] }), end: EMOJI_HERE.lastIndex };
}

function marked(text, at, ctx, verbatim) {
  const sign = text[at];
  const opens = !WORD.test(text[at - 1] ?? "") && /\S/.test(text[at + 1] ?? "") && text[at + 1] !== sign;
  const end = opens ? closing(text, at, sign) : -1;
  if (end < 0) return null;
  return { node: h(MARKS[sign], inline(text.slice(at + 1, end), ctx, verbatim)), end: end + 1 };
}

/** Where the mark that was opened is closed, in the same line and outside tokens and code. */
function closing(text, opened, sign) {
  for (let at = opened + 1; at < text.length && text[at] !== "\n"; at += 1) {
    if (text[at] === "<" || text[at] === "`") {
      const over = text.indexOf(text[at] === "<" ? ">" : "`", at + 1);
      if (over > 0) at = over;
    } else if (text[at] === sign && /\S/.test(text[at - 1]) && !WORD.test(text[at + 1] ?? "")) {
      return at;
    }
  }
  return -1;
}

function foundHere(text, at, ctx) {
  FOUND_HERE.lastIndex = at;
  const found = FOUND_HERE.exec(text)?.[0];
  if (!found) return null;
  const end = at + found.length;
  if (found.startsWith("@")) return { node: broadcast(found.slice(1)), end };
  if (found.startsWith("#")) {
    const channel = [...(ctx.channels?.values() ?? [])].find((one) => one.name === found.slice(1));
    return channel ? { node: channelMention(channel.id, ctx), end } : null;
  }
  const address = unescaped(found);
  return { node: found.includes("://") ? link(address) : link(`mailto:${address}`, address), end };
}

/** What stands between angle brackets, as a node; null when it is nothing that Slack knows. */
function token(inside, ctx) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : unescaped(inside.slice(bar + 1)) || null;
  if (/^@[UW]\w+$/.test(target)) return mention(target.slice(1), ctx, label?.replace(/^@/, ""));
  if (/^#[CG]\w+$/.test(target)) return channelMention(target.slice(1), ctx, label);
  if (/^!(?:here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (/^!subteam\^\w+$/.test(target)) return usergroup(target.split("^")[1], label);
  if (target.startsWith("!date^")) return date(target, label, ctx);
  if (target.startsWith("!")) return h("span", label ?? `<${target.slice(1)}>`);
  return /^[a-z][a-z0-9+.-]*:/i.test(target) ? link(unescaped(target), label) : null;
}

function date(target, label, ctx) {
  const [, epoch, format, address] = target.split("^");
  const node = dateNode(epoch, unescaped(format ?? ""), label, ctx);
  if (!address) return node;
  const linked = link(unescaped(address), "");
  if (linked.tagName === "A") linked.replaceChildren(node);
  else linked.prepend(node);
  return linked;
}
