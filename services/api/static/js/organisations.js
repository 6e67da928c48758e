// Organisations: what each is here, where it is, and with it whether what its people read leaves the country.
import { get, patch, post } from "./api.js";
import { at, h, setText } from "./dom.js";
import { askFor } from "./form-dialog.js";
import { dateTime, instant } from "./format.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { may, named } from "./page.js";
import { Panel } from "./panel.js";
import { noteError } from "./say.js";
import { startShell } from "./shell.js";
import { table } from "./tables.js";
import { Wishes } from "./wishes.js";
import { zone } from "./zone.js";

const KINDS = [
  "applicant",
  "shipper",
  "consignee",
  "operator",
  "customs_site",
  "supervising_authority",
  "sponsor",
  "auditor",
  "platform",
];
const wishes = new Wishes({ q: "" });
const panel = new Panel(at("list"));
let loaded = false;
/** @type {{firms: Api.Organisation[], home: string, lists: Rule[]}} */
let seen = { firms: [], home: "", lists: [] };

async function read() {
  const [firms, { home }, { lists }] = await Promise.all([
    get("/organisations"),
    get("/data-policy"),
    get("/data-policy/rules"),
  ]);
  return { firms: firms.items, home, lists };
}

const load = () =>
  panel.load(read, (found) => {
    [loaded, seen] = [true, found];
    write();
  });

/** @param {string[]} names */
const listNames = (names) =>
  names.map((name) => named(seen.lists.find((one) => one.list_id === name)) || name).join(t("common.comma"));

/**
 * The lists of zones; the country's own holds for everybody.
 * @param {string[]} value
 */
const listField = (value = []) => ({
  name: "data_lists",
  label: t("firms.field.data_lists"),
  kind: "several",
  hint: t("firms.lists_hint"),
  options: seen.lists.filter((one) => one.list_id.includes("-")).map((one) => [one.list_id, named(one)]),
  value,
});

/** @param {string} value */
const country = (value) => ({
  name: "country",
  label: t("firms.field.country"),
  required: true,
  value,
  hint: t("firms.country_hint", { home: seen.home }),
});

/** @param {Record<string, any>} body */
const checked = (body) => ({ ...body, country: body.country.toUpperCase() });
/**
 * @param {Record<string, any>} body
 * @returns {[string, string] | null}
 */
const check = (body) => (/^[A-Za-z]{2}$/.test(body.country) ? null : ["country", t("firms.two_letters")]);

const enter = () =>
  askFor({
    title: t("firms.enter"),
    fields: [
      { name: "organisation_id", label: t("firms.field.organisation_id"), required: true, hint: t("firms.id_hint") },
      { name: "name", label: t("firms.field.name"), required: true },
      {
        name: "kind",
        label: t("firms.field.kind"),
        kind: "select",
        options: KINDS.map((one) => [one, t(`firms.kind.${one}`)]),
      },
      country(seen.home),
      listField(),
    ],
    submit: t("firms.do.enter"),
    said: t("firms.said.entered"),
    check,
    act: (body, key) => post("/organisations", checked(body), key),
  });

/** @param {Api.Organisation} firm */
const change = (firm) =>
  askFor({
    title: t("firms.change_title", { name: firm.name }),
    hint: t("firms.change_hint"),
    fields: [
      { name: "name", label: t("firms.field.name"), required: true, value: firm.name },
      country(firm.country),
      listField(firm.data_lists),
      { name: "reason", label: t("firms.field.reason"), kind: "area", required: true },
    ],
    meaning: t("firms.change_meaning"),
    submit: t("firms.do.change"),
    said: t("firms.said.changed", { name: firm.name }),
    check,
    newest: async () => {
      const { items } = await get("/organisations");
      const found = items.find((/** @type {Api.Organisation} */ one) => one.organisation_id === firm.organisation_id);
      Object.assign(firm, found);
      return { name: found.name, country: found.country, data_lists: found.data_lists };
    },
    act: (body) => patch(`/organisations/${firm.organisation_id}`, checked(body), { "If-Match": `"${firm.revision}"` }),
  });

/** @param {Api.Organisation} firm */
function matches(firm) {
  const wanted = wishes.get("q").trim().toLowerCase();
  const said = [firm.organisation_id, firm.name, firm.country, t(`firms.kind.${firm.kind}`)];
  return !wanted || said.some((words) => words.toLowerCase().includes(wanted));
}

/** @param {() => Promise<any>} act */
async function did(act) {
  try {
    if (await act()) load();
  } catch (error) {
    noteError(error);
  }
}

/** @param {Api.Organisation} firm */
const placeWords = (firm) => [
  h("b", {}, firm.country),
  h("span", { class: "sub" }, t(firm.country === seen.home ? "firms.at_home" : "firms.abroad")),
];

/** @param {Api.Organisation} firm */
const changeButton = (firm) =>
  h(
    "button",
    {
      class: "btn sm",
      type: "button",
      "data-writes": true,
      "aria-label": `${t("firms.change")}: ${firm.organisation_id}`,
      onclick: () => did(() => change(firm)),
    },
    t("firms.change"),
  );

function write() {
  if (!loaded) return undefined;
  // Its form asks for the lists that are read with the rest: before them a press would do nothing.
  at("enter").hidden = !may("POST /organisations");
  const shown = seen.firms.filter(matches);
  setText(at("count"), shown.length ? t("firms.count", { n: shown.length }) : "");
  if (!seen.firms.length) return panel.empty(t("firms.empty"));
  if (!shown.length) return panel.filtered(t("firms.no_match"), wishes);
  panel.ready();
  const acts = may("PATCH /organisations/{organisation_id}");
  const names = ["name", "kind", "country", "data_lists", "since"].map((name) => t(`firms.field.${name}`));
  return at("list").replaceChildren(
    table(
      t("firms.caption"),
      acts ? [...names, t("firms.acts")] : names,
      shown.map((firm) => [
        [h("b", {}, firm.name), h("span", { class: "sub mono" }, firm.organisation_id)],
        t(`firms.kind.${firm.kind}`),
        placeWords(firm),
        listNames(firm.data_lists ?? []) || "–",
        h("span", { class: "num" }, dateTime(instant(firm.created_at), zone.name)),
        ...(acts ? [h("div", { class: "acts" }, changeButton(firm))] : []),
      ]),
      { end: acts },
    ),
  );
}

wishes.bind("q", at("f-q"), "input");
wishes.addEventListener("change", write);
zone.addEventListener("change", write);
at("enter").addEventListener("click", () => did(enter));
bindKey(["/"], t("firms.keys.search"), () => at("f-q").focus());
startShell();
load();
