/** The demo's two stages, and the question before everything is set up anew. */

import { ApiError, post } from "../api.js";
import { h } from "../dom.js";

const MODES = [
  {
    mode: "seconds",
    label: "Seconds, around the clock",
    says: "Every clock runs in seconds, so that you can watch a lead's whole life.",
  },
  {
    mode: "week",
    label: "A working week",
    says: "Real targets and working hours, from a Monday morning; you move the time.",
  },
];

/** The choice of the stage; nothing changes before the question is answered. */
export function modeSwitch(store) {
  const error = h("p", { class: "entry-error", role: "status" });
  const ask = question(async (mode) => {
    error.textContent = "";
    element.setAttribute("aria-busy", "true");
    try {
      await post("/_demo/stage", { mode });
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      error.textContent = problem.message;
    } finally {
      element.removeAttribute("aria-busy");
      show();
    }
  }, () => show());
  const choices = MODES.map(({ mode, label, says }) =>
    h(
      "label",
      { class: "mode" },
      h("input", { type: "radio", name: "mode", value: mode, onchange: () => ask.open(mode, label) }),
      h("span", { class: "mode-label" }, label),
      h("span", { class: "small" }, says),
    ),
  );
  const anew = h("button", { type: "button", class: "link-button" }, "Set it up anew");
  anew.addEventListener("click", () => ask.open(current(), MODES.find((one) => one.mode === current())?.label));
  const current = () => store.state.demo?.mode;
  const fields = h("fieldset", { class: "modes" }, h("legend", "The demo's time"), choices, anew, error);
  const element = h("div", { class: "mode-part" }, fields, ask.element);
  const show = () => {
    element.hidden = !store.state.demo;
    for (const input of fields.querySelectorAll("input")) input.checked = input.value === current();
  };
  store.on("state", () => fields.contains(document.activeElement) || show());
  show();
  return element;
}

/** Leads and messages of the demo are gone afterwards, so it is asked for. */
function question(agree, decline) {
  let wanted = null;
  const words = h("p");
  const dialog = h(
    "dialog",
    { class: "question", "aria-label": "Set everything up anew" },
    h("h2", "Set everything up anew?"),
    words,
    h(
      "form",
      { method: "dialog", class: "send-row" },
      h("button", { value: "agree", class: "button primary" }, "Set up anew"),
      h("button", { value: "decline", class: "button", autofocus: true }, "Stay here"),
    ),
  );
  dialog.addEventListener("close", () => (dialog.returnValue === "agree" ? agree(wanted) : decline()));
  const open = (mode, label) => {
    wanted = mode;
    words.textContent = `The demo starts again with "${label}". The leads and messages that are here now go away.`;
    dialog.returnValue = "";
    dialog.showModal();
  };
  return { element: dialog, open };
}
