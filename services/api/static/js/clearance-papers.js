// What a shipment is declared as, and its papers: needed, there, missing, lapsing before arrival.
import { whoWords, word } from "./blockers.js";
import { attach, declare, enterPaper, noteReExport, takeOff } from "./clearance-paper-acts.js";
import { paperName, regimeName } from "./clearance-words.js";
import { h, icon } from "./dom.js";
import { dateTime, instant } from "./format.js";
import { has, t } from "./i18n.js";
import { may } from "./page.js";
import { facts, table } from "./tables.js";
import { zone } from "./zone.js";

/**
 * What the parts are made of: always the same object, so that what is pressed names the newest revision.
 * @typedef {{found: Api.Clearance, rules: Api.PaperRules, id: string, lost: boolean,
 *   act: (run: () => Promise<any>) => Promise<void>}} Seen
 */

const MARKS = { valid: "done", lapsing: "adv", not_yet: "p2", lapsed: "p2", missing: "p2" };
/**
 * @param {string} group
 * @param {string} name
 */
const goodsWord = (group, name) => (has(`clear.${group}.${name}`) ? t(`clear.${group}.${name}`) : name);
/** @param {string} text */
const when = (text) => dateTime(instant(text), zone.name);

/**
 * A mark and its word: shape before colour, and never colour alone.
 * @param {string} mark
 * @param {Content} words
 */
export const marked = (mark, words) => h("span", { class: `marked is-${mark}` }, icon(`m-${mark}`, "mark"), words);

/**
 * A button of an act; absent for who may not, and asleep while the link is lost.
 * @param {Seen} seen
 * @param {string} words
 * @param {Api.Call} call
 * @param {() => Promise<any>} run
 */
export const actButton = ({ act, lost }, words, call, run, { main = false, label = "" } = {}) =>
  may(call)
    ? h(
        "button",
        {
          class: `btn sm${main ? " p" : ""}`,
          type: "button",
          disabled: lost,
          "aria-label": label || null,
          onclick: () => act(run),
        },
        words,
      )
    : null;

/** @param {Seen} seen */
export function goodsPart(seen) {
  const { found, rules } = seen;
  const { goods, parties, regime } = found;
  const button = actButton(
    seen,
    t(goods ? "clear.change" : "clear.declare"),
    "POST /shipments/{shipment_id}/declaration",
    () => declare(seen.found, rules),
    { main: !goods && !found.revision },
  );
  if (!goods)
    return [
      h("p", { class: "sub" }, t(found.revision ? "clear.goods_unseen" : "clear.not_declared")),
      h("p", { class: "actions" }, found.revision ? null : button),
    ];
  const yes = /** @type {const} */ (["human_genetic", "temporary", "boxes", "first_entry"])
    .filter((name) => goods[name])
    .map((name) => t(`clear.is.${name}`));
  return [
    facts([
      [t("clear.applicant"), parties?.applicant],
      [t("clear.shipper"), parties?.shipper],
      [t("clear.consignee"), parties?.consignee],
      [
        t("clear.item"),
        [
          goodsWord("item", goods.item),
          goodsWord("direction", goods.direction),
          goodsWord("purpose", goods.purpose),
        ].join(" · "),
      ],
      [t("clear.risk_class"), goods.risk_class],
      [t("clear.regime"), regime ? regimeName(rules, regime.regime) : null],
      [
        t("clear.unmet"),
        regime?.unmet.length ? regime.unmet.map((one) => word("why", one)).join(t("common.comma")) : null,
      ],
      [t("clear.also"), yes.join(t("common.comma"))],
      [t("clear.goods.air_waybill"), goods.air_waybill],
      [
        t("clear.way"),
        goods.origin || goods.destination ? `${goods.origin ?? "?"} → ${goods.destination ?? "?"}` : null,
      ],
      [t("clear.goods.donation_number"), goods.donation_number],
      [t("clear.goods.coi_id"), goods.coi_id],
      [t("clear.declared"), `${when(goods.declared_at)} · ${goods.declared_by}`],
    ]),
    h("p", { class: "actions" }, button),
  ];
}

