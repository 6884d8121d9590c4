/** The left side: who the viewer is, with what waits for each person, and the viewer's conversations. */

import { accountWords, createAccount } from "./account.js";
import { fill, h, keyed, soon } from "./dom.js";
import { LETTERS } from "./letterbox.js";
import { showPane } from "./panes.js";
import { themeSwitch } from "./theme.js";

/** Everything in it is a button; arrow keys go through each list. */
export function createSidebar(store) {
  const name = h("h1", { class: "workspace" });
  const people = list("people");
  const places = list("places");
  const side = h(
    "nav",
    { class: "side", "aria-label": "People and conversations" },
    name,
    h(
      "div",
      { class: "side-scroll" },
      h("div", { class: "side-head" }, h("h2", "You are"), createAccount(store)),
      people,
      h("h2", "Conversations"),
      places,
    ),
    h("div", { class: "side-foot" }, themeSwitch()),
  );
  const show = soon(() => {
    fill(name, store.state.workspace);
    keyed(people, peopleRows(store), keyOf, (row) => personRow(store, JSON.parse(row)));
    keyed(places, placeRows(store), keyOf, (row) => placeRow(store, JSON.parse(row)));
  });
  for (const topic of ["viewer", "unread", "home", "clock"]) store.on(topic, show);
  return side;
}

// Rows are compared as text, so that a row whose words stay keeps its node, its focus and its hover.
const keyOf = (row) => JSON.parse(row).id;

function list(name) {
  return h("ul", { class: name, onkeydown: moveWithArrows });
}

function peopleRows(store) {
  return store.people().map((person) => {
    const places = [...store.conversations(person.id).map((place) => place.id), LETTERS];
    const marks = places.map((place) => store.unread(person.id, place));
    const count = marks.reduce((sum, one) => sum + one.count, 0);
    const chosen = person.id === store.state.viewer;
    return JSON.stringify({
      id: person.id,
      name: person.real_name,
      role: [accountWords(store, person), person.role].filter(Boolean).join(" · "),
      count,
      any: marks.some((one) => one.any),
      chosen,
    });
  });
}

function personRow(store, { id, name, role, count, any, chosen }) {
  const waits = count ? `, ${count} unread` : "";
  return h(
    "li",
    h(
      "button",
      {
        type: "button",
        class: any && !chosen ? "row person is-unread" : "row person",
        "aria-pressed": String(chosen),
        "aria-label": `${name}${role ? `, ${role}` : ""}${waits}`,
        dataset: { focus: id },
        onclick: () => store.select({ viewer: id }),
      },
      h("span", { class: "avatar small", dataset: { tint: tintOf(id) }, "aria-hidden": "true" }, initials(name)),
      h("span", { class: "row-name" }, name, role ? h("span", { class: "role", title: role }, role) : null),
      mark(count),
    ),
  );
}

function placeRows(store) {
  const viewer = store.viewer();
  if (!viewer) return [];
  const home = { id: "home", name: "App Home", sign: "⌂", count: 0, any: false };
  const rows = store.conversations(viewer.id).map((one) => {
    const { count, any } = store.unread(viewer.id, one.id);
    return { id: one.id, name: nameOfPlace(store, one), sign: signOf(one), count, any, away: one.is_archived === true };
  });
  const letters = { id: LETTERS, name: "E-mail and SMS", sign: "✉", ...store.unread(viewer.id, LETTERS) };
  const [dm, ...channels] = rows;
  return [dm, home, letters, ...channels].map((row) =>
    JSON.stringify({ ...row, chosen: row.id === store.state.channel, viewer: viewer.id }),
  );
}

function placeRow(store, { id, name, sign, count, any, chosen, away }) {
  const marked = any && !chosen;
  const words = [name, sign === "🔒" ? "private" : "", away ? "archived" : "", marked ? `${count || "something"} unread` : ""];
  return h(
    "li",
    h(
      "button",
      {
        type: "button",
        class: marked ? "row place is-unread" : "row place",
        "aria-current": chosen ? "page" : null,
        "aria-label": words.filter(Boolean).join(", "),
        dataset: { focus: id },
        onclick: () => {
          store.select({ channel: id });
          showPane("talk");
        },
      },
      h("span", { class: "sign", "aria-hidden": "true" }, sign),
      h("span", { class: "row-name" }, name),
      marked ? mark(count) : null,
    ),
  );
}

function mark(count) {
  return count ? h("span", { class: "mark", "aria-hidden": "true" }, count > 99 ? "99+" : count) : null;
}

/** The name of a conversation as its people read it. */
export function nameOfPlace(store, place) {
  if (place.is_im) return store.state.app?.name ?? "";
  return place.name;
}

/** What stands before its name: a lock where not everybody may come in. */
export function signOf(place) {
  if (place.is_im) return "●";
  return place.is_private ? "🔒" : "#";
}

/** "AA" for Alice Anders. */
export function initials(name) {
  const words = name.split(/[\s-]+/).filter(Boolean);
  return words.length > 1 ? words[0][0] + words.at(-1)[0] : name.slice(0, 2);
}

/** One of six tints, always the same for the same person. */
export function tintOf(id) {
  let sum = 0;
  for (const sign of id) sum = (sum * 31 + sign.codePointAt(0)) % 997;
  return String(sum % 6);
}

function moveWithArrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const next = buttons[buttons.indexOf(document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
