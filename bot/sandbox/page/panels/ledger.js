/** The ledger: what the bot owed to people, what became of it, and that nothing was doubled or lost. */

import { get } from "../api.js";
import { fill, h, keyed } from "../dom.js";
import { follow, settled } from "./follow.js";
import { reading } from "./lead.js";
import { at, clockTime } from "./times.js";
import { mark } from "./words.js";

const ROLES = {
  owner_card: "Card",
  reminder: "Reminder",
  deadline_passed: "Deadline passed",
  nudge: "Nudge",
  managers_card: "Managers' card",
  managers_line: "Line for the managers",
  queue_card: "Queue card",
  still_free: "Still free",
  needs_attention: "Needs attention",
  lead_ops_check: "Check by lead ops",
  undelivered: "Undelivered",
  owner_removed: "Owner removed",
  unowned: "Without an owner",
  page: "Page",
  shift: "Shift message",
  shift_over: "End of a shift",
  account_closed: "Account closed",
  audit: "What the auditor found",
  audit_over: "All good again",
  acknowledgement: "Automatic answer",
  outage_list: "List of calls to make",
  lead_list: "List",
  digest: "Morning digest",
  surge: "Flood notice",
  downtime_managers: "Summary after an absence",
  downtime_owner: "Summary after an absence",
};
const STATES = {
  gathering: { word: "Waiting", shape: "ring" },
  pending: { word: "Waiting", shape: "ring" },
  sending: { word: "On its way", shape: "ring" },
  uncertain: { word: "No answer, being looked up", shape: "triangle" },
  sent: { word: "Sent", shape: "tick" },
  refused: { word: "Refused", shape: "square" },
  void: { word: "Not needed any more", shape: "dash" },
};
const DONE_WORDS = {
  "chat.postMessage": "sent",
  "chat.update": "changed",
  "chat.delete": "deleted",
  "conversations.history": "looked",
  "conversations.replies": "looked",
};
const OUTCOME_WORDS = { unanswered: "no answer", ratelimited: "told to slow down" };
const UNFINISHED = ["gathering", "pending", "sending", "uncertain"];
const LOOK_AGAIN = 1500;

/** The panel. */
export function create(store) {
  const error = h("p", { class: "sheet-error", role: "status", hidden: true });
  const sums = h("p", { class: "sums", role: "status" }, "Reading the ledger.");
  const list = h("ul", { class: "deliveries" });
  const empty = h("p", { class: "nothing", hidden: true });
  const filter = filterChoice(() => show());
  const root = h(
    "section",
    { class: "sheet sheet-ledger", "aria-label": "Ledger" },
    h("h2", { class: "sheet-title" }, "Ledger"),
    sums,
    filter.element,
    error,
    empty,
    list,
  );
  const unfolded = new Set();
  let rows = [];

  function show() {
    const seen = filter.value() === "all" ? rows : rows.filter((one) => !isPlain(one));
    empty.hidden = seen.length > 0;
    empty.textContent = rows.length ? "Everything went the plain way." : "Nothing here yet. Send a lead with New lead.";
    keyed(list, seen, (one) => one.delivery_id, (one) => row(store, one, unfolded));
  }

  follow(store, ["leads", "faults", "bot", "viewer"], root, () =>
    reading(error, async () => {
      const said = await get("/_demo/ledger");
      rows = settled(rows, said.rows, (one) => one.delivery_id);
      const words = sumsInWords(said.sums);
      if (sums.textContent !== words) sums.textContent = words;
      root.dataset.good = String(!said.sums.doubled && !said.sums.lost);
      show();
    }).then((again) => again || (rows.some(isUnfinished) ? LOOK_AGAIN : 0)),
  );
  return root;
}

