/** The viewer's account in Slack: kept silent, closed by the admin, opened again. */

import { ApiError, post } from "./api.js";
import { dayOf, timeOfDay } from "./dates.js";
import { h } from "./dom.js";
import { stand } from "./popover.js";

/** What is not plain about a person's account, in words. */
export function accountWords(store, person) {
  if (person.deleted) return "account closed";
  return isSilent(store, person) ? "do not disturb" : "";
}

const isSilent = (store, person) => (person.silent_until ?? 0) * 1000 > store.now();

/** The button beside "You are", with its menu. */
export function createAccount(store) {
  const title = h("p", { class: "menu-head" });
  const silence = entry(() => change(isSilent(store, store.viewer()) ? "unsilence" : "silence"));
  const close = entry(() => change(store.viewer().deleted ? "reactivate" : "deactivate"));
  const problem = h("p", { class: "entry-error", role: "alert" });
  const menu = h("div", { class: "menu", id: "account-menu", popover: "auto" }, title, silence.element, close.element, problem);
  const button = h(
    "button",
    { type: "button", class: "link-button account", popovertarget: "account-menu", "aria-haspopup": "dialog" },
    "Account…",
  );

  async function change(what) {
    problem.textContent = "";
    try {
      await post("/_sandbox/change", { what, id: store.state.viewer });
      menu.hidePopover();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problem.textContent = error.message;
    }
  }

  function show() {
    const person = store.viewer();
    if (!person) return;
    title.textContent = `${person.real_name}'s account in Slack`;
    const isQuiet = isSilent(store, person);
    silence.show(
      isQuiet ? "End do not disturb" : "Do not disturb",
      isQuiet ? `Slack is silent until ${until(store, person)}.` : "Slack shows no notification for half a day. Whoever could not hear a page is passed over, unless an SMS reaches them.",
    );
    close.show(
      person.deleted ? "Open the account again" : "Close the account",
      person.deleted ? "Slack tells the bot, and leads come again." : "As the admin does when somebody leaves. Slack tells the bot; open leads go to the queue at once.",
    );
  }

  menu.addEventListener("beforetoggle", (event) => {
    if (event.newState !== "open") return;
    problem.textContent = "";
    show();
    stand(menu, button);
  });
  menu.addEventListener("toggle", (event) => event.newState === "open" && silence.button.focus());
  store.on("viewer", show);
  return h("div", { class: "account-place" }, button, menu);
}

function until(store, person) {
  const ms = person.silent_until * 1000;
  const viewer = store.viewer();
  const day = dayOf(ms, viewer) === dayOf(store.now(), viewer) ? "" : "tomorrow, ";
  return `${day}${timeOfDay(ms, viewer)}`;
}

function entry(onclick) {
  const button = h("button", { type: "button", class: "menu-entry", onclick });
  const says = h("p", { class: "small soft" });
  const show = (label, words) => {
    button.textContent = label;
    says.textContent = words;
  };
  return { button, element: h("div", button, says), show };
}
