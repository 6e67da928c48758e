// The frame of every page: one stream for all tabs, bar, menu, keys, sound, session, new builds.
import { startCounting } from "./alarm-count.js";
import { startSleeping } from "./asleep.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { startKeyboard } from "./keyboard.js";
import { startMenu } from "./menu.js";
import { build } from "./page.js";
import { note } from "./say.js";
import { watchSession } from "./session.js";
import { startBar } from "./shell-bar.js";
import { startSound } from "./sound.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { zone } from "./zone.js";

let told = false;

/** A page that belongs to an older build says so once; the wall loads itself anew. */
function lookAtBuild() {
  if (told || !stream.build || stream.build === build) return;
  told = true;
  if (document.body.classList.contains("wall")) return location.reload();
  const again = h("button", { class: "btn sm p", type: "button", onclick: () => location.reload() }, t("shell.reload"));
  return note(h("span", {}, t("shell.new_build"), " ", again), { stays: true });
}

/**
 * Start the frame. A page calls this once, after it has wired its own parts to the store.
 * @param {{follows?: string[]}} options The kinds of objects to be told of; alarms and sites always are.
 */
export function startShell({ follows = [] } = {}) {
  startBar();
  startSleeping();
  startMenu();
  startKeyboard();
  startCounting();
  startSound();
  watchSession();
  stream.addEventListener("heartbeat", lookAtBuild);
  for (const kind of ["snapshot", "sites"])
    store.addEventListener(kind, () => zone.beginAt(store.sites.values().next().value?.zone));
  stream.start([...new Set([...follows, "alarms", "sites"])]);
}
