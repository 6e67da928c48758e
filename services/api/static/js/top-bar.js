// The bar at the top and the line at the bottom: link, clock, site, pause, theme, health.
import { board } from "./board.js";
import { clockRate, isMeasured, onTick, serverNow } from "./clock.js";
import { h, setText } from "./dom.js";
import { clockTimeSeconds, hoursMinutesSeconds, instant, number, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { announce } from "./say.js";
import { store } from "./store.js";
import { stream } from "./stream.js";

const part = (name) => document.querySelector(`[data-part=${name}]`);
const YEAR_S = 31_536_000;

function writeClock() {
  const now = serverNow();
  part("clock").hidden = !isMeasured();
  const zone = board.zone;
  setText(part("clock-zone"), clockTimeSeconds(now, zone));
  setText(part("clock-zone-name"), zoneName(now, zone));
  setText(part("clock-utc"), clockTimeSeconds(now, "UTC"));
}

function writeLink() {
  const state = stream.state;
  const live = part("link");
  live.className = `live link-${state}`;
  setText(part("link-word"), t(`live.link.${state}`));
  const lag = stream.heartbeat?.ingest_lag_s;
  const behind = state === "live" && lag !== null && lag !== undefined;
  setText(part("link-lag"), behind ? t("live.behind", { n: number(lag, 1) }) : "");
  document.body.dataset.link = state;
  writeBanner(state);
}

function writeBanner(state) {
  const banner = part("banner");
  const wasHidden = banner.hidden;
  banner.hidden = state !== "lost" || !store.ready;
  part("first-error").hidden = store.ready || state === "connecting" || state === "live";
  if (banner.hidden) return;
  const values = {
    ago: hoursMinutesSeconds(stream.silentFor()),
    time: clockTimeSeconds(stream.asOf, board.zone),
  };
  setText(part("banner-text"), t("live.lost", values));
  const wait = stream.nextTryAt === null ? 0 : (stream.nextTryAt - performance.now()) / 1000;
  setText(part("banner-retry"), wait > 0 ? t("live.retrying_in", { n: Math.ceil(wait) }) : t("live.retrying"));
  if (wasHidden) announce(t("live.lost_short"));
}

function writeHealth() {
  const beat = stream.heartbeat;
  const rate = clockRate();
  for (const element of document.querySelectorAll("[data-part=clock-rate]")) {
    element.hidden = rate === 1;
    setText(element, t("live.simulated_time", { n: number(rate, 1) }));
  }
  const simulated = [...store.shipments.values()].filter((shipment) => shipment.simulated).length;
  part("simulated").hidden = simulated === 0;
  const all = simulated === store.shipments.size;
  setText(part("simulated"), t(all ? "live.all_simulated" : "live.some_simulated", { n: simulated }));
  if (!beat) return;
  const lag = beat.ingest_lag_s;
  setText(part("health-ingest"), lag === null || lag === undefined ? t("live.no_ingest") : t("live.seconds_behind", { n: number(lag, 1) }));
  const pass = instant(beat.rules_last_pass);
  setText(part("health-rules"), pass === null ? t("live.never") : clockTimeSeconds(pass, board.zone));
  setText(part("health-count"), t("live.shipment_count", { n: store.shipments.size }));
}

function writeSites() {
  const select = part("site");
  const sites = [...store.sites.values()].sort((a, b) => a.site_id.localeCompare(b.site_id));
  const key = sites.map((site) => site.site_id).join() + board.site?.site_id;
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(h("option", { value: "" }, allSites()),
      ...sites.map((site) => h("option", { value: site.site_id }, `${site.site_id} · ${named(site)}`)));
  }
  select.value = board.siteId ?? "";
}

const allSites = () =>
  board.site ? t("live.all_sites_at", { site: board.site.site_id }) : t("live.all_sites");

function writeLanguageLinks() {
  for (const link of document.querySelectorAll("[data-lang]")) {
    const wishes = new URLSearchParams(location.search);
    wishes.set("lang", link.dataset.lang);
    link.href = `?${wishes}`;
  }
}

function switchTheme(event) {
  event.preventDefault();
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
  event.currentTarget.setAttribute("aria-label", t(`common.theme.${root.dataset.theme}`));
  dispatchEvent(new Event("themechange"));
}

function togglePause() {
  store.setPaused(!store.paused);
}

function writePause() {
  const button = part("pause");
  button.setAttribute("aria-pressed", String(store.paused));
  button.setAttribute("aria-label", t(store.paused ? "live.resume" : "live.pause"));
  button.title = button.getAttribute("aria-label");
  document.body.classList.toggle("paused", store.paused);
}

export function startBars() {
  part("theme").addEventListener("click", switchTheme);
  part("pause").addEventListener("click", togglePause);
  part("retry").addEventListener("click", () => stream.retryNow());
  part("first-retry").addEventListener("click", () => stream.retryNow());
  part("site").addEventListener("change", (event) => board.show({ siteId: event.target.value || null }));
  stream.addEventListener("link", writeLink);
  stream.addEventListener("heartbeat", writeHealth);
  store.addEventListener("snapshot", () => { writeSites(); writeHealth(); writeLink(); });
  store.addEventListener("sites", writeSites);
  store.addEventListener("shipments", writeSites);
  store.addEventListener("paused", writePause);
  board.addEventListener("view", writeSites);
  board.addEventListener("address", writeLanguageLinks);
  onTick(writeClock);
  board.show({});
  writeLanguageLinks();
}
