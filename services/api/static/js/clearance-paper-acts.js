// Acts on the papers of a shipment: declare, enter and attach a paper, take one off, note what went back.
import { get, post } from "./api.js";
import { inForce, paperName } from "./clearance-words.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { named } from "./page.js";

const ITEMS = ["special_item", "not_special_item", "drug", "vet_drug", "device", "toxic_chemical"];
const PURPOSES = ["research", "testing", "trial", "treatment", "sale"];
/**
 * @param {string} name
 * @param {string} label
 * @param {string[][]} options
 */
const choice = (name, label, options, more = {}) => ({ name, label, kind: "select", options, ...more });
/**
 * @param {string[]} names
 * @param {string} group
 */
const either = (names, group) => names.map((one) => [one, t(`clear.${group}.${one}`)]);
const none = () => [["", t("clear.none")]];
const reason = () => ({
  name: "reason",
  label: t("clear.reason"),
  kind: "area",
  required: true,
  hint: t("clear.no_names"),
});

/**
 * What the goods are before the law. A change names what it was made from.
 * @param {Api.Clearance} found
 * @param {Api.PaperRules} rules
 */
export function declare(found, rules) {
  /** @type {Partial<Api.Declaration>} */
  const goods = found.goods ?? {};
  /** @type {Partial<Api.Parties>} */
  const parties = found.parties ?? {};
  /** @param {"human_genetic" | "temporary" | "boxes" | "first_entry"} name */
  const check = (name) => ({ name, label: t(`clear.is.${name}`), kind: "check", value: goods[name] });
  /**
   * @param {"air_waybill" | "origin" | "destination" | "donation_number" | "coi_id"} name
   * @param {string} [hint]
   */
  const entry = (name, hint) => ({ name, label: t(`clear.goods.${name}`), value: goods[name], hint });
  const regimes = [...new Map(inForce(rules, "regime").map((one) => [one.regime, named(one)]))];
  return askFor({
    title: t("clear.declare"),
    hint: t("clear.declare_hint"),
    submit: t("clear.do.declare"),
    said: t("clear.said.declared"),
    fields: [
      { name: "applicant", label: t("clear.applicant"), value: parties.applicant, required: true },
      choice("item", t("clear.item"), either(ITEMS, "item"), { value: goods.item }),
      choice("direction", t("clear.direction"), either(["in", "out"], "direction"), { value: goods.direction }),
      choice("purpose", t("clear.purpose"), either(PURPOSES, "purpose"), { value: goods.purpose ?? "treatment" }),
      choice(
        "risk_class",
        t("clear.risk_class"),
        [...none(), ...inForce(rules, "risk_class").map((one) => [one.id, one.id])],
        { value: goods.risk_class ?? "" },
      ),
      choice("regime", t("clear.regime"), [...none(), ...regimes], { value: found.regime?.regime ?? "" }),
      entry("air_waybill", t("clear.checked_digit")),
      entry("origin"),
      entry("destination"),
      entry("donation_number", "ISBT 128"),
      entry("coi_id"),
      check("human_genetic"),
      check("temporary"),
      check("boxes"),
      check("first_entry"),
    ],
    act: (body, key) =>
      post(
        `/shipments/${found.shipment_id}/declaration`,
        body,
        key,
        found.revision ? { "If-Match": `"${found.revision}"` } : {},
      ),
  });
}

/** @param {Api.Paper} paper */
const left = (paper) =>
  paper.balance === null
    ? ""
    : t("common.brackets", { words: t("clear.balance", { n: paper.balance, unit: paper.unit ?? "" }) });

/**
 * Attach one of the ledger; of a counted one it says how much is drawn.
 * @param {Api.Clearance} found
 * @param {Api.PaperRules} rules
 */
