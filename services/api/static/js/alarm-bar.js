// Alarms that nobody has taken yet, most urgent first; one tap takes one. Behind them, quietly, those that
// somebody has and should have acted on by now.
import { writeAge } from "./ages.js";
import { acknowledge, unshelve } from "./alarm-acts.js";
import { isShelved, isUntaken } from "./alarm-count.js";
import { actWords, alarmWords, callWords, forWords, isPastDue, ownerWords, shelfWords } from "./alarm-words.js";
import { get } from "./api.js";
import { board } from "./board.js";
import { onTick, serverNow } from "./clock.js";
import { find, h, icon, setText } from "./dom.js";
import { instant } from "./format.js";
import { t } from "./i18n.js";
import { announceAlarm, note } from "./say.js";
import { Still } from "./still.js";
import { store } from "./store.js";
import { stream } from "./stream.js";

/** A card that is put beside others is not pressed in its first second: it may lie where another was. */
const ASLEEP_MS = 1_000;

/** @param {Api.Alarm} alarm */
const standing = (alarm) => Number(alarm.state === "UNACKNOWLEDGED");

/** Alarms that wait for somebody: by priority, what still holds first, then the newest. */
export function untakenAlarms() {
  return [...store.alarms.values()]
    .filter(isUntaken)
    .sort(
      (a, b) => a.priority - b.priority || standing(b) - standing(a) || instant(b.raised_at) - instant(a.raised_at),
    );
}

/** Alarms that somebody has for too long, the most urgent first; those are seen, and do not sound. */
function overdueAlarms() {
  const now = serverNow();
  return [...store.alarms.values()]
    .filter((alarm) => isPastDue(alarm, now))
    .sort((a, b) => a.priority - b.priority || instant(a.act_by) - instant(b.act_by));
}

/**
 * Choose the shipment of an alarm, also one that has left the board, such as a received one.
 * @param {Api.Alarm} alarm
 */
async function look({ shipment_id: id, shipment_reference: reference }) {
  if (!reference) return;
  if (!store.shipments.has(id ?? ""))
    store.visitor = await get(`/shipments/${id}`).catch(() => /** @type {Api.Shipment | null} */ (null));
  board.select(reference);
}

const shelvedAlarms = () => [...store.alarms.values()].filter(isShelved);

/** What is on the shelf, until when and why, each with a way back. */
function showShelf() {
  const now = serverNow();
  const lines = shelvedAlarms().map((alarm) => {
    const back = h("button", { class: "btn sm", type: "button" }, t("live.unshelve"));
    const { title } = alarmWords(alarm, store.newest(alarm.shipment_id), now, board.zone);
    const line = h(
      "li",
      {},
      h("b", { class: "mono" }, alarm.shipment_reference ?? alarm.box_id ?? ""),
      ` ${title} · ${shelfWords(alarm, now, board.zone)} `,
      back,
    );
    back.addEventListener("click", async () => {
      if (await unshelve(alarm)) line.remove();
    });
    return line;
  });
  note(h("ul", { class: "shelf" }, lines), { stays: true });
}

