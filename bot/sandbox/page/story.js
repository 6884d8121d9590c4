/** The line of the story that the demo plays: what happens now, and a way to take over. */

import { ApiError, post } from "./api.js";
import { h } from "./dom.js";

/** Hidden where no story plays. */
export function createStory(store) {
  const says = h("p", { class: "story-says", role: "status" });
  const stop = h("button", { type: "button", class: "button", onclick: () => tell(says, "stop") }, "Take over");
  const line = h("section", { class: "story", "aria-label": "The story", hidden: true }, says, stop);
  const show = () => {
    const story = store.state.story;
    line.hidden = story?.state !== "playing";
    if (!line.hidden && says.textContent !== story.says) says.textContent = story.says ?? "";
  };
  store.on("story", show);
  return line;
}

async function tell(says, what) {
  try {
    await post("/_demo/story", { do: what });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    says.textContent = error.message;
  }
}
