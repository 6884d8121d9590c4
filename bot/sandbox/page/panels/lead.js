/** "What is going on": the newest leads, and everything about the one that is chosen. */

import { ApiError, get } from "../api.js";
import { dayOf } from "../dates.js";
import { fill, h, keyed } from "../dom.js";
import { follow, settled } from "./follow.js";
import { leadView } from "./lead_view.js";
import { at, told } from "./times.js";
import { markOf, outcomeOf, personName, placeOf } from "./words.js";

/** Some steps say nothing to anybody, so the panel looks now and then without being told. */
const LOOK_AGAIN = 5000;

/** The panel. It shows the list until a lead is chosen here or beside a message. */
export function create(store) {
  const view = leadView(store);
  const leave = () => store.select({ lead: null });
  const back = h("button", { type: "button", class: "link-button lead-back", onclick: leave }, "← All leads");
  const list = h("ul", { class: "leads" });
  const empty = h("p", { class: "nothing" }, "Nothing here yet. Send a lead with New lead.");
  const all = h("div", { class: "lead-list" }, h("h2", { class: "sheet-title" }, "Leads"), empty, list);
  const one = h("div", { class: "lead-one" }, back, view.element);
  const trouble = h("p", { class: "sheet-error", role: "status", hidden: true });
  const root = h("section", { class: "sheet sheet-lead", "aria-label": "What is going on" }, trouble, all, one);
  let leads = [];
  let shown = store.state.selectedLead ?? null;
  empty.hidden = true;

  async function look() {
    const wanted = store.state.selectedLead ?? null;
    const isOther = wanted !== shown;
    const again = await reading(trouble, async () => {
      if (wanted) view.show(await get(`/_demo/leads/${encodeURIComponent(wanted)}`));
      else showList((await get("/_demo/leads")).leads);
    });
    if ((store.state.selectedLead ?? null) !== wanted) return 1;
    shown = wanted;
    all.hidden = shown !== null;
    one.hidden = shown === null;
    const first = shown ? view.heading : list.querySelector("button");
    if (isOther && root.contains(document.activeElement)) first?.focus();
    return again || LOOK_AGAIN;
  }

  function showList(found) {
    leads = settled(leads, found, (lead) => lead.id);
    empty.hidden = leads.length > 0;
    keyed(list, leads, (lead) => lead.id, (lead) => row(store, lead));
  }

  const soon = follow(store, ["leads", "lead"], root, look);
  // Times are told anew for another pair of eyes.
  whenOtherEyes(store, () => {
    leads = [];
    view.forget();
    soon();
  });
  all.hidden = shown !== null;
  one.hidden = shown === null;
  whenJumpEnds(store, soon);
  return root;
}

/** Do the reading; what goes wrong is said in place, and tried again a little later. */
export async function reading(place, work) {
  try {
    await work();
    place.hidden = true;
    return 0;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    fill(place, `${error.message} Trying again.`);
    place.hidden = false;
    return 3000;
  }
}

function row(store, lead) {
  const choose = () => store.select({ lead: lead.id });
  const who = personName(store, lead.owner) || placeOf(lead);
  const facts = [lead.tier, who, outcomeOf(lead) || dueWords(store, lead)].filter(Boolean);
  return h(
    "li",
    h(
      "button",
      { type: "button", class: "lead-row", dataset: { lead: lead.id }, onclick: choose },
      h("span", { class: "lead-name" }, lead.label),
      markOf(lead),
      h("span", { class: "lead-facts" }, facts.join(" · ")),
    ),
  );
}

function dueWords(store, lead) {
  if (!lead.due_at || ["contacted", "closed"].includes(lead.state)) return "";
  return `${at(lead.due_at) > store.now() ? "contact by" : "was due"} ${told(store, lead.due_at)}`;
}

/** Call `fn` when the page becomes another person or another day begins, not when they look at another conversation. */
function whenOtherEyes(store, fn) {
  const eyesNow = () => `${store.state.viewer} ${dayOf(store.now(), store.viewer())}`;
  let eyes = eyesNow();
  const look = () => {
    if (eyes === eyesNow()) return;
    eyes = eyesNow();
    fn();
  };
  for (const topic of ["viewer", "clock", "leads"]) store.on(topic, look);
}

/** A jump may change what is past without a message: look once more when it is over. */
function whenJumpEnds(store, soon) {
  let wasJumping = false;
  store.on("clock", () => {
    const isJumping = Boolean(store.state.clock?.is_jumping);
    if (wasJumping && !isJumping) soon();
    wasJumping = isJumping;
  });
}