class AlarmBar extends HTMLElement {
  /** @type {Set<string> | null} */
  #told = null;
  cards = find(".cards", this);
  count = find(".alarm-count", this);
  shelf = find(".shelf-button", this);
  still = new Still(this.cards, () => this.#refresh());

  connectedCallback() {
    this.shelf.addEventListener("click", showShelf);
    store.addEventListener("snapshot", () => this.#refresh());
    store.addEventListener("alarms", () => this.#refresh());
    store.addEventListener("shipments", () => this.#refresh());
    stream.addEventListener("link", () => this.#refresh());
    board.addEventListener("view", () => this.#refresh());
    addEventListener("resize", () => this.#refresh());
    onTick(() => this.#refresh());
  }

  /** As many as show their lines whole: a time stands at the end of most. */
  #room() {
    if (innerWidth < 700) return 1;
    if (innerWidth < 1600) return 2;
    return innerWidth < 2200 ? 3 : 4;
  }

  #refresh() {
    if (!store.ready) return;
    const untaken = untakenAlarms();
    this.still.begin();
    const told = this.#told;
    this.#tell(untaken);
    const shelved = shelvedAlarms().length;
    const all = [...untaken, ...overdueAlarms()];
    this.hidden = all.length + shelved === 0 && !(this.still.keeps && this.cards.childElementCount);
    document.body.classList.toggle("has-alarms", !this.hidden);
    this.shelf.hidden = shelved === 0;
    setText(this.shelf, t("live.shelved", { n: shelved }));
    const taken = [...store.alarms.values()].filter((alarm) => alarm.state === "ACKNOWLEDGED").length;
    const shown = this.#shown(all, told);
    this.#writeCounts(untaken.length, taken, all.length - shown.length);
    this.#writeCards(shown);
  }

  /**
   * @param {number} untaken
   * @param {number} taken
   * @param {number} more
   */
  #writeCounts(untaken, taken, more) {
    const [first, second, third] = this.count.children;
    setText(first, t("live.untaken", { n: untaken }));
    setText(second, t("live.taken_active", { n: taken }));
    setText(third, more ? t("live.more_alarms", { n: more }) : "");
  }

  /** @param {Api.Alarm[]} alarms */
  #writeCards(alarms) {
    const known = new Map([...this.cards.querySelectorAll(":scope > *")].map((card) => [card.dataset.id, card]));
    const wanted = alarms.map((alarm) => known.get(alarm.id) ?? this.#makeCard(alarm));
    wanted.forEach((card, index) => this.#writeCard(card, alarms[index]));
    this.still.put(this.cards, wanted);
  }

  /**
   * The most urgent ones; while places are kept those that stand there, and every P1 that is new.
   * @param {Api.Alarm[]} all
   * @param {Set<string> | null} told Those that were there before.
   */
  #shown(all, told) {
    const first = all.slice(0, this.#room());
    if (!this.still.keeps) return first;
    const there = new Set([...this.cards.querySelectorAll(":scope > *")].map((card) => card.dataset.id));
    const shown = all.filter(
      (alarm) => there.has(alarm.id) || (alarm.priority === 1 && isUntaken(alarm) && !told?.has(alarm.id)),
    );
    if (shown.length !== first.length || first.some((alarm) => !shown.includes(alarm))) this.still.wait();
    return shown;
  }

  /** @param {Api.Alarm} alarm */
  #makeCard(alarm) {
    const take = h("button", { class: "btn take", type: "button" }, t("live.acknowledge"));
    const pick = h("button", { class: "mono pick", type: "button" });
    take.addEventListener("click", () => {
      take.disabled = true;
      acknowledge(store.alarms.get(alarm.id) ?? alarm).finally(() => {
        take.disabled = take.closest(".gone") !== null;
      });
    });
    pick.addEventListener("click", () => look(alarm));
    return h(
      "li",
      { "data-id": alarm.id, "data-made": this.still.keeps ? performance.now() : -ASLEEP_MS, class: "card" },
      icon("m-p1", "mark"),
      h(
        "div",
        { class: "card-body" },
        h(
          "div",
          { class: "card-head" },
          h("b", { class: "priority" }),
          pick,
          h("span", { class: "call" }),
          h("time", { class: "age" }),
        ),
        h("div", { class: "card-title" }),
        h("div", { class: "card-detail" }),
        h("div", { class: "card-action" }),
      ),
      take,
    );
  }

  /**
   * @param {HTMLElement} card
   * @param {Api.Alarm} alarm
   */
  #writeCard(card, alarm) {
    const now = serverNow();
    const shipment = store.newest(alarm.shipment_id);
    const words = alarmWords(alarm, shipment, now, board.zone);
    const kind = alarm.kind === "no_data" ? "stale" : `p${alarm.priority}`;
    const owned = !isUntaken(alarm);
    const quiet = owned ? " owned" : alarm.state === "RTN_UNACKNOWLEDGED" ? " returned" : "";
    card.className = `card is-${kind}${quiet}`;
    find("use", card).setAttribute("href", kind === "p3" ? "#m-adv" : `#m-${kind}`);
    setText(find(".priority", card), `P${alarm.priority}`);
    const pick = find(".pick", card);
    pick.disabled = false; // its alarm was taken back while the card was on its way
    setText(pick, alarm.shipment_reference ?? alarm.box_id ?? "");
    writeAge(find(".age", card), instant(alarm.raised_at), now, board.zone);
    setText(find(".card-title", card), words.title);
    setText(find(".card-detail", card), owned ? ownerWords(alarm, now, board.zone) : words.detail);
    setText(find(".call", card), owned ? "" : callWords(alarm, now, board.zone));
    setText(find(".card-action", card), [forWords(alarm), words.action].filter(Boolean).join(" · "));
    card.title = [words.consequence, words.action, actWords(alarm, now, board.zone)].join(" ");
    const take = find(".take", card);
    take.hidden = owned;
    take.disabled = stream.state === "lost" || performance.now() - Number(card.dataset.made) < ASLEEP_MS;
    take.setAttribute("aria-label", `${t("live.acknowledge")} ${alarm.shipment_reference ?? alarm.box_id}`);
  }

  /**
   * Speak of alarms that were not there before; the first picture is not news.
   * @param {Api.Alarm[]} untaken
   */
  #tell(untaken) {
    const known = this.#told;
    this.#told = new Set(untaken.map((alarm) => alarm.id));
    if (known === null) return;
    for (const alarm of untaken.filter(({ id }) => !known.has(id))) {
      const shipment = store.newest(alarm.shipment_id);
      const words = alarmWords(alarm, shipment, serverNow(), board.zone);
      const sentence = `P${alarm.priority} ${alarm.shipment_reference ?? alarm.box_id}: ${words.title}. ${words.action}`;
      announceAlarm(sentence, alarm.priority === 1);
    }
  }
}

customElements.define("alarm-bar", AlarmBar);
