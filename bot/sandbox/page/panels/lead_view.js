/** One lead: its clocks with their arithmetic, its ladder as a line, its timeline, and why. */

import { fill, h, keyed } from "../dom.js";
import { letterNode } from "../letters.js";
import { isSeen, settled } from "./follow.js";
import { at, dayTime, hasSeconds, span, told } from "./times.js";
import { markOf, outcomeOf, personName, placeOf, statusWord } from "./words.js";

const KINDS = {
  owner: "Owner's clock",
  queue: "In the backup queue",
  review: "Management review",
  check: "Check by lead ops",
  held: "Held until somebody can take it",
};
const STEP_WORDS = { done: "Done", next: "Next", to_come: "To come", left_out: "Left out" };

/**
 * The view of one lead, changed in place.
 * @returns {{element: HTMLElement, heading: HTMLElement, show: (lead: object) => void, forget: () => void}}
 */
export function leadView(store) {
  const heading = h("h2", { class: "sheet-title", tabindex: "-1" });
  const parts = {
    facts: h("div", { class: "lead-head" }),
    clocks: h("ul", { class: "clocks" }),
    ladder: h("ol", { class: "ladder", "aria-label": "Ladder" }),
    timeline: h("ol", { class: "timeline", "aria-label": "Timeline" }),
    letters: h("ul", { class: "lead-letters" }),
    why: h("ul", { class: "why" }),
  };
  const sections = {
    clocks: section("Clocks", parts.clocks),
    ladder: section("Ladder", parts.ladder),
    timeline: section("Timeline", parts.timeline),
    letters: section("E-mail and SMS", parts.letters),
    why: section("Why", parts.why),
  };
  const element = h("article", { class: "lead-view" }, heading, parts.facts, Object.values(sections));
  let known = nothingKnown();

  function show(lead) {
    if (known.id !== lead.id) known = { ...nothingKnown(), id: lead.id };
    heading.textContent = lead.label;
    fill(parts.facts, headFacts(store, lead));
    const list = (name, container, keyOf, render) => {
      const items = lead[name] ?? [];
      known[name] = settled(known[name], items.map((item, place) => ({ ...item, place })), keyOf);
      sections[name].hidden = items.length === 0;
      keyed(container, known[name], keyOf, render);
    };
    list("clocks", parts.clocks, (one) => one.place, (one) => clockOf(store, one, lead));
    list("ladder", parts.ladder, (one) => one.place, (one) => rung(store, one));
    list("timeline", parts.timeline, (one) => one.place, (one) => happening(store, one, lead));
    list("letters", parts.letters, (one) => one.id, (one) => h("li", letterNode(store, one, { withTo: true })));
    sections.why.hidden = !(lead.why ?? []).length;
    fill(parts.why, (lead.why ?? []).map((reason) => h("li", reason)));
  }

  setInterval(() => isSeen(element) && advance(store, parts.clocks), 500);
  return { element, heading, show, forget: () => (known = nothingKnown()) };
}

const nothingKnown = () => ({ id: null, clocks: [], ladder: [], timeline: [], letters: [] });

function section(title, content) {
  return h("section", { class: "lead-section" }, h("h3", title), content);
}

function headFacts(store, lead) {
  const running = (lead.clocks ?? []).find((one) => !one.stopped_at && one.due_at);
  const facts = [
    lead.tier,
    lead.owner ? `with ${personName(store, lead.owner)}` : placeOf(lead),
    outcomeOf(lead),
    running && !outcomeOf(lead) && `due ${told(store, running.due_at)}`,
  ];
  return [markOf(lead), h("p", { class: "lead-facts" }, facts.filter(Boolean).join(" · "))];
}

