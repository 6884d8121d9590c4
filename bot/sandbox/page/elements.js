/** What can be pressed in a block: buttons, links with a press, menus behind three dots; the rest by its type. */

import { renderCheckboxes, renderRadios, renderMany, renderOne } from "./choices.js";
import { h } from "./dom.js";
import { renderTyped } from "./fields.js";
import { renderImage } from "./images.js";
import { isLinkable } from "./inline.js";
import { renderText } from "./mrkdwn.js";
import { perform } from "./press.js";
import { unknown } from "./unknown.js";

const SHOWN = {
  button,
  overflow,
  workflow_button: workflowButton,
  image: renderImage,
  static_select: renderOne,
  users_select: renderOne,
  channels_select: renderOne,
  conversations_select: renderOne,
  multi_static_select: renderMany,
  multi_users_select: renderMany,
  multi_channels_select: renderMany,
  multi_conversations_select: renderMany,
  radio_buttons: renderRadios,
  checkboxes: renderCheckboxes,
  plain_text_input: renderTyped,
  email_text_input: renderTyped,
  url_text_input: renderTyped,
  number_input: renderTyped,
  rich_text_input: renderTyped,
  datepicker: renderTyped,
  timepicker: renderTyped,
  datetimepicker: renderTyped,
};

/** Elements of several parts, which a group with a legend holds together instead of a label. */
export const GROUPS = new Set([
  "radio_buttons",
  "checkboxes",
  "multi_static_select",
  "multi_users_select",
  "multi_channels_select",
  "multi_conversations_select",
]);

/**
 * An element as a node. `place` says where it stands: `{ctx, block_id, action_id, input, dispatch, id, describedby}`;
 * `input` is true inside an input block, where nothing is sent before the whole is submitted, unless `dispatch`.
 */
export function renderElement(element, place) {
  const show = SHOWN[element?.type];
  if (!show) return unknown(element, "element");
  return show(element, place);
}

/** The name by which the focus finds an element again after an edit; an app renames its blocks with each edit. */
export function focusName(place) {
  return `${place.action_id}/${place.block_id.replace(/:v\d+$/, "")}`;
}

function button(element, place) {
  const style = ["primary", "danger"].includes(element.style) ? ` ${element.style}` : "";
  const shape = {
    class: `button block-button${style}`,
    "aria-label": element.accessibility_label,
    dataset: { focus: focusName(place), action: place.action_id },
  };
  const label = renderText(element.text, place.ctx);
  if (element.url && isLinkable(element.url)) return linkButton(element, place, shape, label);
  const address = element.url ? h("span", { class: "no-link" }, ` (${element.url})`) : null;
  const press = (event) => perform(place, element, null, event.currentTarget);
  return h("button", { type: "button", onclick: press, ...shape }, label, address);
}

/** A button with an address opens it and sends a press besides. */
function linkButton(element, place, shape, label) {
  const press = async (event) => {
    const control = event.currentTarget;
    if (!element.confirm) {
      perform(place, element, null, control);
      return;
    }
    event.preventDefault();
    if (await perform(place, element, null, control)) window.open(element.url, "_blank", "noopener,noreferrer");
  };
  const outside = { href: element.url, target: "_blank", rel: "noopener noreferrer", title: element.url };
  return h("a", { ...shape, ...outside, onclick: press }, label, h("span", { class: "outside", "aria-hidden": "true" }, " ↗"));
}

function workflowButton(element, place) {
  const why = "This page cannot start another workflow.";
  const shape = { type: "button", class: "button block-button", disabled: true, title: why };
  return h("span", { class: "cannot-press" }, h("button", shape, renderText(element.text, place.ctx)), h("small", why));
}

let menus = 0;

function overflow(element, place) {
  menus += 1;
  const id = `menu-${menus}`;
  const opener = h("button", {
    type: "button",
    class: "button block-button dots",
    popovertarget: id,
    "aria-label": "More actions",
    "aria-haspopup": "menu",
    dataset: { focus: focusName(place), action: place.action_id },
  }, "⋯");
  const items = (element.options ?? []).map((option) => menuItem(option, element, place, opener));
  // The browser itself puts the keyboard there as it opens: who types fast is not ahead of it.
  items[0]?.setAttribute("autofocus", "");
  const menu = h("div", { class: "menu", id, popover: "auto", role: "menu", onkeydown: walk }, items);
  menu.addEventListener("toggle", (event) => {
    opener.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "open") beside(menu, opener);
  });
  return h("span", { class: "overflow" }, opener, menu);
}

function menuItem(option, element, place, opener) {
  const choose = (event) => {
    event.currentTarget.closest("[popover]").hidePopover();
    opener.focus();
    perform(place, element, option.value, opener);
    if (option.url && isLinkable(option.url)) window.open(option.url, "_blank", "noopener,noreferrer");
  };
  const more = option.description ? h("small", { class: "describes" }, renderText(option.description, place.ctx)) : null;
  return h("button", { type: "button", role: "menuitem", class: "menu-item", onclick: choose }, renderText(option.text, place.ctx), more);
}

function beside(menu, opener) {
  const at = opener.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = menu;
  const below = at.bottom + 4 + high <= window.innerHeight ? at.bottom + 4 : Math.max(4, at.top - 4 - high);
  menu.style.top = `${below}px`;
  menu.style.left = `${Math.max(4, Math.min(at.left, window.innerWidth - wide - 8))}px`;
}

function walk(event) {
  const items = [...event.currentTarget.querySelectorAll("[role=menuitem]")];
  const here = items.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}