/** "42 owed: 40 sent, 2 waiting. None doubled, none lost." */
export function sumsInWords(sums) {
  const parts = [
    [sums.sent, "sent"],
    [sums.waiting, "waiting"],
    [sums.uncertain, "without an answer, being looked up"],
    [sums.refused, "refused"],
    [sums.void, "not needed any more"],
  ];
  const told = parts.filter(([number]) => number).map(([number, word]) => `${number} ${word}`);
  const number = (count, word) => (count ? `${count} ${word}` : `none ${word}`);
  const promise = `${number(sums.doubled, "doubled")}, ${number(sums.lost, "lost")}`;
  if (!sums.owed) return "Nothing is owed yet.";
  return `${sums.owed} owed: ${told.join(", ")}. ${promise[0].toUpperCase()}${promise.slice(1)}.`;
}

const isUnfinished = (one) => UNFINISHED.includes(one.state);

const isPlain = (one) => one.state === "sent" && one.attempts <= 1 && !one.looked_up && one.visible === 1;

function filterChoice(changed) {
  const choices = [
    ["all", "All"],
    ["odd", "Only what was not plain"],
  ].map(([value, label]) =>
    h(
      "label",
      { class: "filter" },
      h("input", { type: "radio", name: "ledger-filter", value, checked: value === "all", onchange: changed }),
      label,
    ),
  );
  const element = h("fieldset", { class: "filters" }, h("legend", { class: "unseen" }, "Which rows"), choices);
  return { element, value: () => element.querySelector("input:checked").value };
}

function row(store, one, unfolded) {
  const { word, shape } = STATES[one.state] ?? { word: one.state, shape: "ring" };
  const attempts = one.attempts > 1 ? `tried ${one.attempts} times` : "";
  const facts = [one.looked_up && "looked up", attempts, visibleWords(one), errorWords(one)].filter(Boolean);
  const details = h(
    "details",
    { class: "delivery", open: unfolded.has(one.delivery_id) },
    h(
      "summary",
      { dataset: { focus: one.delivery_id } },
      h("span", { class: "delivery-what" }, `${ROLES[one.role] ?? one.role} to ${one.place}`),
      h("span", { class: "small delivery-lead" }, one.lead),
      mark(word, shape),
      facts.length > 0 && h("span", { class: "small" }, facts.join(" · ")),
    ),
    callList(store, one),
  );
  details.addEventListener("toggle", () => unfolded[details.open ? "add" : "delete"](one.delivery_id));
  return h("li", details);
}

/** How often people see it, where that is not once. */
function visibleWords(one) {
  if (one.list_id) return "a row of a list";
  if (one.state !== "sent" || one.visible === 1) return "";
  return one.visible > 1 ? `stands ${one.visible} times` : "deleted since";
}

/** Why it did not arrive, or not yet; what only programs call by that name is left out. */
function errorWords(one) {
  if (["refused", "void"].includes(one.state)) return one.error;
  return one.state === "sent" ? "" : OUTCOME_WORDS[one.error] ?? "";
}

function callList(store, one) {
  const calls = one.calls ?? [];
  if (calls.length === 0) return h("p", { class: "small" }, withoutCalls(one));
  const time = (iso) => clockTime(at(iso), store.viewer(), { seconds: true });
  return [
    h("ol", { class: "calls" }, calls.map((call) => callLine(call, one, time))),
    one.looked_up ? h("p", { class: "small" }, "It was looked for before it could be said twice.") : null,
  ];
}

function withoutCalls(one) {
  if (one.list_id) return "It stands as a row in a list, which has a row of its own here.";
  if (one.is_outside) return one.state === "sent" ? "It went past Slack; see E-mail and SMS." : "It goes past Slack.";
  return "No call to Slack yet.";
}

function callLine(call, one, time) {
  const { at: when, method, since } = call;
  const about = since ? `In what ${one.place} got since ${time(since)}.` : null;
  return h(
    "li",
    h("span", { class: "when" }, time(when)),
    h("code", method),
    h("span", outcomeWords(call)),
    about ? h("span", { class: "call-about" }, about) : null,
  );
}

function outcomeWords({ method, outcome }) {
  return outcome === "ok" ? DONE_WORDS[method] ?? "answered" : OUTCOME_WORDS[outcome] ?? outcome;
}
