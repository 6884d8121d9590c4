/** Tables: the first row names the columns. */

import { h } from "./dom.js";
import { words } from "./inline.js";
import { renderRichText } from "./rich_text.js";
import { unknown } from "./unknown.js";

/** The inside of a table block. */
export function renderTable(block, ctx) {
  const [head = [], ...rows] = block.rows ?? [];
  const row = (cells, tag) => h("tr", cells.map((one, column) => cell(one, tag, block.column_settings?.[column], ctx)));
  const table = h("table", { class: "table" }, h("thead", row(head, "th")), h("tbody", rows.map((one) => row(one, "td"))));
  return h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" }, table);
}

function cell(one, tag, settings, ctx) {
  const align = ["center", "right"].includes(settings?.align) ? ` align-${settings.align}` : "";
  const shape = { class: `cell${align}${settings?.is_wrapped ? " wrapped" : ""}`, scope: tag === "th" ? "col" : null };
  return h(tag, shape, content(one, ctx));
}

function content(one, ctx) {
  if (one?.type === "raw_text") return words(String(one.text ?? ""));
  return one?.type === "rich_text" ? renderRichText(one, ctx) : unknown(one, "table cell");
}
