/** Where the viewer writes: messages, and slash commands with Slackbot's words when they fail. */

import { ApiError, post } from "./api.js";
import { fill, h } from "./dom.js";

const LINES_MAX = 8;
const NO_MESSAGES = "This app does not take messages. Commands, which start with a slash, it hears in every conversation.";
const drafts = new Map();

/** `whereOf()` says `{channel, thread}` or null. */
export function createComposer(store, whereOf) {
  const field = h("textarea", { class: "field", rows: "1", oninput: () => typed(), onkeydown: (event) => pressed(event) });
  const send = h("button", { type: "submit", class: "button primary" }, "Send");
  const menu = createMenu((name) => complete(name));
  const hint = h("p", { class: "commands command-hint", role: "status", hidden: true });
  const problem = h("p", { class: "composer-problem", role: "alert" });
  const form = h("form", { class: "composer", onsubmit: submit }, menu.element, hint, field, send, problem);
  field.setAttribute("aria-controls", menu.element.id);
  let key = null;

  function show() {
    const where = whereOf();
    const now = where && [store.state.viewer, where.channel, where.thread].join();
    if (now !== key) {
      if (key) drafts.set(key, field.value);
      // What was typed while the page was still loading stays where it was typed.
      field.value = drafts.get(now) ?? (key === null ? field.value : "");
      problem.textContent = "";
      key = now;
      typed();
    }
    const label = where ? labelOf(store, where) : "";
    field.setAttribute("aria-label", label);
    field.placeholder = label;
    const isClosed = store.viewer()?.deleted === true;
    field.disabled = isClosed;
    send.disabled = isClosed || store.state.connection !== "live";
  }

  function typed() {
    field.rows = Math.min(LINES_MAX, field.value.split("\n").length);
    const said = store.state.hints[/^(\/\S+)\s/.exec(field.value)?.[1]] ?? "";
    if (hint.textContent !== said) hint.textContent = said;
    hint.hidden = said === "";
    menu.offer(/^\/\S*$/.test(field.value) ? store.state.commands.filter((one) => one.startsWith(field.value) && one !== field.value) : []);
  }

  function complete(name) {
    field.value = `${name} `;
    typed();
    field.focus();
  }

  function pressed(event) {
    if (menu.takes(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  }

  async function submit(event) {
    event.preventDefault();
    const where = whereOf();
    const text = field.value.trim();
    if (!where || text === "" || send.disabled) return;
    // A space before the slash makes a message of what would be a command, as in Slack.
    const isCommand = field.value.startsWith("/");
    field.value = "";
    problem.textContent = "";
    typed();
    try {
      await (isCommand ? runCommand(store, where, text) : say(store, where, text));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problem.textContent = error.message;
      field.value ||= text;
    }
  }

  store.on("connection", show);
  show();
  return { element: form, show };
}

function labelOf(store, { channel, thread }) {
  if (store.viewer()?.deleted) return "This account is closed";
  if (thread !== null) return "Answer in the thread";
  const place = store.channel(channel);
  if (!place) return "";
  return place.is_im ? "Type / for a command" : `Message #${place.name}`;
}

async function say(store, { channel, thread }, text) {
  if (store.channel(channel)?.is_im) {
    slackbot(store, channel, NO_MESSAGES);
    return;
  }
  const wanted = { user: store.state.viewer, channel, text };
  await post("/_sandbox/act/say", thread === null ? wanted : { ...wanted, thread_ts: thread });
}

async function runCommand(store, { channel }, typed) {
  const [, name, text] = /^(\/\S*)\s*([\s\S]*)$/.exec(typed);
  if (!store.state.commands.includes(name)) {
    const known = store.state.commands.length ? ` Commands here: ${store.state.commands.join(", ")}.` : " This app has none yet.";
    slackbot(store, channel, `${name} is not a valid command, so nothing was sent.${known} To send it as a message, put a space before the slash.`);
    return;
  }
  const user = store.state.viewer;
  const { acked, delivery } = await post("/_sandbox/act/command", { user, channel, name, text: withMentions(store, text) });
  if (acked) return;
  const isLate = /timeout$/.test(delivery.attempts[0]?.reason ?? "");
  slackbot(store, channel, `${name} failed with the error "${isLate ? "operation_timeout" : "dispatch_failed"}"`, user);
}

/** As Slack sends it: people whose handle was typed behind an @ by their ids. */
function withMentions(store, text) {
  const people = store.people();
  return text.replace(/(?<!\S)@([\w.-]+)/g, (typed, handle) => {
    const person = people.find((one) => one.name === handle.toLowerCase());
    return person ? `<@${person.id}|${person.name}>` : typed;
  });
}

/** What Slack itself says to the viewer alone. */
function slackbot(store, channel, text, user = store.state.viewer) {
  const ts = (store.now() / 1000).toFixed(6);
  const author = { id: "USLACKBOT", real_name: "Slackbot", is_bot: false };
  store.addEphemeral({ channel, user, ts, text, author, isLocal: true });
}

let menus = 0;

/** The commands that begin with what was typed. */
function createMenu(choose) {
  const element = h("ul", { class: "commands", role: "listbox", id: `commands-${(menus += 1)}`, "aria-label": "Commands", hidden: true });
  let offered = [];
  let place = 0;

  function draw() {
    element.hidden = offered.length === 0;
    fill(
      element,
      offered.map((name, index) =>
        h("li", { role: "option", "aria-selected": String(index === place), onmousedown: (event) => pick(event, name) }, name),
      ),
    );
  }

  function pick(event, name) {
    event.preventDefault();
    choose(name);
  }

  function offer(names) {
    offered = names;
    place = 0;
    draw();
  }

  function takes(event) {
    if (element.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) place = (place + step + offered.length) % offered.length;
    else if (event.key === "Escape") offered = [];
    else if (event.key === "Tab" || event.key === "Enter") return pick(event, offered[place]), true;
    else return false;
    event.preventDefault();
    draw();
    return true;
  }

  return { element, offer, takes };
}
