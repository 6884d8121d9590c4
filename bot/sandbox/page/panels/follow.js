/** Keeping a panel up to date without haste: only while it is seen, and not more often than is pleasant. */

/**
 * Do `work` now and whenever one of the topics says that something changed: at most once in `every`
 * milliseconds, never twice at a time, and only while `element` is on the screen (else once it is again).
 * `work` gives back how many milliseconds later it wants to look again, or nothing.
 * @returns {() => void} look again soon
 */
export function follow(store, topics, element, work, every = 500) {
  let isDue = true;
  let isBusy = false;
  let timer = 0;
  let lastAt = -every;

  async function look() {
    timer = 0;
    if (!isDue || isBusy || !isSeen(element)) return;
    isDue = false;
    isBusy = true;
    lastAt = performance.now();
    let again;
    try {
      again = await work();
    } finally {
      isBusy = false;
    }
    if (isDue) soon();
    else if (again) setTimeout(kick, again);
  }

  function soon() {
    if (!timer) timer = setTimeout(look, Math.max(0, lastAt + every - performance.now()));
  }

  function kick() {
    isDue = true;
    soon();
  }

  for (const topic of topics) store.on(topic, kick);
  document.addEventListener("visibilitychange", soon);
  new IntersectionObserver(soon).observe(element);
  return kick;
}

/** Whether a person can see the element at this moment. */
export const isSeen = (element) =>
  element.isConnected && document.visibilityState === "visible" && element.getClientRects().length > 0;

/**
 * The new list with every item that says the same as before replaced by that earlier object,
 * so that `keyed` leaves its node where it stands.
 */
export function settled(before, after, keyOf) {
  const known = new Map(before.map((item) => [keyOf(item), item]));
  return after.map((item) => {
    const earlier = known.get(keyOf(item));
    return earlier !== undefined && JSON.stringify(earlier) === JSON.stringify(item) ? earlier : item;
  });
}
