/** The modals of the person whom the page is: the top of their stack in a dialog, as Slack shows it. */

import { post } from "./api.js";
import { renderBlock } from "./blocks.js";
import { contextOf } from "./context.js";
import { fill, h } from "./dom.js";
import { wrongIn } from "./fields.js";
import { renderText } from "./mrkdwn.js";
import { inWords } from "./press.js";
import { collected } from "./values.js";

/** What Slack says in a modal that the app did not answer within three seconds. */
export const TROUBLE = "We had some trouble connecting. Try again?";

/** Follow the store and show what stands on top of the viewer's stack. */
export function startModals(store) {
  const modals = new Modals(store);
  store.on("modals", () => modals.show());
  store.on("viewer", () => modals.show());
  modals.show();
}

/** Where the focus was before the dialog: the browser gives it back, unless the message there was drawn anew. */
class Origin {
  constructor(element) {
    this.element = element;
    this.ts = element?.closest("[data-ts]")?.dataset.ts;
    this.name = element?.dataset?.focus;
  }

  focusAgain() {
    if (this.ts === undefined || this.element.isConnected) return;
    const message = document.querySelector(`[data-ts="${CSS.escape(this.ts)}"]`);
    if (message === null) return;
    const all = [...message.querySelectorAll("[data-focus]")];
    const same = all.find((one) => one.dataset.focus === this.name);
    if (!same) message.tabIndex = -1;
    (same ?? message).focus({ preventScroll: true });
  }
}

class Modals {
  constructor(store) {
    this.store = store;
    this.sheets = new Map();
    // Where the server could not be asked to close a view, it is at least out of the way.
    this.dismissed = new Set();
    this.dialog = h("dialog", { class: "dialog modal", "aria-labelledby": "modal-title" });
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close({ all: true });
    });
    document.body.append(this.dialog);
  }

  stack() {
    const views = this.store.state.modals.get(this.store.state.viewer) ?? [];
    return views.filter((one) => !this.dismissed.has(one.id));
  }

  show() {
    const stack = this.stack();
    this.forgetClosed();
    if (stack.length === 0) {
      if (this.dialog.open) {
        this.dialog.close();
        this.origin.focusAgain();
      }
      this.dialog.replaceChildren();
      this.sheet = null;
      return;
    }
    const view = stack.at(-1);
    const sheet = this.sheets.get(view.id) ?? new Sheet(this, view.id);
    this.sheets.set(view.id, sheet);
    sheet.draw(view, stack.length > 1);
    const isNew = this.sheet !== sheet;
    if (isNew) this.dialog.replaceChildren(sheet.form);
    this.sheet = sheet;
    if (!this.dialog.open) {
      this.origin = new Origin(document.activeElement);
      this.dialog.showModal();
    }
    if (isNew || !sheet.form.contains(document.activeElement)) sheet.focusFirst();
  }

  forgetClosed() {
    const open = new Set([...this.store.state.modals.values()].flat().map((one) => one.id));
    for (const id of this.sheets.keys()) if (!open.has(id)) this.sheets.delete(id);
  }

  /** Ask the server; the dialog goes when the stack has changed. */
  async close({ all }) {
    const view = this.stack().at(-1);
    if (!view) return;
    const user = this.store.state.viewer;
    const gone = all ? this.stack() : [view];
    try {
      await post("/_sandbox/act/close_view", { user, all_at_once: all || view.clear_on_close === true });
    } catch {
      for (const one of gone) this.dismissed.add(one.id);
      this.show();
    }
  }
}

/** One view on the screen, with what was typed into it. It outlives every update of the view. */
class Sheet {
  constructor(modals, id) {
    this.modals = modals;
    this.values = new Map();
    this.nodes = new Map();
    this.view = { id, blocks: [] };
    const store = modals.store;
    this.user = store.state.viewer;
    this.ctx = contextOf(store, "modal", { values: this.values, act: (press) => this.press(press) });
    this.head = h("div", { class: "dialog-head" });
    this.problem = h("div", { class: "dialog-problem", role: "alert" });
    this.body = h("div", { class: "dialog-body" });
    this.foot = h("div", { class: "dialog-foot" });
    const submit = (event) => {
      event.preventDefault();
      this.submit();
    };
    this.form = h("form", { class: "view-form", novalidate: true, onsubmit: submit }, this.head, this.problem, this.body, this.foot);
  }

