/** Elements without a framework: `h` makes them, `keyed` keeps the nodes of things that did not change. */

/**
 * Make an element. Props: `class`, `dataset` (object), `style` (object, set through the CSSOM because the page allows
 * no inline styles), `on<event>` functions, anything else as an attribute (`true` sets it empty; null and false leave
 * it out). `value`, `checked`, `selected` and `indeterminate` are set as properties.
 * Children: nodes, strings, numbers, arrays of them; null, undefined, true and false are skipped.
 */
export function h(tag, ...rest) {
  const element = document.createElement(tag);
  const [props, children] = isProps(rest[0]) ? [rest[0], rest.slice(1)] : [{}, rest];
  for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
  append(element, children);
  return element;
}

function isProps(value) {
  return value === null || (typeof value === "object" && !(value instanceof Node) && !Array.isArray(value));
}

const PROPERTIES = new Set(["value", "checked", "selected", "indeterminate"]);

function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function" && name.startsWith("on")) {
    element.addEventListener(name.slice(2).toLowerCase(), value);
  } else if (name === "dataset") {
    for (const [key, one] of Object.entries(value)) if (one !== null && one !== undefined) element.dataset[key] = one;
  } else if (name === "style") {
    for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
  } else if (PROPERTIES.has(name)) {
    element[name] = value;
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Append children as `h` takes them. */
export function append(element, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === true || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Put other children into an element, as `h` takes them. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

const kept = new WeakMap();
const later = new Map();
let pressed = null;

// A node that is replaced between the two halves of a click would lose the click: it is drawn anew after it.
document.addEventListener("pointerdown", (event) => (pressed = event.target), true);
for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(
    name,
    () =>
      setTimeout(() => {
        pressed = null;
        const works = [...later.values()];
        later.clear();
        for (const work of works) work();
      }),
    true,
  );
}

/**
 * Show `items` in `container`, one node each. A node stays while its item is the same object as before; another
 * object with the same key is rendered anew in the same place, and the focus inside stays where it was.
 */
export function keyed(container, items, keyOf, render) {
  const before = kept.get(container) ?? new Map();
  const now = new Map();
  later.delete(container);
  items.forEach((item, index) => {
    const key = keyOf(item);
    const old = before.get(key);
    if (old && old.item !== item && pressed !== null && old.node.contains(pressed)) {
      later.set(container, () => keyed(container, items, keyOf, render));
      now.set(key, old);
      return;
    }
    const node = old && old.item === item ? old.node : render(item, index);
    if (old && old.node !== node && old.node.parentNode === container) replaceKeepingFocus(old.node, node);
    now.set(key, { item, node });
  });
  for (const [key, { node }] of before) if (!now.has(key)) node.remove();
  let next = null;
  for (const { node } of [...now.values()].reverse()) {
    // Only what stands elsewhere is moved: moving a node takes the focus away from it.
    if (node.parentNode !== container || node.nextSibling !== next) container.insertBefore(node, next);
    next = node;
  }
  kept.set(container, now);
}

/** Replace a node; what had the focus in the old one has it in the new one, found by `data-focus` or its place. */
export function replaceKeepingFocus(old, node) {
  const active = document.activeElement;
  const had = active && old.contains(active) ? active : null;
  const name = had?.dataset?.focus;
  const place = had ? focusable(old).indexOf(had) : -1;
  old.replaceWith(node);
  if (!had) return;
  const all = focusable(node);
  const same = name ? all.find((one) => one.dataset.focus === name) : all[place];
  const next = same ?? node;
  // What had the focus is gone: better nowhere in particular than on another button or link.
  if (next === node && !node.matches("a, button, [tabindex]")) node.tabIndex = -1;
  next.focus({ preventScroll: true });
}

function focusable(node) {
  const inside = [...node.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
  return node.matches("[tabindex], button, a[href]") ? [node, ...inside] : inside;
}

/** The same work, done once after many calls: before the next picture, and soon enough in a tab behind others. */
export function soon(work) {
  let isWaiting = false;
  const run = () => {
    if (!isWaiting) return;
    isWaiting = false;
    work();
  };
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    // Pictures are not drawn in a tab behind others; the timer runs there too.
    if (document.visibilityState === "visible") requestAnimationFrame(run);
    setTimeout(run, 100);
  };
}
