// Signatures beside what was signed: what, with which meaning, by whom and when, bound to which record.
import { h } from "./dom.js";
import { dateTime, instant } from "./format.js";
import { t } from "./i18n.js";
import { table } from "./tables.js";
import { zone } from "./zone.js";

const SHORT = 12;

/**
 * The beginning of a digest; the whole of it on pointing, and to copy.
 * @param {Api.Signature} one
 */
const digest = (one) => h("code", { class: "mono", title: one.sha256 }, one.sha256.slice(0, SHORT));
/** @param {Api.Signature} one */
const meaning = (one) => h("span", { class: "tag" }, t(`sign.as.${one.meaning}`));
/** @param {Api.Signature} one */
const when = (one) => dateTime(instant(one.signed_at), zone.name);

/**
 * One signature in a line, to stand under who did it.
 * @param {Api.Signature | undefined} one
 */
export const signedLine = (one) => (one ? h("div", { class: "sub" }, meaning(one), " ", digest(one)) : null);

/**
 * The same with who signed and when.
 * @param {Api.Signature | undefined} one
 */
export const signerLine = (one) =>
  one ? h("div", { class: "sub" }, `${one.signed_by} · ${when(one)} `, meaning(one), " ", digest(one)) : null;

/**
 * All of them as a table; nothing where there is none.
 * @param {Api.Signature[]} signatures
 * @param {(one: Api.Signature) => string} subject
 */
export function signaturesPart(signatures, subject) {
  if (!signatures.length) return null;
  return table(
    t("sign.list"),
    ["sign.what", "sign.meaning", "sign.who", "sign.when", "sign.record"].map((key) => t(key)),
    signatures.map((one) => [subject(one), meaning(one), one.signed_by, when(one), digest(one)]),
  );
}
