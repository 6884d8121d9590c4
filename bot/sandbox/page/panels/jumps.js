/** "Jump to…": a small menu of moments that time can be taken to. */

import { h } from "../dom.js";
import { stand } from "../popover.js";
import { city, fieldText, momentOf } from "./times.js";

const DAY = 86_400_000;
const PLACES = [
  { label: "In 10 minutes", where: { seconds: 600 } },
  { label: "In 1 hour", where: { seconds: 3600 } },
  { label: "Closing time", where: { to: "closing" } },
  { label: "Next opening", where: { to: "opening" } },
  { label: "Tomorrow 9:00", where: { to: "tomorrow" } },
  { label: "Monday 9:00", where: { to: "monday" } },
];

/**
 * The menu's button with its menu; `jump` gets the body of the request.
 * @returns {{element: HTMLElement, allow: (isAllowed: boolean) => void}}
 */
export function jumpMenu(store, jump) {
  const go = (where) => {
    menu.hidePopover();
    jump(where);
  };
  const menu = h("div", { class: "menu jump-menu", id: "jump-menu", popover: "auto" });
  const field = whenField(store, go);
  menu.append(
    h("p", { class: "menu-head" }, "Jump to"),
    h("ul", { class: "jump-places" }, PLACES.map(({ label, where }) => h("li", placeButton(label, () => go(where))))),
    field.element,
    h("p", { class: "jump-note" }, "Everything due until then happens on the way, as if you had waited for it."),
  );
  const button = h(
    "button",
    { type: "button", class: "clock-jump", popovertarget: "jump-menu", "aria-haspopup": "dialog" },
    "Jump to…",
  );
  menu.addEventListener("beforetoggle", (event) => {
    if (event.newState !== "open") return;
    field.refresh();
    stand(menu, button);
  });
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "open") menu.querySelector("button").focus();
  });
  const allow = (isAllowed) => {
    button.disabled = !isAllowed;
    if (!isAllowed && menu.matches(":popover-open")) menu.hidePopover();
  };
  return { element: h("div", { class: "clock-menu" }, button, menu), allow };
}

function placeButton(label, onclick) {
  return h("button", { type: "button", class: "menu-entry", onclick }, label);
}

/** A date and time in the viewer's zone; starts at the same time tomorrow. */
function whenField(store, go) {
  const label = h("label", { class: "jump-label", for: "jump-when" });
  const input = h("input", { type: "datetime-local", class: "field", id: "jump-when", required: true });
  const form = h(
    "form",
    {
      class: "jump-when",
      onsubmit: (event) => {
        event.preventDefault();
        const moment = momentOf(input.value, store.viewer());
        if (moment) go({ to: moment });
      },
    },
    label,
    h("div", { class: "jump-row" }, input, h("button", { type: "submit", class: "button" }, "Jump")),
  );
  const refresh = () => {
    label.textContent = `A date and time in ${city(store.viewer())}`;
    input.min = fieldText(store.now(), store.viewer());
    if (!input.value || input.value < input.min) input.value = fieldText(store.now() + DAY, store.viewer());
  };
  return { element: form, refresh };
}
