/** Trouble on demand: what goes wrong with Slack, and the bot killed and started again. */

import { ApiError, get, post } from "../api.js";
import { fill, h } from "../dom.js";
import { follow } from "./follow.js";
import { reading } from "./lead.js";
import { modeSwitch } from "./mode.js";

const KINDS = [
  {
    what: "slack_down",
    label: "Slack is down",
    expect: "Nobody can be told anything there. Leads are still taken, and what is owed waits; after ten minutes, what is urgent goes by e-mail and SMS.",
    next: "Send a lead, end the trouble, and see each message arrive once.",
  },
  {
    what: "rate_limited",
    label: "Slack says: slow down",
    expect: "Slack refuses every message and says when to ask again. The bot keeps to that.",
    next: "Send 50 leads at once, end the trouble, and see the hottest told first.",
  },
  {
    what: "slow",
    label: "Slack answers slowly",
    expect: "Each call takes seconds. Messages come late, deadlines stay where they are.",
    next: "Press a button on a card; it is still acknowledged in time.",
  },
  {
    what: "answers_lost",
    label: "Slack's answers get lost",
    expect: "Messages arrive, but the bot does not hear of it. It looks before it says anything again.",
    next: "Send a lead and unfold its rows in the Ledger.",
  },
];
const BOT_WORDS = {
  running: "The bot is running.",
  starting: "The bot is starting.",
  stopped: "The bot is stopped. Leads cannot come in; what it owes is safe in its database.",
};
const BOT_NEXT = {
  running: "Kill it in the middle of something, such as a burst, and start it again.",
  starting: "What it owed leaves first; look at the Ledger.",
  stopped: "Press a button on a card and see what Slack says. Then start the bot again.",
};

/** The panel. */
export function create(store) {
  const error = h("p", { class: "sheet-error", role: "status", hidden: true });
  const switches = KINDS.map((kind) => troubleSwitch(kind, (isOn) => set(isOn ? kind.what : "none")));
  const bot = botPart((wanted) => act(() => post("/_demo/bot", { do: wanted })));
  const root = h(
    "section",
    { class: "sheet sheet-trouble", "aria-label": "Trouble" },
    h("h2", { class: "sheet-title" }, "Trouble on demand"),
    h("p", { class: "small" }, "One at a time. Nothing that the bot promised may be lost or said twice."),
    error,
    h("ul", { class: "switches" }, switches.map((one) => one.element)),
    bot.element,
    modeSwitch(store),
  );

  async function act(work) {
    error.hidden = true;
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      fill(error, problem.message);
      error.hidden = false;
    }
    soon();
  }

  const set = (what) => act(() => post("/_demo/trouble", { what }));
  const show = () => bot.show(store.state.bot ?? "running");
  const soon = follow(store, ["faults"], root, () =>
    reading(error, async () => {
      const now = troubleOf(await get("/_demo/trouble"));
      for (const one of switches) one.show(now === one.what);
    }),
  );
  store.on("bot", show);
  show();
  return root;
}

/** A visible line while something is wrong, with the way out; shell puts it above everything. */
export function banner(store) {
  const words = h("span", { class: "banner-words" });
  const error = h("span", { class: "banner-error" });
  const end = h("button", { type: "button", class: "banner-button" });
  const element = h("div", { class: "trouble-banner", role: "status", hidden: true }, words, error, end);
  let trouble = null;

  function show() {
    const isStopped = store.state.bot === "stopped";
    const isStarting = store.state.bot === "starting";
    const kind = KINDS.find((one) => one.what === trouble);
    element.hidden = !store.state.demo || !(kind || isStopped || isStarting);
    const bot = isStopped ? "The bot is stopped." : isStarting ? "The bot is starting." : "";
    const said = [kind && `${kind.label}.`, bot].filter(Boolean).join(" ");
    if (words.textContent !== said) words.textContent = said;
    end.hidden = !kind && isStarting;
    end.textContent = kind ? "End the trouble" : "Start the bot again";
    end.onclick = () => leave(kind ? ["/_demo/trouble", { what: "none" }] : ["/_demo/bot", { do: "start" }]);
  }

  async function leave([path, body]) {
    error.textContent = "";
    try {
      await post(path, body);
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      error.textContent = problem.message;
    }
    await look();
  }

  async function look() {
    if (!store.state.demo) return;
    try {
      trouble = troubleOf(await get("/_demo/trouble"));
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
    }
    show();
  }

  store.on("faults", look);
  store.on("bot", show);
  look();
  return element;
}

const troubleOf = (said) => (said.what === "none" ? null : said.what ?? null);

function troubleSwitch({ what, label, expect, next }, flip) {
  const button = h("button", {
    type: "button",
    role: "switch",
    class: "trouble-switch",
    "aria-checked": "false",
    id: `trouble-${what}`,
    "aria-describedby": `trouble-${what}-says`,
    onclick: () => flip(button.getAttribute("aria-checked") !== "true"),
  });
  const state = h("span", { class: "switch-word", "aria-hidden": "true" }, "off");
  button.append(h("span", { class: "switch-label" }, label), state);
  button.append(h("span", { class: "switch-knob", "aria-hidden": "true" }));
  const says = h("p", { class: "small", id: `trouble-${what}-says` }, expect);
  const element = h("li", { class: "trouble" }, button, says, h("p", { class: "small try" }, `Try: ${next}`));
  const show = (isOn) => {
    button.setAttribute("aria-checked", String(isOn));
    state.textContent = isOn ? "on" : "off";
  };
  return { what, element, show };
}

function botPart(order) {
  const words = h("p", { role: "status", tabindex: "-1" });
  const next = h("p", { class: "small try" });
  const pressed = (wanted) => () => order(wanted);
  const kill = h("button", { type: "button", class: "button danger", onclick: pressed("kill") }, "Kill the bot");
  const start = h("button", { type: "button", class: "button primary", onclick: pressed("start") }, "Start it again");
  const row = h("div", { class: "send-row" }, kill, start);
  const element = h("div", { class: "bot-part" }, h("h3", "The bot"), words, row, next);
  const show = (state) => {
    if (words.textContent !== (BOT_WORDS[state] ?? state)) words.textContent = BOT_WORDS[state] ?? state;
    next.textContent = BOT_NEXT[state] ? `Try: ${BOT_NEXT[state]}` : "";
    element.dataset.state = state;
    const hadFocus = element.contains(document.activeElement);
    kill.disabled = state !== "running";
    start.disabled = state !== "stopped";
    // A button that was pressed and cannot be pressed again hands the focus on.
    if (hadFocus && state !== "starting") (kill.disabled ? start : kill).focus();
    else if (hadFocus) words.focus();
  };
  return { element, show };
}
