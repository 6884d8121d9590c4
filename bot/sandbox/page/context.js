/** What the rendering of blocks needs to know about where they stand. */

/**
 * The context of `renderBlocks` and `renderMrkdwn`. `viewer` is the user object of the person who looks
 * (`id`, `tz`, `locale`), `users` and `channels` are the store's maps, `now()` is the demo's time in ms.
 * `more`: `act`, `values`, `message`.
 */
export function contextOf(store, surface, more = {}) {
  return {
    surface,
    viewer: store.viewer(),
    users: store.state.users,
    channels: store.state.channels,
    now: () => store.now(),
    values: new Map(),
    act: async () => ({ acked: false, error: "Nothing listens here." }),
    ...more,
  };
}
