/** Emoji by their short names; the server knows them, and a name that it does not know stays as it was typed. */

import { get } from "./api.js";
import { h } from "./dom.js";

const known = new Map();
const waiting = new Map();
let asking = false;

/** `:tada:` within a text; a tone as in `:wave::skin-tone-3:` belongs to the name. */
export const EMOJI = /:([a-z0-9_+'-]{1,80}):(?::skin-tone-([2-6]):)?/;

const TONES = { 2: "1F3FB", 3: "1F3FC", 4: "1F3FD", 5: "1F3FE", 6: "1F3FF" };

function fromCodes(codes) {
  const points = codes.split("-").map((one) => Number.parseInt(one, 16));
  const possible = points.every((one) => one > 0 && one <= 0x10ffff && !(one >= 0xd800 && one <= 0xdfff));
  return possible ? String.fromCodePoint(...points) : null;
}

/** One emoji as a node. `unicode` is Slack's own answer ("1f389"), else the server is asked by name. */
export function emojiNode(name, { tone = null, unicode = null, typed = `:${name}:` } = {}) {
  const symbol = (unicode && fromCodes(unicode)) || known.get(name);
  const node = h("span", { class: "emoji" });
  if (symbol) {
    show(node, symbol, name, unicode ? null : tone);
  } else {
    node.textContent = typed;
    if (symbol === undefined) ask(name, (found) => show(node, found, name, tone));
  }
  return node;
}

function show(node, symbol, name, tone) {
  node.textContent = symbol + (TONES[tone] ? fromCodes(TONES[tone]) : "");
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", name.replaceAll("_", " "));
  node.title = `:${name}:`;
}

function ask(name, then) {
  waiting.set(name, [...(waiting.get(name) ?? []), then]);
  if (asking) return;
  asking = true;
  // What one screen needs is asked for at once.
  setTimeout(look, 0);
}

async function look() {
  asking = false;
  const wanted = new Map(waiting);
  waiting.clear();
  try {
    const { symbols } = await get(`/_sandbox/emoji?names=${encodeURIComponent([...wanted.keys()].join(","))}`);
    for (const [name, shows] of wanted) {
      known.set(name, symbols[name] ?? null);
      if (symbols[name]) for (const showIt of shows) showIt(symbols[name]);
    }
  } catch {
    // The names stay as they were typed, and are asked for again when they are next shown.
  }
}