  draw(view, isPushed) {
    const drawn = `${JSON.stringify(view)} ${isPushed}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.view = view;
    this.drawFrame(view, isPushed);
    this.drawBlocks(view.blocks ?? []);
  }

  drawFrame(view, isPushed) {
    const back = { type: "button", class: "button quiet icon", "aria-label": "Back", onclick: () => this.modals.close({ all: false }) };
    const away = { type: "button", class: "button quiet icon", "aria-label": "Close", onclick: () => this.modals.close({ all: true }) };
    const title = h("h2", { class: "dialog-title", id: "modal-title" }, renderText(view.title, this.ctx));
    const keptFocus = this.foot.contains(document.activeElement);
    fill(this.head, isPushed ? h("button", back, "←") : null, title, h("button", away, "×"));
    const no = { type: "button", class: "button", onclick: () => this.modals.close({ all: false }) };
    const closing = view.close ? renderText(view.close, this.ctx) : "Close";
    this.submitter = view.submit ? h("button", { type: "submit", class: "button primary" }, renderText(view.submit, this.ctx)) : null;
    fill(this.foot, view.submit || view.close ? h("button", no, closing) : null, this.submitter);
    if (keptFocus) this.submitter?.focus();
  }

  /** Blocks that an update left as they were keep their nodes, and the focus in them. */
  drawBlocks(blocks) {
    const before = this.nodes;
    const focused = document.activeElement?.dataset?.focus;
    this.nodes = new Map();
    const nodes = blocks.map((block) => {
      const key = JSON.stringify(block);
      const node = before.get(key) ?? renderBlock(block, this.ctx);
      this.nodes.set(key, node);
      return node;
    });
    nodes.forEach((node, index) => {
      if (this.body.children[index] !== node) this.body.insertBefore(node, this.body.children[index] ?? null);
    });
    while (this.body.children.length > nodes.length) this.body.lastElementChild.remove();
    if (focused && !this.form.contains(document.activeElement)) {
      [...this.body.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === focused)?.focus();
    }
  }

  focusFirst() {
    const first = this.body.querySelector("[autofocus]") ?? this.body.querySelector("input, textarea, select, summary, .actions button");
    (first ?? this.submitter ?? this.form.querySelector("button"))?.focus({ preventScroll: false });
  }

  async press({ action_id, block_id, choice }) {
    const values = collected(this.view.blocks, this.values);
    const pressed = { user: this.user, action_id, block_id, choice, values };
    return await post("/_sandbox/act/press_in_view", pressed);
  }

  async submit() {
    if (this.form.getAttribute("aria-busy") === "true" || !this.submitter) return;
    this.say({});
    const wrong = this.wrongHere();
    if (Object.keys(wrong).length > 0) {
      this.say(wrong);
      return;
    }
    this.wait(true);
    try {
      const values = collected(this.view.blocks, this.values);
      const said = await post("/_sandbox/act/submit_view", { user: this.user, values });
      this.answered(said);
    } catch (error) {
      this.problem.textContent = inWords(error);
    } finally {
      this.wait(false);
    }
  }

  answered(said) {
    const errors = said.errors ?? {};
    if (Object.keys(errors).length > 0) this.say(errors);
    else if (!said.acked) this.problem.textContent = TROUBLE;
  }

  /** What the client itself does not let through, by block. */
  wrongHere() {
    const wrong = {};
    for (const control of this.body.querySelectorAll(".block-input .field")) {
      const said = wrongIn(control);
      if (said) wrong[control.closest(".block").dataset.block] ??= said;
    }
    return wrong;
  }

  /** Put errors beside their fields, and the focus into the first of these. */
  say(errors) {
    this.problem.textContent = "";
    let first = null;
    for (const block of this.body.querySelectorAll(".block-input")) {
      const said = errors[block.dataset.block] ?? null;
      const place = block.querySelector(".field-error");
      place.textContent = said ?? "";
      place.hidden = said === null;
      const field = block.querySelector("input, textarea, select, summary");
      block.classList.toggle("is-wrong", said !== null);
      if (said === null) field?.removeAttribute("aria-invalid");
      else field?.setAttribute("aria-invalid", "true");
      if (said !== null) first ??= field;
    }
    first?.focus();
  }

  wait(waiting) {
    this.form.setAttribute("aria-busy", String(waiting));
    this.submitter?.setAttribute("aria-disabled", String(waiting));
  }
}
