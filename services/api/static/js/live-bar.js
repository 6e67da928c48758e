// What the live board adds to the bars: site, pause, and the health of what stands behind the page.
import { board } from "./board.js";
import { serverNow } from "./clock.js";
import { find, h, setText } from "./dom.js";
import { clockTimeSeconds, instant, number, zoneName } from "./format.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { store } from "./store.js";
import { stream } from "./stream.js";

/** @param {string} name */
const part = (name) => find(`[data-part=${name}]`);

function writeHealth() {
  const simulated = [...store.shipments.values()].filter((shipment) => shipment.simulated).length;
  part("simulated").hidden = simulated === 0;
  const all = simulated === store.shipments.size;
  setText(part("simulated"), t(all ? "live.all_simulated" : "live.some_simulated", { n: simulated }));
  const beat = stream.heartbeat;
  if (!beat) return;
  const lag = beat.ingest_lag_s;
  setText(
    part("health-ingest"),
    lag === null || lag === undefined ? t("live.no_ingest") : t("live.seconds_behind", { n: number(lag, 1) }),
  );
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
    select.replaceChildren(
      h("option", { value: "" }, allSites()),
      ...sites.map((site) => h("option", { value: site.site_id }, `${site.site_id} · ${named(site)}`)),
    );
  }
  select.value = board.siteId ?? "";
}

const allSites = () => (board.site ? t("live.all_sites_at", { site: board.site.site_id }) : t("live.all_sites"));

function writePause() {
  const button = part("pause");
  button.setAttribute("aria-pressed", String(store.paused));
  button.title = t(store.paused ? "live.resume" : "live.pause");
  button.setAttribute("aria-label", button.title);
  part("paused").hidden = !store.paused;
  const now = serverNow();
  const time = `${clockTimeSeconds(now, board.zone)} ${zoneName(now, board.zone)}`;
  setText(part("paused-since"), store.paused ? t("live.paused_since", { time }) : "");
}

export function startLiveBar() {
  part("pause").addEventListener("click", () => store.setPaused(!store.paused));
  part("resume").addEventListener("click", () => {
    store.setPaused(false);
    part("pause").focus();
  });
  part("site").addEventListener("change", () => board.show({ siteId: part("site").value || null }));
  stream.addEventListener("heartbeat", writeHealth);
  store.addEventListener("snapshot", () => {
    writeSites();
    writeHealth();
  });
  store.addEventListener("sites", writeSites);
  store.addEventListener("shipments", writeSites);
  store.addEventListener("paused", writePause);
  board.addEventListener("view", writeSites);
  board.show({});
}
