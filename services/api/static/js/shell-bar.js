// The bar at the top of every page: link, clock and its zone, language, theme, and the lost-link banner.
import { clockRate, isMeasured, onTick, serverNow } from "./clock.js";
import { find, setText } from "./dom.js";
import { clockTimeSeconds, hoursMinutesSeconds, number, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { announce } from "./say.js";
import { store } from "./store.js";
import { stream } from "./stream.js";
import { unit } from "./unit.js";
import { zone } from "./zone.js";

/** @param {string} name */
const part = (name) => find(`[data-part=${name}]`);
const YEAR_S = 31_536_000;

function writeClock() {
  const now = serverNow();
  part("clock").hidden = !isMeasured();
  setText(part("clock-zone"), clockTimeSeconds(now, zone.name));
  setText(part("clock-zone-name"), zoneName(now, zone.name));
  setText(part("clock-utc"), clockTimeSeconds(now, "UTC"));
}

function writeLink() {
  const state = stream.state;
  part("link").className = `live link-${state}`;
  setText(part("link-word"), t(`shell.link.${state}`));
  const lag = stream.heartbeat?.ingest_lag_s;
  const behind = state === "live" && lag !== null && lag !== undefined;
  setText(part("link-lag"), behind ? t("shell.behind", { n: number(lag, 1) }) : "");
  document.body.dataset.link = state;
  writeBanner(state);
}

/** @param {string} state */
function writeBanner(state) {
  const banner = part("banner");
  const wasHidden = banner.hidden;
  banner.hidden = state !== "lost" || !store.ready;
  part("first-error").hidden = store.ready || state === "connecting" || state === "live";
  if (banner.hidden || stream.asOf === null) return;
  const values = {
    ago: hoursMinutesSeconds(stream.silentFor()),
    time: clockTimeSeconds(stream.asOf, zone.name),
  };
  setText(part("banner-text"), t("shell.lost", values));
  const wait = stream.nextTryAt === null ? 0 : (stream.nextTryAt - performance.now()) / 1000;
  setText(part("banner-retry"), wait > 0 ? t("shell.retrying_in", { n: Math.ceil(wait) }) : t("shell.retrying"));
  if (wasHidden) announce(t("shell.lost_short"));
}

function writeRate() {
  const rate = clockRate();
  for (const element of document.querySelectorAll("[data-part=clock-rate]")) {
    element.hidden = rate === 1;
    setText(element, t("shell.simulated_time", { n: number(rate, 1) }));
  }
}

/** The language links keep whatever else the address says at the moment they are used. */
function wireLanguageLinks() {
  for (const link of document.querySelectorAll("[data-lang]")) {
    const write = () => {
      const wishes = new URLSearchParams(location.search);
      wishes.set("lang", link.dataset.lang ?? "");
      link.href = `?${wishes}`;
    };
    for (const event of ["pointerenter", "focus", "click"]) link.addEventListener(event, write);
  }
}

/** @param {Event} event */
function switchTheme(event) {
  event.preventDefault();
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
  part("theme").setAttribute("aria-label", t(`common.theme.${root.dataset.theme}`));
  dispatchEvent(new Event("themechange"));
}

/** Paper is light and in °C, whatever the screen is: canvases too are drawn anew for it. */
function followPaper() {
  const root = document.documentElement;
  /** @type {string | null} */
  let screen = null;
  /** @param {boolean} paper */
  const turn = (paper) => {
    if (paper === (screen !== null)) return;
    const theme = paper ? "light" : screen;
    screen = paper ? (root.dataset.theme ?? "dark") : null;
    root.dataset.theme = theme ?? "dark";
    unit.onPaper(paper);
    dispatchEvent(new Event("themechange"));
  };
  addEventListener("beforeprint", () => turn(true));
  addEventListener("afterprint", () => turn(false));
  matchMedia("print").addEventListener("change", ({ matches }) => turn(matches));
}

export function startBar() {
  followPaper();
  part("theme").addEventListener("click", switchTheme);
  part("retry").addEventListener("click", () => stream.retryNow());
  part("first-retry").addEventListener("click", () => stream.retryNow());
  const choice = part("zone");
  choice.value = zone.choice;
  choice.addEventListener("change", () => zone.choose(choice.value));
  const scale = part("unit");
  scale.value = unit.choice;
  scale.addEventListener("change", () => unit.choose(scale.value));
  zone.addEventListener("change", writeClock);
  stream.addEventListener("link", writeLink);
  stream.addEventListener("heartbeat", () => {
    writeRate();
    writeLink();
  });
  store.addEventListener("snapshot", () => {
    writeRate();
    writeLink();
  });
  onTick(writeClock);
  wireLanguageLinks();
}
