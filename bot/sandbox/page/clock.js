/** The clock in the page's header: what time it is in the demo, how fast it runs, and where it may jump. */

import { ApiError, post } from "./api.js";
import { fill, h } from "./dom.js";
import { jumpMenu } from "./panels/jumps.js";
import { at, city, clockTime, day, dayTime, hasSeconds, span } from "./panels/times.js";

const RATES = [
  { rate: 0, label: "Pause", says: "Time stands still" },
  { rate: 1, label: "×1", says: "Time runs as in life" },
  { rate: 60, label: "×60", says: "A minute passes each second" },
];
const FAST_STEP = 10;
const TICK = 80;
const SAID_FOR = 8000;
const HOUR = 3_600_000;

/** The clock for the header; hidden where the demo has none. */
export function create(store) {
  let steady = 1;
  const { say, note } = noteLine();
  const tell = async (path, body) => {
    say("");
    try {
      await post(path, body);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(error.message);
      show();
    }
  };
  const change = (rate) => tell("/_demo/clock", { rate });
  const jump = (where) => tell("/_demo/clock/jump", where);
  const parts = {
    face: clockFace(store),
    rates: rateChoice(change),
    menu: jumpMenu(store, jump),
    next: h("button", { type: "button", class: "clock-next", onclick: () => jump({ to: "next" }) }),
    busy: h("span", { class: "clock-busy" }),
  };
  const slot = h("div", { class: "clock-slot" }, parts.next, parts.busy);
  const root = h("div", { class: "clock", role: "group", "aria-label": "Time in the demo" });
  root.append(parts.face.element, parts.rates, parts.menu.element, slot, note);

  function show() {
    const { demo, clock } = store.state;
    root.hidden = !demo || !clock;
    if (root.hidden) return;
    if (!clock.is_jumping) steady = clock.rate;
    root.classList.toggle("is-jumping", Boolean(clock.is_jumping));
    showControls(store, parts, steady, () => change(steady));
    tick();
  }

  function tick() {
    if (root.hidden || !store.state.clock) return;
    parts.face.show();
    retellNext(parts.next, store);
  }

  for (const topic of ["clock", "viewer", "state"]) store.on(topic, show);
  setInterval(() => document.visibilityState === "visible" && tick(), TICK);
  show();
  return root;
}

/** What could not be done, said below the clock for a while. */
function noteLine() {
  const note = h("p", { class: "clock-note", role: "status" });
  let silence = 0;
  const say = (text) => {
    note.textContent = text;
    clearTimeout(silence);
    if (text) silence = setTimeout(() => say(""), SAID_FOR);
  };
  return { note, say };
}

function clockFace(store) {
  const date = h("span", { class: "clock-day" });
  const time = h("span", { class: "clock-time", role: "timer", "aria-label": "Time in the demo" });
  const element = h("p", { class: "clock-face" }, date, time);
  const show = () => {
    const { clock } = store.state;
    const viewer = store.viewer();
    const step = clock.is_jumping || clock.rate > 1 ? FAST_STEP : 1;
    put(date, day(store.now(), viewer));
    put(time, clockTime(store.now(), viewer, { seconds: true, step }));
    element.title = `In ${city(viewer)}, as ${viewer?.real_name ?? "the viewer"} sees it`;
  };
  return { element, show };
}

function showControls(store, parts, steady, stopJump) {
  const { clock, story } = store.state;
  const why = story?.state === "playing" ? "story" : clock.is_jumping ? "jump" : "";
  parts.rates.disabled = why === "story";
  parts.menu.allow(why === "");
  for (const input of parts.rates.querySelectorAll("input")) input.checked = Number(input.value) === steady;
  showNext(parts.next, store, why !== "");
  showBusy(parts, why, stopJump);
}

function rateChoice(choose) {
  const choices = RATES.map(({ rate, label, says }) =>
    h(
      "label",
      { class: "clock-rate", title: says },
      h("input", { type: "radio", name: "clock-rate", value: String(rate), onchange: () => choose(rate) }),
      h("span", { "aria-hidden": "true" }, label),
      h("span", { class: "unseen" }, rate ? `${label}: ${says}` : says),
    ),
  );
  const legend = h("legend", { class: "unseen" }, "How fast time runs");
  return h("fieldset", { class: "clock-rates", "aria-describedby": "clock-why" }, legend, choices);
}

/** While time jumps or the story plays, the place of the next step says so; a jump can be stopped there. */
function showBusy(parts, why, stopJump) {
  if (parts.busy.dataset.why === why) return;
  const hadFocus = parts.next.parentNode.contains(document.activeElement);
  parts.next.hidden = why !== "";
  parts.busy.hidden = why === "";
  parts.busy.dataset.why = why;
  const words = { jump: "Jumping, step by step", story: "The story plays; its time runs by itself" };
  fill(
    parts.busy,
    why && h("span", { id: "clock-why", role: "status", class: "clock-why" }, words[why]),
    why === "jump" && h("button", { type: "button", class: "clock-stop", onclick: stopJump }, "Stop"),
  );
  // Who jumps with the keyboard goes on from here.
  if (hadFocus) (parts.busy.querySelector("button") ?? parts.next).focus();
}

function showNext(button, store, isBusy) {
  const next = store.state.clock.next;
  button.disabled = isBusy || !next;
  if (!next) fill(button, h("span", { class: "clock-next-what" }, "Nothing is due"));
  button.title = next ? "Jump there" : "When a lead comes in, its next step stands here.";
  retellNext(button, store);
}

/** The next step in words; how long until then changes while time runs. */
function retellNext(button, store) {
  const next = store.state.clock.next;
  if (!next) return;
  const now = store.now();
  const when = at(next.at);
  const time = dayTime(when, store.viewer(), now, { seconds: hasSeconds(store) });
  const far = when - now > 12 * HOUR ? "" : when - now < 1000 ? ", now" : `, in ${span(when - now)}`;
  const key = `${next.what}|${time}|${far}`;
  if (button.dataset.said === key && button.childElementCount > 1) return;
  button.dataset.said = key;
  button.setAttribute("aria-label", `Jump to what is next: ${next.what}, ${time}${far}`);
  fill(
    button,
    h("span", { class: "clock-next-what" }, h("span", { class: "clock-next-word" }, "Next: "), next.what),
    h("span", { class: "clock-next-when" }, `, ${time}${far}`),
  );
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
