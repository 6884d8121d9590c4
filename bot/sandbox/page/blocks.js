/** Block Kit as a page shows it: every block that the bot can send, and a frame for what cannot be shown. */

import { h } from "./dom.js";
import { focusName, GROUPS, renderElement } from "./elements.js";
import { renderPicture, renderImage } from "./images.js";
import { renderText } from "./mrkdwn.js";
import { renderRichText } from "./rich_text.js";
import { renderTable } from "./table.js";
import { unknown } from "./unknown.js";

const LONG_TEXT = 700;
const LONG_LINES = 8;

const SHOWN = {
  header,
  section,
  context,
  actions,
  image: (block, ctx) => renderPicture(block, block.title ? renderText(block.title, ctx) : null),
  divider: () => h("hr"),
  input,
  rich_text: renderRichText,
  table: renderTable,
};

/**
 * The blocks of a message or a view. `ctx`: `{surface: "message"|"modal"|"home", viewer: user, users: Map, channels: Map,
 * now: () => ms, act: async ({action_id, block_id, element, choice}) => ({acked, error}), values?: Map}`.
 */
export function renderBlocks(blocks, ctx) {
  const known = withViewer(ctx);
  return h("div", { class: `blocks blocks-${known.surface ?? "message"}` }, (blocks ?? []).map((one) => renderBlock(one, known)));
}

/** One block as a node. */
export function renderBlock(block, ctx) {
  const show = SHOWN[block?.type];
  const frame = h("div", { class: `block block-${show ? block.type.replaceAll("_", "-") : "unknown"}`, dataset: { block: block?.block_id } });
  try {
    frame.append(show ? show(block, withViewer(ctx)) : unknown(block));
  } catch (error) {
    console.warn("A block could not be shown.", error);
    frame.replaceChildren(unknown(block));
  }
  return frame;
}

function withViewer(ctx) {
  return typeof ctx.viewer === "string" ? { ...ctx, viewer: ctx.users.get(ctx.viewer) } : ctx;
}

/** Where an element of a block stands; `more` is what an input block adds. */
function placeOf(element, block, ctx, more = {}) {
  const place = { ctx, block_id: block.block_id ?? "", action_id: element.action_id ?? "", input: false, ...more };
  return { ...place, focus: focusName(place) };
}

function element(one, block, ctx) {
  return renderElement(one, placeOf(one, block, ctx));
}

function header(block, ctx) {
  // The conversation or the modal has the second level for its own title.
  const level = Math.min(Math.max(Number(block.level) || 1, 1), 4) + 2;
  return h(`h${level}`, { class: "header" }, renderText(block.text, ctx));
}

function section(block, ctx) {
  const text = block.text ? folding(h("div", { class: "text" }, renderText(block.text, ctx)), block, ctx) : null;
  const fields = (block.fields ?? []).map((one) => h("div", { class: "text" }, renderText(one, ctx)));
  const grid = fields.length > 0 ? h("div", { class: "fields" }, fields) : null;
  const beside = block.accessory ? h("div", { class: "accessory" }, element(block.accessory, block, ctx)) : null;
  return h("div", { class: "section" }, h("div", { class: "section-text" }, text, grid), beside);
}

/** A long text folds in a message, unless the app asked for all of it. */
function folding(node, block, ctx) {
  const text = block.text.text ?? "";
  const long = text.length > LONG_TEXT || text.split("\n").length > LONG_LINES;
  if (block.expand || ctx.surface !== "message" || !long) return node;
  node.classList.add("folded");
  const open = (event) => {
    const folded = node.classList.toggle("folded");
    event.currentTarget.textContent = folded ? "See more" : "See less";
  };
  return [node, h("button", { type: "button", class: "see-more", onclick: open }, "See more")];
}

function context(block, ctx) {
  const parts = (block.elements ?? []).map((one) => {
    if (one.type === "image") return renderImage(one);
    if (one.type !== "mrkdwn" && one.type !== "plain_text") return unknown(one, "element");
    return h("span", { class: "text" }, renderText(one, ctx));
  });
  return h("div", { class: "context" }, parts);
}

function actions(block, ctx) {
  return h("div", { class: "actions" }, (block.elements ?? []).map((one) => element(one, block, ctx)));
}

let inputs = 0;

function input(block, ctx) {
  inputs += 1;
  const id = `input-${inputs}`;
  const group = GROUPS.has(block.element?.type);
  const hint = block.hint ? h("p", { class: "hint", id: `${id}-hint` }, renderText(block.hint, ctx)) : null;
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const describedby = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  const aria = { "aria-describedby": describedby, "aria-required": block.optional || group ? null : "true" };
  const more = { input: true, dispatch: block.dispatch_action === true, optional: block.optional === true, id, aria };
  const field = renderElement(block.element ?? {}, placeOf(block.element ?? {}, block, ctx, more));
  const label = [h("span", renderText(block.label, ctx)), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
  if (block.element?.focus_on_load) (group ? field.querySelector("input, summary") : field)?.setAttribute("autofocus", "");
  if (group) {
    const shape = { class: "input", "aria-describedby": describedby };
    return h("fieldset", shape, h("legend", { class: "label" }, label), field, error, hint);
  }
  return h("div", { class: "input" }, h("label", { class: "label", for: id }, label), field, error, hint);
}

