/** A press or a choice on its way to the app: asked for again where the app wants that, waiting, and not answered. */

import { h } from "./dom.js";
import { renderText } from "./mrkdwn.js";

/** What Slack says beside its warning sign when the app did not answer within three seconds. */
export const TIMED_OUT = "Operation timed out. Apps need to respond within three seconds.";

/**
 * Tell the app what was used. Resolves to false where the person thought better of it, or is still waiting for the
 * answer to the press before.
 */
export async function perform(place, element, choice, control) {
  if (control.getAttribute("aria-busy") === "true") return false;
  if (element.confirm && !(await confirmed(element.confirm, place.ctx))) return false;
  control.setAttribute("aria-busy", "true");
  warn(control, null);
  const { action_id, block_id, ctx } = place;
  try {
    const said = await ctx.act({ action_id, block_id, element, choice });
    if (said && said.acked === false) warn(control, said.error ?? TIMED_OUT);
  } catch (error) {
    warn(control, inWords(error));
  }
  control.removeAttribute("aria-busy");
  return true;
}

/** What a refusal of the sandbox means for the person: mostly that something is not on their screen any more. */
export function inWords(error) {
  return error.status === 400 ? "This has changed meanwhile. Look at it again." : error.message;
}

/** The warning sign with its words, under the block that was used; null takes it away. */
function warn(control, said) {
  const block = control.closest(".block");
  if (!block) return;
  block.querySelector(":scope > .press-problem")?.remove();
  if (said === null) return;
  const sign = h("span", { class: "press-sign", "aria-hidden": "true" }, "⚠");
  block.append(h("p", { class: "press-problem", role: "alert" }, sign, said));
}

/** The dialog that an app can put before a press. */
export function confirmed(confirm, ctx) {
  return new Promise((resolve) => {
    const style = confirm.style === "danger" ? "button danger" : "button primary";
    const dialog = h(
      "dialog",
      { class: "dialog dialog-confirm", "aria-labelledby": "confirm-title", onclose: () => done(dialog.returnValue) },
      h("h2", { class: "dialog-title", id: "confirm-title" }, renderText(confirm.title, ctx)),
      h("div", { class: "dialog-body" }, h("div", { class: "text" }, renderText(confirm.text, ctx))),
      h(
        "form",
        { method: "dialog", class: "dialog-foot" },
        h("button", { class: "button", value: "no" }, renderText(confirm.deny, ctx)),
        h("button", { class: style, value: "yes", autofocus: true }, renderText(confirm.confirm, ctx)),
      ),
    );
    const done = (answer) => {
      dialog.remove();
      resolve(answer === "yes");
    };
    document.body.append(dialog);
    dialog.showModal();
  });
}
