/** A message as the app sent it, for whoever wants to see how it is made. */

import { h } from "./dom.js";

/** Show text, blocks and metadata of a message in a dialog. */
export function showJson(message) {
  const { text, blocks, metadata } = message;
  const written = JSON.stringify({ text, blocks, metadata }, null, 2);
  const copied = h("span", { class: "soft", role: "status" });
  const close = h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Close");
  const copy = h("button", { type: "button", class: "button", onclick: () => copyText(written, copied) }, "Copy");
  const dialog = h(
    "dialog",
    { class: "json", "aria-labelledby": "json-title", onclose: () => dialog.remove() },
    h("h2", { id: "json-title" }, "The message as the app sent it"),
    h("pre", { tabindex: "0" }, written),
    h("div", { class: "dialog-foot" }, copied, copy, close),
  );
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}

async function copyText(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = "Copied";
  } catch {
    said.textContent = "Select the text and copy it by hand";
  }
}
