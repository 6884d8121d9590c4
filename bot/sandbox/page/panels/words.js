/** The words and shapes of a lead's state: every state is a word, and its shape repeats it. */

import { h } from "../dom.js";
import { openPanel } from "../panes.js";

const STATUSES = {
  "within sla": { word: "Within SLA", shape: "ring" },
  "at risk": { word: "At risk", shape: "triangle" },
  breached: { word: "Breached", shape: "square" },
  escalated: { word: "Escalated", shape: "diamond" },
};
const PLACES = {
  held: "Nobody has it yet",
  with_owner: "With its owner",
  in_queue: "Free to claim",
  in_review: "Needs a decision",
  with_lead_ops: "With lead ops",
  contacted: "Contacted",
  closed: "Closed",
  needs_attention: "Needs attention",
};
const OUTCOMES = { met: "In time", missed: "Late" };

/** The mark of a lead: what is most worth knowing about it, as word and shape. */
export function markOf(lead) {
  if (lead.state === "contacted") return mark("Contacted", "tick");
  if (lead.state === "closed") return mark("Closed", "dash");
  if (lead.state === "needs_attention" || !lead.status) return mark("Needs attention", "bar");
  const { word, shape } = STATUSES[lead.status.toLowerCase()] ?? { word: lead.status, shape: "ring" };
  return mark(word, shape);
}

/** Where the lead stands, in words; nothing for what its mark says already. */
export const placeOf = (lead) =>
  ["contacted", "closed", "needs_attention"].includes(lead.state) ? "" : PLACES[lead.state] ?? lead.state ?? "";

/** The result of the first contact, as people say it. */
export const outcomeOf = (lead) => OUTCOMES[lead.outcome] ?? lead.outcome ?? "";

/** A status that the ladder brings, as people say it. */
export const statusWord = (status) => STATUSES[String(status).toLowerCase()]?.word ?? status;

/** A state as a word with its shape before it. */
export function mark(word, shape) {
  const drawn = h("span", { class: "shape", "aria-hidden": "true" });
  return h("span", { class: "status-mark", dataset: { shape } }, drawn, word);
}

/** A way to everything about a lead, for where it was just sent. */
export function leadLink(store, lead) {
  const onclick = () => {
    store.select({ lead });
    openPanel("lead");
  };
  return h("button", { type: "button", class: "link-button", onclick }, "What is going on with it");
}

/** A person by name where the page knows them by e-mail address; else as written. */
export function personName(store, who) {
  if (!who) return "";
  const found = [...store.state.users.values()].find((one) => one.profile?.email === who);
  return found?.real_name ?? found?.profile?.real_name ?? who;
}
