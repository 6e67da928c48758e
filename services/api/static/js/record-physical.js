// Step four of a record: minutes with an open lid, findings, photos, the new seal.
import { serverNow } from "./clock.js";
import { at, h, setText } from "./dom.js";
import { clockTimeWithDay, hoursMinutesSeconds, instant } from "./format.js";
import { t } from "./i18n.js";
import { may } from "./page.js";
import { photoLink } from "./record-photo.js";
import { addPhoto, enterTyped, isOpen } from "./record-send.js";
import { itemsOf, stepHead } from "./record-steps.js";
import { note } from "./say.js";
import { zone } from "./zone.js";

/** @import {Seen} from "./record-send.js" */

const SEVERITIES = ["note", "minor", "major"];
/** @param {string} when */
const time = (when) => clockTimeWithDay(instant(when), serverNow(), zone.name);

/**
 * Counted until now while a lid is open.
 * @param {Seen} seen
 */
function lidMs({ record, readAt }) {
  const open = record.lid.open_since ? serverNow() - readAt : 0;
  return record.lid.inspection_s * 1000 + Math.max(0, open);
}

/** @param {Seen} seen */
export function tickLid(seen) {
  const value = document.getElementById("lid-value");
  if (value) setText(value, hoursMinutesSeconds(lidMs(seen)));
  const bar = /** @type {HTMLElement | null} */ (document.querySelector("#lid-bar i"));
  const { allowance_s: most } = seen.record.lid;
  if (bar && most !== null) bar.style.width = `${Math.min(100, (lidMs(seen) / (most * 1000)) * 100).toFixed(1)}%`;
}

/** @param {Seen} seen */
function lid(seen) {
  const { lid: use } = seen.record;
  const words =
    use.allowance_s === null
      ? t("record.no_allowance")
      : t("record.allowance", {
          span: hoursMinutesSeconds(use.allowance_s * 1000),
          source: use.allowance_source ?? "–",
        });
  setTimeout(() => tickLid(seen));
  return h(
    "div",
    { class: `lid${use.open_since ? " open" : ""}` },
    h("b", { class: "num", id: "lid-value", role: "timer", "aria-live": "off" }),
    h("span", {}, t(use.open_since ? "record.lid_open" : "record.lid_shut"), h("span", { class: "sub" }, ` ${words}`)),
    use.allowance_s === null ? null : h("span", { id: "lid-bar", "aria-hidden": "true" }, h("i", {})),
    use.inspections_s > use.inspection_s
      ? h("span", { class: "sub" }, t("record.lid_all", { span: hoursMinutesSeconds(use.inspections_s * 1000) }))
      : null,
  );
}

/** @param {Seen} seen */
function findings(seen) {
  const text = h("input", { class: "field", id: "finding", maxlength: 500, autocomplete: "off" });
  const severity = h(
    "select",
    { class: "field", id: "severity" },
    SEVERITIES.map((one) => h("option", { value: one }, t(`record.severity.${one}`))),
  );
  const found = seen.record.entries.filter((one) => one.kind === "finding");
  /** @param {Event} event */
  const submit = async (event) => {
    event.preventDefault();
    const chosen = severity.value;
    // What has the focus counts as being typed in, and is not written anew.
    severity.blur();
    if (text.value.trim()) severity.value = SEVERITIES[0];
    const again = await enterTyped(seen, "findings", text, (said) => ({ text: said, severity: chosen }));
    if (again) at("severity").value = chosen;
  };
  return [
    h("h3", {}, t("record.findings")),
    h(
      "ul",
      { class: "findings", role: "list" },
      found.map((one) =>
        h(
          "li",
          {},
          h("span", { class: "tag" }, t(`record.severity.${one.facts.severity}`)),
          ` ${one.facts.text} `,
          h("span", { class: "sub" }, t("record.by", { name: one.by, time: time(one.at) })),
        ),
      ),
    ),
    isOpen(seen.record)
      ? h(
          "form",
          { class: "scan", onsubmit: submit },
          h("label", { for: "finding" }, t("record.finding")),
          text,
          h("label", { class: "sr", for: "severity" }, t("record.severity")),
          severity,
          h("button", { class: "btn", type: "submit" }, t("record.add")),
        )
      : null,
  ];
}

/**
 * A picture that was refused is kept here, to be sent again: a camera may have no other copy of it.
 * @param {Seen} seen
 * @param {File} photo
 */
async function sendPhoto(seen, photo) {
  if (await addPhoto(seen, photo)) return;
  const again = () => {
    told.remove();
    return sendPhoto(seen, photo);
  };
  const button = h("button", { class: "btn sm", type: "button", onclick: again }, t("common.try_again"));
  const words = t("record.unkept", { words: photo.name });
  const told = note(h("span", {}, words, " ", button), { kind: "bad", stays: true });
}

/** @param {Seen} seen */
function photos(seen) {
  const { record } = seen;
  const file = h("input", {
    type: "file",
    class: "sr",
    id: "photo",
    "data-writes": true,
    accept: "image/jpeg,image/png,image/webp,image/heic",
    capture: "environment",
  });
  file.addEventListener("change", () => {
    const photo = file.files?.[0];
    // Free at once: the same picture can be chosen again.
    file.value = "";
    return photo && sendPhoto(seen, photo);
  });
  const look = may("GET /inspections/{inspection_id}/photos/{photo_id}");
  return [
    h("h3", {}, t("record.photos")),
    h(
      "ul",
      { class: "findings", role: "list" },
      record.photos.map((one) =>
        h(
          "li",
          {},
          look
            ? photoLink(
                one.id,
                `/api/v1/inspections/${record.id}/photos/${one.id}`,
                one.caption ?? t("record.photo_at", { time: time(one.uploaded_at) }),
              )
            : t("record.photo_at", { time: time(one.uploaded_at) }),
          h("span", { class: "sub mono" }, ` ${one.sha256.slice(0, 12)}`),
        ),
      ),
    ),
    isOpen(record)
      ? h("p", { class: "photo" }, file, h("label", { class: "btn", for: "photo" }, t("record.photo")))
      : null,
    h("p", { class: "sub" }, t("record.photo_rule")),
  ];
}

/** @param {Seen} seen */
function seal(seen) {
  if (!isOpen(seen.record)) return null;
  const input = h("input", { class: "field mono", id: "new-seal", maxlength: 128, autocomplete: "off" });
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    return enterTyped(
      seen,
      "seals",
      input,
      (code) => ({ code }),
      (code) => t("record.sealed", { code }),
    );
  };
  return h(
    "form",
    { class: "scan", onsubmit: submit },
    h("label", { for: "new-seal" }, t("record.new_seal")),
    input,
    h("button", { class: "btn", type: "submit" }, t("record.add")),
  );
}

/** @param {Seen} seen */
const sealsOf = ({ record }) =>
  record.entries
    .filter((one) => one.kind === "seal")
    .map((one) =>
      h("p", { class: "sub" }, t("record.seal_on", { code: one.facts.new ?? "", name: one.by, time: time(one.at) })),
    );

/** @param {Seen} seen */
export const physicalStep = (seen) => [
  stepHead(seen, "physical", 4),
  lid(seen),
  ...itemsOf(seen, "physical"),
  ...findings(seen),
  ...photos(seen),
  h("h3", {}, t("record.seal")),
  ...sealsOf(seen),
  seal(seen),
];