export async function attach(found, rules, wanted = "") {
  /** @type {Api.Page_Paper_} */
  const { items } = await get(`/papers?limit=500${wanted && `&kind=${encodeURIComponent(wanted)}`}`);
  const papers = items.filter((one) => !one.withdrawn_at);
  if (!papers.length) return enterPaper(found, rules, wanted);
  return askFor({
    title: t("clear.attach"),
    hint: t("clear.attach_hint"),
    submit: t("clear.do.attach"),
    said: t("clear.said.attached"),
    fields: [
      choice(
        "paper_id",
        t("clear.paper"),
        papers.map((one) => [one.paper_id, `${paperName(rules, one.kind)} ${one.number} · ${one.holder}${left(one)}`]),
        { required: true },
      ),
      choice("subject", t("clear.subject"), either(["goods", "boxes"], "subject")),
      { name: "quantity", label: t("clear.quantity"), hint: t("clear.quantity_hint") },
    ],
    act: (body, key) => post(`/shipments/${found.shipment_id}/papers`, body, key),
  });
}

/**
 * Enter a paper as it was issued, and attach it at once.
 * @param {Api.Clearance} found
 * @param {Api.PaperRules} rules
 */
export function enterPaper(found, rules, wanted = "") {
  /**
   * @param {string} name
   * @param {string} [hint]
   */
  const day = (name, hint) => ({ name, label: t(`clear.${name}`), kind: "day", hint });
  /** What was entered with these words: a second try attaches it, and enters nothing twice. @type {{words: string, paper: Api.Paper} | null} */
  let entered = null;
  return askFor({
    title: t("clear.enter"),
    hint: t("clear.enter_hint"),
    submit: t("clear.do.enter"),
    said: t("clear.said.attached"),
    fields: [
      choice(
        "kind",
        t("clear.kind"),
        inForce(rules, "kind").map((one) => [one.id, named(one)]),
        { value: wanted },
      ),
      { name: "number", label: t("clear.number"), required: true },
      { name: "holder", label: t("clear.holder"), value: found.parties?.applicant, required: true },
      choice(
        "risk_class",
        t("clear.risk_class"),
        [...none(), ...inForce(rules, "risk_class").map((one) => [one.id, one.id])],
        { value: found.goods?.risk_class ?? "", hint: t("clear.risk_hint") },
      ),
      day("valid_from"),
      day("valid_until", t("clear.inclusive")),
      day("re_export_by", t("clear.re_export_hint")),
      { name: "quantity", label: t("clear.allows"), hint: t("clear.allows_hint") },
      { name: "unit", label: t("clear.unit") },
      choice("subject", t("clear.subject"), either(["goods", "boxes"], "subject")),
      { name: "drawn", label: t("clear.quantity"), hint: t("clear.quantity_hint") },
    ],
    act: async ({ subject, drawn, ...body }, key) => {
      const words = JSON.stringify(body);
      if (entered?.words !== words) entered = { words, paper: await post("/papers", body, key) };
      return post(
        `/shipments/${found.shipment_id}/papers`,
        { paper_id: entered.paper.paper_id, subject, quantity: drawn },
        `${key}-use`,
      );
    },
  });
}

/**
 * @param {Api.Clearance} found
 * @param {Api.AttachedPaper} use
 * @param {string} what
 * @param {string} path
 */
const onUse = (found, use, what, path) =>
  askFor({
    title: t(`clear.${what}`),
    hint: `${use.kind} ${use.number}`,
    fields: [reason()],
    meaning: t(`clear.meaning.${what}`),
    submit: t(`clear.do.${what}`),
    said: t("clear.said.step"),
    act: (body, key) => post(`/shipments/${found.shipment_id}/papers/${use.use_id}/${path}`, body, key),
  });

/**
 * @param {Api.Clearance} found
 * @param {Api.AttachedPaper} use
 */
export const takeOff = (found, use) => onUse(found, use, "take_off", "give-back");
/**
 * @param {Api.Clearance} found
 * @param {Api.AttachedPaper} use
 */
export const noteReExport = (found, use) => onUse(found, use, "re_export", "re-export");
