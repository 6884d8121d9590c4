/** rich_text blocks: sections, lists, quotes and code, with literal text that nothing can turn into markup. */

import { dateNode } from "./dates.js";
import { h } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { broadcast, channelMention, link, mention, usergroup, words } from "./inline.js";
import { unknown } from "./unknown.js";

const STYLES = [["code", "code"], ["strike", "del"], ["italic", "em"], ["bold", "strong"], ["underline", "u"], ["highlight", "mark"]];

/** The inside of a rich_text block. */
export function renderRichText(block, ctx) {
  return h("div", { class: "rich-text" }, (block.elements ?? []).map((part) => renderPart(part, ctx)));
}

function renderPart(part, ctx) {
  const inside = () => (part.elements ?? []).map((one) => renderInline(one, ctx));
  const bordered = part.border ? " bordered" : "";
  switch (part.type) {
    case "rich_text_section":
      return h("div", { class: "rich-line" }, inside());
    case "rich_text_quote":
      return h("blockquote", { class: "quote" }, inside());
    case "rich_text_preformatted":
      return h("pre", { class: `code-block${bordered}` }, inside());
    case "rich_text_list":
      return list(part, ctx, bordered);
    default:
      return unknown(part, "part of rich text");
  }
}

function list(part, ctx, bordered) {
  const indent = Math.min(Math.max(Number(part.indent) || 0, 0), 8);
  const start = part.style === "ordered" && part.offset ? Number(part.offset) + 1 : null;
  const shape = { class: `rich-list indent-${indent}${bordered}`, start };
  return h(
    part.style === "ordered" ? "ol" : "ul",
    shape,
    (part.elements ?? []).map((row) => h("li", (row.elements ?? []).map((one) => renderInline(one, ctx)))),
  );
}

/** One inline element with its styles around it. */
function renderInline(element, ctx) {
  let node = bare(element, ctx);
  for (const [style, tag] of STYLES) {
    if (element.style?.[style]) node = h(tag, tag === "code" ? { class: "code" } : {}, node);
  }
  return node;
}

function bare(element, ctx) {
  switch (element.type) {
    case "text":
      return words(String(element.text ?? ""));
    case "link":
      return link(String(element.url), element.text || null);
    case "user":
      return mention(element.user_id, ctx);
    case "usergroup":
      return usergroup(element.usergroup_id);
    case "channel":
      return channelMention(element.channel_id, ctx);
    case "broadcast":
      return broadcast(element.range);
    case "emoji":
      return emojiNode(String(element.name), { tone: element.skin_tone, unicode: element.unicode });
    case "date":
      return date(element, ctx);
    case "color":
      return color(String(element.value));
    default:
      return unknown(element, "element");
  }
}

function date(element, ctx) {
  const node = dateNode(element.timestamp, String(element.format ?? ""), element.fallback, ctx);
  if (!element.url) return node;
  const linked = link(element.url, "");
  if (linked.tagName === "A") linked.replaceChildren(node);
  else linked.prepend(node);
  return linked;
}

function color(value) {
  const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
  if (/^#[0-9a-f]{3,8}$/i.test(value)) swatch.style.backgroundColor = value;
  return h("span", { class: "color" }, swatch, value);
}
