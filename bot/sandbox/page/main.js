/** Where the page begins: the frame first, then what the server says, then whatever happens. */

import { startFeed } from "./feed.js";
import { startModals } from "./modal.js";
import { createShell } from "./shell.js";
import { store } from "./store.js";
import { startTheme } from "./theme.js";

startTheme();
document.body.append(createShell(store));
startModals(store);
await startFeed(store);
