// Alarms that nobody has taken yet, most urgent first; one tap takes one.
import { alarmWords } from "./alarm-words.js";
import { get, post } from "./api.js";
import { board } from "./board.js";
import { onTick, serverNow } from "./clock.js";
import { h, icon, setText } from "./dom.js";
import { age, instant } from "./format.js";
import { t } from "./i18n.js";
import { announce, announceAlarm, note, noteError } from "./say.js";
import { store } from "./store.js";
import { stream } from "./stream.js";

const UNTAKEN = new Set(["UNACKNOWLEDGED", "RTN_UNACKNOWLEDGED"]);

const standing = (alarm) => Number(alarm.state === "UNACKNOWLEDGED");

/** Alarms that wait for somebody: by priority, what still holds first, then the newest. */
export function untakenAlarms() {
  return [...store.alarms.values()]
    .filter((alarm) => UNTAKEN.has(alarm.state))
    .sort((a, b) => a.priority - b.priority || standing(b) - standing(a) ||
      instant(b.raised_at) - instant(a.raised_at));
}

/** Take an alarm; the reason may follow. */
export async function acknowledge(alarm) {
  try {
    store.take("alarms", await post(`/alarms/${alarm.id}/acknowledge`, {}));
    askReason(alarm);
  } catch (error) {
    noteError(error);
  }
}

function askReason(alarm) {
  const id = `reason-${alarm.id}`;
  const input = h("input", { id, class: "field", maxlength: 1000, autocomplete: "off" });
  const save = h("button", { class: "btn sm p", type: "submit" }, t("live.save_reason"));
  const form = h("form", { class: "reason" },
    h("b", { class: "mono" }, alarm.shipment_reference ?? alarm.box_id ?? ""),
    h("span", {}, t("live.taken")),
    h("label", { for: id }, t("live.reason")), input, save);
  const shown = note(form, { stays: true });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!input.value.trim()) return;
    try {
      await post(`/alarms/${alarm.id}/acknowledge`, { reason: input.value.trim() });
      shown.remove();
    } catch (error) {
      noteError(error);
    }
  });
  setTimeout(() => { if (!input.value) shown.remove(); }, 20_000);
}

/** Choose the shipment of an alarm, also one that has left the board, such as a received one. */
async function look({ shipment_id: id, shipment_reference: reference }) {
  if (!reference) return;
  if (!store.shipments.has(id)) store.visitor = await get(`/shipments/${id}`).catch(() => null);
  board.select(reference);
}

class AlarmBar extends HTMLElement {
  #told = null;

  connectedCallback() {
    this.cards = this.querySelector(".cards");
    this.count = this.querySelector(".alarm-count");
    store.addEventListener("snapshot", () => this.#refresh());
    store.addEventListener("alarms", () => this.#refresh());
    store.addEventListener("shipments", () => this.#refresh());
    stream.addEventListener("link", () => this.#refresh());
    addEventListener("resize", () => this.#refresh());
    onTick(() => this.#refresh());
  }

  #room() {
    if (innerWidth < 700) return 1;
    if (innerWidth < 1200) return 2;
    return innerWidth < 1700 ? 3 : 4;
  }

  #refresh() {
    if (!store.ready) return;
    const untaken = untakenAlarms();
    this.#tell(untaken);
    this.hidden = untaken.length === 0;
    document.body.classList.toggle("has-alarms", untaken.length > 0);
    const taken = [...store.alarms.values()].filter((alarm) => alarm.state === "ACKNOWLEDGED").length;
    const shown = untaken.slice(0, this.#room());
    this.#writeCounts(untaken.length, taken, untaken.length - shown.length);
    this.#writeCards(shown);
  }

  #writeCounts(untaken, taken, more) {
    const [first, second, third] = this.count.children;
    setText(first, t("live.untaken", { n: untaken }));
    setText(second, t("live.taken_active", { n: taken }));
    setText(third, more ? t("live.more_alarms", { n: more }) : "");
    document.querySelectorAll("[data-alarm-count]").forEach((element) => {
      element.hidden = untaken === 0;
      setText(element, String(untaken));
    });
  }

  #writeCards(alarms) {
    const known = new Map([...this.cards.children].map((card) => [card.dataset.id, card]));
    const wanted = alarms.map((alarm) => known.get(alarm.id) ?? this.#makeCard(alarm));
    wanted.forEach((card, index) => {
      this.#writeCard(card, alarms[index]);
      if (this.cards.children[index] !== card) this.cards.insertBefore(card, this.cards.children[index] ?? null);
    });
    while (this.cards.children.length > wanted.length) this.cards.lastChild.remove();
  }

  #makeCard(alarm) {
    const take = h("button", { class: "btn take", type: "button" }, t("live.acknowledge"));
    const pick = h("button", { class: "mono pick", type: "button" });
    take.addEventListener("click", () => {
      take.disabled = true;
      acknowledge(store.alarms.get(alarm.id)).finally(() => { take.disabled = false; });
    });
    pick.addEventListener("click", () => look(alarm));
    return h("li", { "data-id": alarm.id, class: "card" }, icon("m-p1", "mark"),
      h("div", { class: "card-body" },
        h("div", { class: "card-head" }, h("b", { class: "priority" }), pick, h("span", { class: "age" })),
        h("div", { class: "card-title" }), h("div", { class: "card-detail" })),
      take);
  }

  #writeCard(card, alarm) {
    const now = serverNow();
    const shipment = store.shipments.get(alarm.shipment_id);
    const words = alarmWords(alarm, shipment, now, board.zone);
    const kind = alarm.kind === "no_data" ? "stale" : `p${alarm.priority}`;
    const returned = alarm.state === "RTN_UNACKNOWLEDGED" ? " returned" : "";
    card.className = `card is-${kind}${returned}`;
    card.querySelector("use").setAttribute("href", `#m-${kind}`);
    setText(card.querySelector(".priority"), `P${alarm.priority}`);
    setText(card.querySelector(".pick"), alarm.shipment_reference ?? alarm.box_id ?? "");
    setText(card.querySelector(".age"), age(instant(alarm.raised_at), now, board.zone));
    setText(card.querySelector(".card-title"), words.title);
    setText(card.querySelector(".card-detail"), words.detail);
    card.title = `${words.consequence} ${words.action}`;
    const take = card.querySelector(".take");
    take.disabled = stream.state === "lost";
    take.setAttribute("aria-label", `${t("live.acknowledge")} ${alarm.shipment_reference ?? alarm.box_id}`);
  }

  /** Speak of alarms that were not there before; the first picture is not news. */
  #tell(untaken) {
    const known = this.#told;
    this.#told = new Set(untaken.map((alarm) => alarm.id));
    if (known === null) return;
    for (const alarm of untaken.filter(({ id }) => !known.has(id))) {
      const shipment = store.shipments.get(alarm.shipment_id);
      const words = alarmWords(alarm, shipment, serverNow(), board.zone);
      const sentence = `P${alarm.priority} ${alarm.shipment_reference ?? alarm.box_id}: ${words.title}. ${words.action}`;
      if (alarm.priority === 1) announceAlarm(sentence);
      else announce(sentence);
    }
  }
}

customElements.define("alarm-bar", AlarmBar);