/** A clock: what it measured, its sum in words, and a bar that is said in text as well. */
function clockOf(store, clock, lead) {
  const kind = KINDS[clock.kind] ?? clock.kind;
  const title = [(lead.clocks ?? []).length > 1 && `${clock.number}.`, kind].filter(Boolean).join(" ");
  const { started_at: started, due_at: due, stopped_at: stopped } = clock;
  const item = h(
    "li",
    { class: "one-clock", dataset: { started, due, stopped, by: clock.outcome } },
    h(
      "div",
      { class: "clock-head" },
      h("h4", clock.who ? `${title}: ${clock.who}` : title),
      h("span", { class: "calendar" }, calendarName(clock)),
    ),
    clock.due_at && bar(),
    h("p", { class: "clock-says" }),
    clock.sum && h("p", { class: "clock-sum" }, clock.sum),
  );
  retell(store, item);
  return item;
}

const calendarName = ({ calendar }) => `calendar ${String(calendar).replaceAll("_", " ")}`;

function bar() {
  const parts = ["run", "over", "due"].map((name) => h("span", { class: `span-${name}` }));
  return h("div", { class: "span-bar", "aria-hidden": "true" }, parts);
}

/** Running clocks go on by themselves. */
function advance(store, clocks) {
  for (const item of clocks.children) if (!item.dataset.stopped) retell(store, item);
}

function retell(store, item) {
  const { started, due, stopped, by } = item.dataset;
  const now = store.now();
  const start = at(started);
  const end = stopped ? at(stopped) : Math.max(now, start);
  const said = item.querySelector(".clock-says");
  const words = clockWords(store, { started, due, stopped, by, start, end, now });
  if (said.textContent !== words) said.textContent = words;
  if (due) draw(item.querySelector(".span-bar"), start, at(due), end);
}

function clockWords(store, { started, due, stopped, by, start, end, now }) {
  const say = (iso) => told(store, iso);
  const said = [now < start ? `Starts ${say(started)}` : `Started ${say(started)}`];
  if (due) said.push(`due ${say(due)}`);
  if (stopped) said.push(`stopped ${say(stopped)}${by ? ` (${by})` : ""}`);
  if (due && stopped) said.push(end <= at(due) ? "before its deadline" : `${span(end - at(due))} after its deadline`);
  if (due && !stopped && now > at(due)) said.push(`${span(now - at(due))} past the deadline`);
  if (!stopped && now >= start) said.push("running");
  return said.join(" · ");
}

/** From start to deadline is the bar's plain part; what ran beyond is drawn in another pattern. */
function draw(element, start, due, end) {
  const whole = Math.max(due, end) - start || 1;
  const part = (ms) => `${Math.max(0, Math.min(100, (100 * ms) / whole)).toFixed(2)}%`;
  const [run, over, mark] = element.children;
  run.style.setProperty("width", part(Math.min(end, due) - start));
  over.style.setProperty("left", part(due - start));
  over.style.setProperty("width", part(Math.max(0, end - due)));
  mark.style.setProperty("left", part(due - start));
}

function rung(store, step) {
  const status = step.status ? statusWord(step.status) : "";
  return h(
    "li",
    { class: "rung", dataset: { state: step.state }, "aria-current": step.state === "next" ? "step" : null },
    h("span", { class: "rung-dot", "aria-hidden": "true" }),
    h(
      "p",
      { class: "rung-what" },
      h("span", { class: "when" }, told(store, step.at)),
      " ",
      step.what,
      status && h("span", { class: "rung-status" }, status),
    ),
    h("p", { class: "small" }, [STEP_WORDS[step.state] ?? step.state, step.why].filter(Boolean).join(": ")),
  );
}

function happening(store, line, lead) {
  const said = { seconds: hasSeconds(store) };
  const when = (ms) => dayTime(ms, store.viewer(), store.now(), said);
  const isLater = line.logged_at && at(line.logged_at) - at(line.at) >= 60_000;
  // What stands under Why is not said twice.
  const why = line.why === (lead.why ?? []).join(" ") ? "" : line.why;
  const small = [personName(store, line.who), why, isLater && `logged ${when(at(line.logged_at))}`].filter(Boolean);
  return h(
    "li",
    { class: "happening" },
    h("span", { class: "when" }, when(at(line.at))),
    h("div", h("p", line.what), small.length > 0 && h("p", { class: "small" }, small.join(" · "))),
  );
}
