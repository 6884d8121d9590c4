/** The line about the story that the demo plays: what happens now, a way to take over, and to see it again. */

import { ApiError, post } from "./api.js";
import { h } from "./dom.js";

const UNTOLD = "Two leads and the people who see to them, in less than a minute.";

/** There in the stage that has a story, until somebody puts it away. */
export function createStory(store) {
  const says = h("p", { class: "story-says", role: "status" });
  const play = h("button", { type: "button", class: "button", onclick: () => tell(isPlaying() ? "stop" : "play") });
  const away = h("button", { type: "button", class: "button quiet icon", "aria-label": "Put this line away", onclick: putAway }, "✕");
  const line = h("section", { class: "story", "aria-label": "The story", hidden: true }, says, play, away);
  let putAwayIn = null;

  const isPlaying = () => store.state.story?.state === "playing";

  function show() {
    const { demo, story } = store.state;
    line.hidden = !story || demo?.mode !== "seconds" || (!isPlaying() && putAwayIn === demo.stage);
    const again = story?.says ? "Play the story again" : "Play the story";
    play.textContent = isPlaying() ? "Take over" : again;
    away.classList.toggle("is-away", isPlaying());
    const words = story?.says || UNTOLD;
    if (says.textContent !== words) says.textContent = words;
  }

  function putAway() {
    putAwayIn = store.state.demo.stage;
    show();
  }

  async function tell(what) {
    play.disabled = true;
    try {
      await post("/_demo/story", { do: what });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      says.textContent = error.message;
    }
    play.disabled = false;
  }

  store.on("story", show);
  return line;
}
