/** "E-mail and SMS": what the bot sent to a person's address or phone, which Slack never sees. */

import { dayOf, timeOfDay } from "./dates.js";
import { h, keyed, soon } from "./dom.js";
import { link, words } from "./inline.js";
import { isTo, LETTERS, lettersTo } from "./letterbox.js";
import { showPane } from "./panes.js";
import { dayLabel } from "./rows.js";

const KINDS = { mail: "E-mail", sms: "SMS" };
const ADDRESS = /(https?:\/\/[^\s<>]*[^\s<>.,;:!?)])/;
const PERMALINK = /^https:\/\/[\w-]+\.slack\.com\/archives\/([CDG]\w+)\/p\d+$/;

/** The viewer's letters, in the place of a conversation. */
export function createLetters(store) {
  const list = h("ul", { class: "letters" });
  const empty = h("p", { class: "nothing soft" });
  const body = h("div", { class: "home-body", tabindex: "0", role: "region", "aria-label": "E-mail and SMS" }, empty, list);
  const back = h("button", { type: "button", class: "button quiet back", onclick: () => showPane("chats") }, "‹ Chats");
  const where = h("p", { class: "soft small members" });
  const head = h("header", { class: "talk-head" }, back, h("h2", "E-mail and SMS"), where);
  const root = h("section", { class: "home", hidden: true }, head, body);
  let at = null;

  function draw() {
    const viewer = store.viewer();
    if (root.hidden || !viewer) return;
    const all = lettersTo(store, viewer.id);
    const others = at !== viewer.id;
    if (others) list.replaceChildren();
    at = viewer.id;
    where.textContent = [viewer.profile?.email, viewer.phone].filter(Boolean).join(" · ");
    empty.hidden = all.length > 0;
    empty.textContent = "Nothing here yet. Whoever is on call is paged by SMS too, and e-mail goes out while Slack is away.";
    const isAtEnd = others || body.scrollHeight - body.scrollTop - body.clientHeight < 60;
    // Before other eyes, and on another day, its time is told anew.
    const eyes = `${viewer.id} ${dayOf(store.now(), viewer)}`;
    keyed(list, all, (one) => `${eyes} ${one.id}`, (one) => h("li", letterNode(store, one)));
    if (isAtEnd) body.scrollTop = body.scrollHeight;
  }

  const drawSoon = soon(draw);
  store.on("viewer", () => {
    root.hidden = store.state.channel !== LETTERS || store.viewer() === null;
    draw();
  });
  for (const topic of ["letters", "clock"]) store.on(topic, drawSoon);
  return root;
}

/** One e-mail or text message; `withTo` names the one to whom it went. */
export function letterNode(store, letter, { withTo = false } = {}) {
  const ms = letter.at * 1000;
  const viewer = store.viewer();
  const day = dayLabel(ms, viewer, store.now());
  const when = `${day === "Today" ? "" : `${day}, `}${timeOfDay(ms, viewer)}`;
  const from = letter.sender.replace(/\s*<[^>]*>$/, "");
  return h(
    "article",
    { class: "letter", "aria-label": `${KINDS[letter.kind]}, ${when}` },
    h(
      "p",
      { class: "byline" },
      h("span", { class: "badge" }, KINDS[letter.kind]),
      h("strong", withTo ? `to ${nameAt(store, letter)}` : from),
      h("time", { datetime: new Date(ms).toISOString() }, when),
    ),
    letter.subject ? h("p", { class: "letter-subject" }, words(letter.subject)) : null,
    h("div", { class: "said" }, textWithLinks(store, letter.body.trim())),
  );
}

/** A person of the workspace by name, anybody else by address or number. */
function nameAt(store, letter) {
  const person = [...store.state.users.values()].find((one) => isTo(letter, one));
  return person?.real_name ?? letter.to;
}

/** A link to a message in Slack leads to its conversation on this page; any other leads outside. */
function textWithLinks(store, text) {
  return text.split(ADDRESS).map((part, index) => {
    if (index % 2 === 0) return words(part);
    const place = PERMALINK.exec(part)?.[1];
    const reader = store.state.channels.get(place)?.user ?? store.state.viewer;
    return place ? h("a", { class: "link", href: `#/${reader}/${place}` }, part) : link(part);
  });
}