/** @param {Seen} seen */
function needed(seen) {
  const { found, rules } = seen;
  if (!found.papers?.length)
    return h("p", { class: "sub" }, t(found.revision ? "clear.none_needed" : "clear.declare_first"));
  const rows = found.papers.map((one) => {
    const name = [
      paperName(rules, one.paper),
      one.subject === "boxes" ? t("common.brackets", { words: t("clear.subject.boxes") }) : "",
    ].join("");
    const lacks =
      one.state !== "valid" &&
      actButton(
        seen,
        t("clear.attach"),
        "POST /shipments/{shipment_id}/papers",
        () => attach(found, rules, one.paper),
        { label: `${t("clear.attach")}: ${name}` },
      );
    return [
      name,
      marked(MARKS[one.state], word("why", one.state)),
      one.number ? h("span", { class: "mono" }, one.number) : "–",
      one.ends_at ? when(one.ends_at) : "–",
      one.state === "valid" ? "–" : whoWords(one.who),
      h("span", { class: "sub" }, one.rule_id),
      lacks || "",
    ];
  });
  return table(
    t("clear.needed"),
    ["paper", "standing", "number", "ends", "who", "rule", "act"].map((name) => t(`clear.${name}`)),
    rows,
    { end: true },
  );
}

/**
 * @param {Api.AttachedPaper} one
 * @param {Api.PaperRules} rules
 */
const numberOf = (one, rules) =>
  h(
    "div",
    {},
    paperName(rules, one.kind),
    one.subject === "boxes" ? t("common.brackets", { words: t("clear.subject.boxes") }) : "",
    h("div", { class: "mono" }, one.number),
  );

/** @param {Seen} seen */
function attached(seen) {
  const { found, rules } = seen;
  if (!found.attached?.length) return h("p", { class: "sub" }, t("clear.none_attached"));
  return table(
    t("clear.attached"),
    ["paper", "quantity", "valid_until", "re_export_by", "attached_by", "act"].map((name) => t(`clear.${name}`)),
    found.attached.map((one) => [
      numberOf(one, rules),
      one.quantity ?? "–",
      one.valid_until ?? "–",
      one.re_export_by
        ? [
            one.re_export_by,
            one.re_exported_at
              ? h("div", { class: "sub" }, t("clear.went_back", { time: when(one.re_exported_at) }))
              : null,
          ].filter(Boolean)
        : "–",
      h("span", { class: "sub" }, `${when(one.attached_at)} · ${one.attached_by}`),
      h("span", { class: "line-acts" }, [
        one.re_export_by && !one.re_exported_at
          ? actButton(
              seen,
              t("clear.re_export"),
              "POST /shipments/{shipment_id}/papers/{use_id}/re-export",
              () => noteReExport(found, one),
              { label: `${t("clear.re_export")}: ${one.number}` },
            )
          : null,
        actButton(
          seen,
          t("clear.take_off"),
          "POST /shipments/{shipment_id}/papers/{use_id}/give-back",
          () => takeOff(found, one),
          { label: `${t("clear.take_off")}: ${one.number}` },
        ),
      ]),
    ]),
    { end: true },
  );
}

/**
 * Papers: what the rules ask for, what is attached, and what one rule asks and another waives.
 * @param {Seen} seen
 */
export function papersPart(seen) {
  const { found, rules } = seen;
  if (!found.papers) return [h("p", { class: "sub" }, t("clear.papers_unseen"))];
  const waived = found.waived.map((one) =>
    t("clear.waived_line", { paper: paperName(rules, one.paper), rule: one.waived_by }),
  );
  return [
    needed(seen),
    h("h3", {}, t("clear.attached")),
    attached(seen),
    waived.length ? h("p", { class: "sub" }, `${t("clear.waived")} ${waived.join(" · ")}`) : null,
    h(
      "p",
      { class: "actions" },
      actButton(seen, t("clear.attach"), "POST /shipments/{shipment_id}/papers", () => attach(found, rules)),
      actButton(seen, t("clear.enter"), "POST /papers", () => enterPaper(found, rules)),
    ),
    h("p", { class: "sub" }, t("clear.photos_apart")),
  ];
}
