/** What a person has chosen and typed so far: by block and action, as the server takes it with a press or a submit. */

/** What stands in a field: what the person entered, else what the app proposed. */
export function valueOf(place, proposed) {
  const entered = place.ctx.values?.get(place.block_id);
  return entered?.has(place.action_id) ? entered.get(place.action_id) : proposed;
}

/** Keep what stands in a field now. */
export function keepValue(place, value) {
  const values = place.ctx.values;
  if (!values) return;
  if (!values.has(place.block_id)) values.set(place.block_id, new Map());
  values.get(place.block_id).set(place.action_id, value);
}

/** Everything that was entered in these blocks, as `{block_id: {action_id: value}}`. */
export function collected(blocks, values) {
  const said = {};
  for (const block of blocks ?? []) {
    const entered = values.get(block.block_id);
    if (!entered) continue;
    const elements = [block.element, block.accessory, ...(block.elements ?? [])].filter(Boolean);
    const here = elements.filter((one) => entered.has(one.action_id));
    if (here.length > 0) {
      said[block.block_id] = Object.fromEntries(here.map((one) => [one.action_id, entered.get(one.action_id)]));
    }
  }
  return said;
}
