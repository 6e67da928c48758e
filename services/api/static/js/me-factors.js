// My second factors: an authenticator app, and codes on paper.
import { get, post } from "./api.js";
import { at, h } from "./dom.js";
import { t } from "./i18n.js";
import { canPasskey, makePasskey } from "./passkeys.js";
import { refuse } from "./signing.js";

/**
 * How the page tries things and writes instants, and whether its session is whole.
 * @typedef {{tried: (act: () => Promise<any>, done?: string) => Promise<any>, instant: (text: string) => string,
 *   whole: boolean}} Given
 */

/** @type {Given} */
let page;

/** @param {Api.Factor} factor */
function row(factor) {
  const used = factor.last_used_at ? t("me.used", { time: page.instant(factor.last_used_at) }) : t("me.unused");
  const since = t("me.since", { time: page.instant(factor.created_at) });
  return h(
    "li",
    {},
    h("span", { class: "what" }, t(`me.kind.${factor.kind}`), h("small", {}, `${since} · ${used}`)),
    page.whole
      ? h(
          "button",
          { class: "btn sm", type: "button", "data-writes": true, onclick: () => remove(factor) },
          t("me.remove"),
        )
      : null,
  );
}

/** @param {Api.Factor} factor */
async function remove(factor) {
  await page.tried(() => post(`/me/factors/${factor.id}/remove`, {}));
  showFactors();
}

/** Draw what there is; once the page knows whether its session is whole. */
export async function showFactors() {
  const found = await page.tried(() => get("/me/factors"));
  if (!found) return;
  at("factors").replaceChildren(...(found.items.length ? found.items.map(row) : [h("li", {}, t("me.no_factor"))]));
  at("codes-left").textContent = found.items.length ? t("me.codes_left", { n: found.recovery_codes_left }) : "";
  at("new-codes").hidden = !found.items.length || !page.whole;
}

async function addApp() {
  const app = await page.tried(() => post("/me/factors/totp", { name: "app" }));
  if (!app) return;
  const code = h("input", {
    class: "field mono",
    id: "app-code",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    maxlength: 6,
    required: true,
  });
  const form = h(
    "form",
    { class: "row", novalidate: true },
    h("div", { class: "form-field" }, h("label", { for: "app-code" }, t("me.app_code")), code),
    h("button", { class: "btn p", type: "submit" }, t("me.confirm")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    confirmApp(app.id, code);
  });
  open(
    h("p", {}, t("me.app_lead")),
    h("img", { class: "qr", src: app.picture, alt: t("me.app_picture") }),
    h("p", { class: "hint" }, t("me.app_secret"), " ", h("span", { class: "mono", "data-part": "secret" }, app.secret)),
    form,
  );
  code.focus();
}

/**
 * @param {string} id
 * @param {HTMLInputElement} code
 */
async function confirmApp(id, code) {
  if (!/^\d{6}$/.test(code.value.trim())) return refuse(t("sign.fill_in"));
  taken(await page.tried(() => post(`/me/factors/totp/${id}/confirm`, { code: code.value.trim() })));
}

/** @param {Api.Taken | undefined} answer */
function taken(answer) {
  if (!answer) return;
  if (answer.recovery_codes.length) showCodes(answer.recovery_codes);
  else close();
  at("owed").hidden = true;
  showFactors();
}

/**
 * Codes are shown once; the page goes on only when the person says that they are kept.
 * @param {string[]} codes
 */
function showCodes(codes) {
  const kept = h(
    "button",
    { class: "btn p", type: "button", onclick: () => (page.whole ? close() : location.assign("/me")) },
    t("me.codes_kept"),
  );
  open(
    h("p", {}, t("me.codes_lead")),
    h(
      "ul",
      { class: "codes", "data-part": "codes" },
      codes.map((code) => h("li", {}, code)),
    ),
    h("p", { class: "row" }, kept),
  );
}

async function newCodes() {
  /** @type {Api.Taken | undefined} */
  const answer = await page.tried(() => post("/me/recovery-codes", {}));
  if (!answer) return;
  showCodes(answer.recovery_codes);
  showFactors();
}

/** @param {...Node | string} content */
function open(...content) {
  at("new-factor").replaceChildren(...content);
  at("new-factor").hidden = false;
}

function close() {
  at("new-factor").replaceChildren();
  at("new-factor").hidden = true;
}

/**
 * `given`: how the page tries things, writes instants, and whether its session is whole (later).
 * @param {Given} given
 */
export function wireFactors(given) {
  page = given;
  at("add-app").addEventListener("click", addApp);
  at("add-passkey").disabled = !canPasskey();
  at("add-passkey").addEventListener("click", async () => taken(await page.tried(() => makePasskey())));
  at("new-codes").addEventListener("click", newCodes);
}
