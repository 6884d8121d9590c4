/** What this page cannot show is said and kept to look at, never dropped. */

import { h } from "./dom.js";

/** A frame for a block or an element that has no picture here, with its JSON folded in. */
export function unknown(thing, kind = "block") {
  const type = typeof thing?.type === "string" ? thing.type : "nameless";
  const article = /^[aeiou]/.test(type) ? "an" : "a";
  return h(
    "div",
    { class: "cannot-show" },
    h("p", `This page cannot show ${article} ${type} ${kind}.`),
    h("details", h("summary", "Its JSON"), h("pre", { class: "code-block" }, JSON.stringify(thing, null, 2))),
  );
}
