/** What the bot answered to a lead, in words that say what comes next. */

import { h } from "../dom.js";
import { told } from "./times.js";
import { leadLink, personName, statusWord } from "./words.js";

const BATCH_WORDS = {
  accepted: "taken",
  duplicate: "known already",
  needs_attention: "with something missing",
  refused: "refused",
};

/** The answer to one lead; `elsewhere` are errors about fields that the form does not have. */
export function answerOf(store, status, body, elsewhere) {
  if (status >= 400 || !body?.outcome) return refusal(status, body, elsewhere);
  return [
    h("p", { class: "answer-good" }, h("span", { class: "status-code" }, String(status)), " ", takenWords(store, body)),
    body.why?.length > 0 && h("ul", { class: "why" }, body.why.map((reason) => h("li", reason))),
    body.lead_id && leadLink(store, body.lead_id),
  ];
}

function takenWords(store, body) {
  if (body.outcome === "needs_attention") {
    return "Kept. No clock runs, because something is missing. Those who look after such leads are told.";
  }
  const due = body.sla?.due_at ? `Contact by ${told(store, body.sla.due_at)}.` : "";
  const owner = body.owner ? `with ${personName(store, body.owner)}` : "with nobody yet";
  const head = body.outcome === "duplicate" ? "Known already: no second message, no second clock." : "Taken.";
  const status = body.sla?.status ? `, ${statusWord(body.sla.status).toLowerCase().replace("sla", "SLA")}` : "";
  return [head, `${body.tier ?? "No tier"}, ${owner}${status}.`, due].filter(Boolean).join(" ");
}

function refusal(status, body, elsewhere) {
  const words = body?.detail ?? body?.title ?? "The bot did not say why.";
  return [
    h("p", { class: "answer-bad" }, h("span", { class: "status-code" }, String(status)), " ", words),
    elsewhere.length > 0 && h("ul", { class: "why" }, elsewhere.map((one) => h("li", `${one.field} ${one.message}`))),
  ];
}

/** The answer to many leads at once: how many of each outcome. */
export function burstAnswer(said, count) {
  const results = Array.isArray(said) ? said : said?.results ?? said?.body;
  if (said?.status >= 400 || !Array.isArray(results)) {
    const words = said?.body?.detail ?? said?.error ?? `${count} leads sent.`;
    return h("p", { class: said?.status >= 400 ? "answer-bad" : "answer-good" }, words);
  }
  const tally = new Map();
  for (const { outcome } of results) tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  const parts = [...tally].map(([outcome, number]) => `${number} ${BATCH_WORDS[outcome] ?? outcome}`);
  return h("p", { class: "answer-good" }, `${results.length} sent: ${parts.join(", ")}. Hotter leads are told first.`);
}
