// Acts on the policy: a rule over the lists, what was signed, an emergency, its papers, the end of one of them.
import { get, post } from "./api.js";
import { CLASSES, FOR_LIVES, INSTRUMENTS, OUTCOMES, PURPOSES, today } from "./data-policy-words.js";
import { serverNow } from "./clock.js";
import { askFor } from "./form-dialog.js";
import { t } from "./i18n.js";
import { may } from "./page.js";

const HOUR = 3_600_000;

/** @param {string} name @param {Partial<import("./form-dialog.js").Field>} [extra] */
const field = (name, extra = {}) => ({ name, label: t(`policy.field.${name}`), required: true, ...extra });
/** @param {string} name */
const free = (name, extra = {}) => field(name, { required: false, ...extra });
/**
 * @param {string} name
 * @param {string} part
 * @param {string[]} values
 */
const choice = (name, part, values, extra = {}) =>
  field(name, { kind: "select", options: values.map((one) => [one, t(`policy.${part}.${one}`)]), ...extra });
/**
 * @param {string} name
 * @param {string} part
 * @param {string[]} values
 */
const several = (name, part, values, extra = {}) =>
  choice(name, part, values, { ...extra, kind: "several", value: [] });
const reason = () => field("reason", { kind: "area", hint: t("policy.no_names") });
/** @param {boolean} required */
const days = (required) => [
  field("valid_from", { kind: "day", value: today(), required }),
  field("valid_until", { kind: "day", required }),
];
/** @param {string} name */
const number = (name) => free(name, { kind: "number", min: 0, max: 2_000_000_000, step: "1" });

/** Who can be chosen as a recipient; without a list its short name is typed. */
async function recipient() {
  if (!may("GET /organisations")) return field("organisation", { hint: t("policy.short_name") });
  /** @type {[Api.Page_Organisation_, Api.DataStanding]} */
  const [{ items }, { home }] = await Promise.all([get("/organisations"), get("/data-policy")]);
  const abroad = items.filter((one) => one.country !== home);
  return field("organisation", {
    kind: "select",
    hint: abroad.length ? "" : t("policy.nobody_abroad"),
    options: [["", "–"], ...abroad.map((one) => [one.organisation_id, `${one.name} (${one.country})`])],
  });
}

export const enterRule = () =>
  askFor({
    title: t("policy.form.rule"),
    hint: t("policy.hint.rule"),
    fields: [
      choice("outcome", "outcome", OUTCOMES),
      free("countries", { hint: t("policy.countries_hint") }),
      several("classes", "class", CLASSES),
      several("purposes", "purpose", PURPOSES, { required: false, hint: t("policy.none_is_all") }),
      number("persons_from"),
      number("persons_below"),
      several("settled_by", "instrument", INSTRUMENTS, { required: false }),
      field("because_en"),
      field("because_zh"),
      field("source", { kind: "area" }),
      choice("grade", "grade", ["S", "K", "O"]),
      ...days(false),
      reason(),
    ],
    submit: t("policy.do.rule"),
    said: t("policy.said.rule"),
    act: ({ countries = "", ...body }, key) =>
      post(
        "/data-policy/rules",
        {
          ...body,
          countries: countries
            .toUpperCase()
            .split(/[\s,，、]+/)
            .filter(Boolean),
        },
        key,
      ),
  });

export const enterInstrument = async () =>
  askFor({
    title: t("policy.form.instrument"),
    hint: t("policy.hint.instrument"),
    fields: [
      await recipient(),
      choice("kind", "instrument", INSTRUMENTS),
      field("number"),
      number("persons_most"),
      several("classes", "class", CLASSES),
      several("purposes", "purpose", PURPOSES),
      ...days(true),
      reason(),
    ],
    submit: t("policy.do.instrument"),
    said: t("policy.said.instrument"),
    act: (body, key) => post("/data-policy/instruments", body, key),
  });

export const declareEmergency = async () =>
  askFor({
    title: t("policy.form.emergency"),
    hint: t("policy.hint.emergency"),
    fields: [
      await recipient(),
      field("ends_at", { kind: "moment", value: serverNow() + 4 * HOUR }),
      several("classes", "class", FOR_LIVES),
      reason(),
    ],
    meaning: t("policy.meaning.emergency"),
    submit: t("policy.do.emergency"),
    said: t("policy.said.emergency"),
    act: (body, key) => post("/data-policy/emergencies", body, key),
  });

/** @param {Api.DataEntry} one */
export const settle = (one) =>
  askFor({
    title: t("policy.form.papers", { organisation: one.organisation_id ?? "" }),
    fields: [field("reference", { kind: "area", hint: t("policy.reference_hint") })],
    meaning: t("policy.meaning.papers"),
    submit: t("policy.do.papers"),
    said: t("policy.said.papers"),
    act: (body, key) => post(`/data-policy/emergencies/${one.entry_id}/papers`, body, key),
  });

/** @param {Api.DataEntry} one */
export const end = (one) =>
  askFor({
    title: t(`policy.form.end_${one.kind}`),
    hint: t("policy.hint.end"),
    fields: [reason()],
    meaning: one.kind === "emergency" ? t("policy.meaning.end_emergency") : undefined,
    submit: t("policy.do.end"),
    said: t("policy.said.end"),
    act: (body, key) => post(`/data-policy/entries/${one.entry_id}/withdrawal`, body, key),
  });
