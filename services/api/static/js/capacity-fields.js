// Fields that the dialogs about a site's capacity share.
import { serverNow } from "./clock.js";
import { t } from "./i18n.js";
import { named } from "./page.js";
import { zone } from "./zone.js";
import { fieldText } from "./zones.js";

const HOUR = 3_600_000;
export const DAY_MIN = 1440;
const EVERY = "";

/** @param {string} name @param {Partial<import("./form-dialog.js").Field>} [extra] */
export const field = (name, extra = {}) => ({ name, label: t(`capacity.field.${name}`), required: true, ...extra });
/**
 * @param {string} name
 * @param {number | null} value
 * @param {number[]} limits
 * @param {string} unit
 */
export const amount = (name, value, [min, max], unit, extra = {}) =>
  field(name, {
    label: t(`capacity.in_${unit}`, { what: t(`capacity.field.${name}`) }),
    kind: "number",
    value: value ?? "",
    min,
    max,
    step: "1",
    ...extra,
  });
/**
 * @param {string} name
 * @param {number | null} value
 */
export const minutes = (name, value, [min, max] = [0, DAY_MIN], extra = {}) =>
  amount(name, value, [min, max], "min", extra);
export const reason = () => field("reason", { kind: "area", hint: t("capacity.no_names") });

/** The whole hour that comes, and one later. */
export function span() {
  const whole = Math.ceil(serverNow() / HOUR) * HOUR;
  return [field("from", { kind: "moment", value: whole }), field("to", { kind: "moment", value: whole + HOUR })];
}

/**
 * @param {Api.Site} site
 * @param {Api.Bay | null} [bay]
 */
export const bayField = (site, bay, every = false) =>
  field("bay_id", {
    kind: "select",
    required: false,
    value: bay?.bay_id,
    options: [
      ...(every ? [[EVERY, t("capacity.every_bay")]] : []),
      ...site.bays.map((one) => [one.bay_id, named(one)]),
    ],
  });

export const today = () => fieldText(serverNow(), zone.name).slice(0, 10);
