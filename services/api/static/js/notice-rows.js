// Channels, the chain of calls, and notices with the receipt of each channel, as tables.
import { h, icon } from "./dom.js";
import { dateTime, duration, instant, number } from "./format.js";
import { has, t } from "./i18n.js";
import { table } from "./tables.js";

/** @typedef {(notice: Api.NoticeOut, delivery: Api.Delivery) => void} Replay */

const MINUTE = 60_000;
/** @param {string} name */
const audience = (name) => (has(`alarm.role.${name}`) ? t(`alarm.role.${name}`) : name);
/** @param {string[]} items */
const list = (items) => items.join(t("notices.comma"));

/**
 * Ways out as alerts told them with its last beat; `test` is null for who may not.
 * @param {Api.Ways} ways
 * @param {string} zone
 * @param {((channel: string) => void) | null} test
 */
export function channels({ items, as_of: asOf, live }, zone, test) {
  const state = live
    ? null
    : h(
        "p",
        { class: "state state-overdue" },
        icon("m-stale", "mark"),
        asOf ? t("notices.not_live", { time: dateTime(instant(asOf), zone) }) : t("notices.never"),
      );
  /** @param {Api.Way} one */
  const button = (one) =>
    h(
      "button",
      {
        class: "btn sm",
        type: "button",
        "data-writes": true,
        onclick: () => test?.(one.name),
        "aria-label": t("notices.test_of", { name: one.name }),
      },
      t("notices.test"),
    );
  const heads = ["name", "kind", "for", "priorities", "language", "alive"].map((one) => t(`notices.column.${one}`));
  const rows = items.map((one) => [
    h("b", { class: "mono" }, one.name),
    [t(`notices.kind.${one.kind}`), one.courier_link ? h("span", { class: "sub" }, t("notices.courier_link")) : ""],
    one.audiences.length ? list(one.audiences.map(audience)) : t("notices.everybody"),
    list(one.priorities.map((rank) => `P${rank}`)),
    one.language ? [t(`notices.language.${one.language}`), h("span", { class: "sub" }, one.zone)] : "–",
    one.keep_alive_h ? t("notices.every_h", { n: number(one.keep_alive_h, 1) }) : t("notices.no_keep_alive"),
    ...(test ? [live ? button(one) : ""] : []),
  ]);
  return h(
    "div",
    {},
    state,
    items.length
      ? table(t("notices.channels"), test ? [...heads, t("notices.column.test")] : heads, rows, { end: Boolean(test) })
      : "",
  );
}

/**
 * Who is called when nobody takes an alarm.
 * @param {Api.Ways} ways
 */
export function chains({ chains: found }) {
  if (!found.length) return h("p", { class: "sub" }, t("notices.no_chain"));
  /** @param {Api.CallStep} step */
  const step = ({ after_min: after, audience: whom }) =>
    h(
      "li",
      {},
      h("b", {}, after ? t("notices.after", { span: duration(after * MINUTE) }) : t("notices.at_once")),
      ` ${audience(whom)}`,
    );
  return h(
    "div",
    { class: "chains" },
    found.map((one) =>
      h(
        "section",
        {},
        h("h3", {}, `P${one.priority}`),
        h("ol", {}, one.steps.map(step)),
        h(
          "p",
          { class: "sub" },
          one.again_min ? t("notices.again", { span: duration(one.again_min * MINUTE) }) : t("notices.once"),
        ),
      ),
    ),
  );
}

const MARKS = { delivered: "done", pending: "stale", given_up: "p1" };

/**
 * @param {Api.NoticeOut} notice
 * @param {Api.Delivery} delivery
 * @param {string} zone
 * @param {Replay | null} replay
 */
function receipt(notice, delivery, zone, replay) {
  const { channel, state } = delivery;
  const when = delivery.delivered_at ?? delivery.next_try_at;
  const words = [
    t(`notices.state.${state}`),
    when ? dateTime(instant(when), zone) : null,
    delivery.attempts > 1 ? t("notices.tries", { n: delivery.attempts }) : null,
  ];
  return h(
    "li",
    { class: `is-${MARKS[state]}` },
    icon(`m-${MARKS[state]}`, "mark"),
    h("b", { class: "mono" }, channel),
    " ",
    words.filter(Boolean).join(" · "),
    delivery.courier_done_at
      ? h(
          "span",
          { class: "sub" },
          t("notices.courier_done", { time: dateTime(instant(delivery.courier_done_at), zone) }),
        )
      : null,
    delivery.last_error ? h("span", { class: "sub long" }, delivery.last_error) : null,
    replay
      ? [
          " ",
          h(
            "button",
            {
              class: "link again",
              type: "button",
              "data-writes": true,
              onclick: () => replay(notice, delivery),
              "aria-label": t("notices.replay_by", { name: channel }),
            },
            t("notices.replay"),
          ),
        ]
      : null,
  );
}

/**
 * What it was about, in the words of the alarm's card where it is one.
 * @param {Api.NoticeOut} notice
 */
function about({ kind, body, level }) {
  if (kind !== "alarm") return has(`notices.about.${kind}`) ? t(`notices.about.${kind}`) : kind;
  const what = has(`alarm.${body.kind}.consequence`) ? t(`alarm.${body.kind}.consequence`) : body.kind;
  const move = has(`notice.move.${body.move}`) ? t(`notice.move.${body.move}`) : body.move;
  return h(
    "span",
    {},
    h("b", {}, `P${body.priority} `),
    what,
    h("span", { class: "sub" }, [move, level ? t("notices.step", { n: level }) : null].filter(Boolean).join(" · ")),
  );
}

/** @param {Api.NoticeOut} notice */
function whom({ body, audience: name }) {
  if (body.channel) return h("span", { class: "mono" }, body.channel);
  const [reference, box] = [body.shipment_reference, body.box_id];
  return h(
    "span",
    {},
    audience(name),
    [reference, box].filter(Boolean).map((name) => h("span", { class: "sub mono reference" }, name)),
  );
}

/**
 * @param {Api.NoticeOut[]} items
 * @param {string} zone
 * @param {Replay | null} replay
 */
export function notices(items, zone, replay) {
  const heads = ["when", "about", "to", "receipts"].map((one) => t(`notices.column.${one}`));
  return table(
    t("notices.list"),
    heads,
    items.map((one) => [
      h("span", { class: "num" }, dateTime(instant(one.created_at), zone)),
      about(one),
      whom(one),
      one.deliveries.length
        ? h(
            "ul",
            { class: "receipts" },
            one.deliveries.map((delivery) => receipt(one, delivery, zone, replay)),
          )
        : h("span", { class: "sub" }, t("notices.nobody")),
    ]),
  );
}
