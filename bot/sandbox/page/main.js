/** Where the page begins. */

import { startFeed } from "./feed.js";
import { store } from "./store.js";

await startFeed(store);
