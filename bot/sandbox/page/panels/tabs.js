/** A few tabs inside a panel, with the keys that tabs have: arrows, Home and End. */

import { h } from "../dom.js";

let made = 0;

/** One visible content at a time; `pages` are `{label, content}`. */
export function tabs(label, pages) {
  const name = `tabs-${(made += 1)}`;
  const buttons = pages.map((page, place) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `${name}-${place}`,
        "aria-controls": `${name}-page-${place}`,
        onclick: () => choose(place),
      },
      page.label,
    ),
  );
  const bodies = pages.map((page, place) =>
    h("div", { role: "tabpanel", id: `${name}-page-${place}`, "aria-labelledby": `${name}-${place}` }, page.content),
  );
  function choose(chosen) {
    buttons.forEach((button, place) => {
      button.setAttribute("aria-selected", String(place === chosen));
      button.tabIndex = place === chosen ? 0 : -1;
    });
    bodies.forEach((body, place) => (body.hidden = place !== chosen));
  }
  const onkeydown = (event) => {
    const here = buttons.indexOf(document.activeElement);
    const last = buttons.length - 1;
    const places = { ArrowLeft: here ? here - 1 : last, ArrowRight: here < last ? here + 1 : 0, Home: 0, End: last };
    const wanted = places[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    choose(wanted);
    buttons[wanted].focus();
  };
  choose(0);
  return h("div", { class: "tabs" }, h("div", { role: "tablist", "aria-label": label, onkeydown }, buttons), bodies);
}
