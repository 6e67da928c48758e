// The legs of the way: one block of fields each, with the positions of known places filled in.
import { at, find, setText } from "./dom.js";
import { t } from "./i18n.js";
import { fieldValue, wireMoments } from "./form-fields.js";

// Reference points of the airports as published in their aeronautical information; degrees WGS 84.
/** @type {Map<string, number[]>} */
const PLACES = new Map([
  ["PVG", [31.1434, 121.8052]],
  ["SHA", [31.1979, 121.3363]],
  ["HKG", [22.308, 113.9185]],
  ["MFM", [22.1496, 113.5916]],
  ["NRT", [35.7647, 140.3864]],
  ["HND", [35.5533, 139.7811]],
  ["FRA", [50.0333, 8.5706]],
  ["LHR", [51.4706, -0.4619]],
  ["SIN", [1.3502, 103.9944]],
  ["ICN", [37.4691, 126.4505]],
  ["SFO", [37.619, -122.3749]],
  ["LAX", [33.9425, -118.4081]],
]);

/**
 * Make the place of a site known, so that its code fills in its position.
 * @param {string} code
 * @param {number} lat
 * @param {number} lon
 */
export function knowPlace(code, lat, lon) {
  PLACES.set(code, [lat, lon]);
  fillPlaces();
}

function fillPlaces() {
  const list = at("places");
  list.replaceChildren(...[...PLACES.keys()].sort().map((code) => new Option(code, code)));
}

const list = () => at("legs");

/** Add a leg; it starts where the one before ends. */
export function addLeg() {
  const element = /** @type {HTMLElement} */ (find("*", at("leg").content).cloneNode(true));
  const before = list().lastElementChild;
  list().append(element);
  wireMoments(element);
  wire(element);
  if (before) startAt(element, before);
  renumber();
  return element;
}

/** @param {HTMLElement} element */
function wire(element) {
  for (const end of ["from", "to"]) {
    part(element, `${end}_code`).addEventListener("change", () => fillPosition(element, end));
  }
  const mode = part(element, "mode");
  mode.addEventListener("change", () => {
    part(element, "radio_off").checked = mode.value === "air";
  });
  find(".remove", element).addEventListener("click", () => {
    element.remove();
    renumber();
  });
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 */
const part = (element, name) => find(`[data-name=${name}]`, element);

/**
 * @param {HTMLElement} element
 * @param {string} end
 */
function fillPosition(element, end) {
  const code = part(element, `${end}_code`);
  code.value = code.value.trim().toUpperCase();
  const known = PLACES.get(code.value);
  if (!known) return;
  [part(element, `${end}_lat`).value, part(element, `${end}_lon`).value] = known.map(String);
}

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} before
 */
function startAt(element, before) {
  for (const name of ["code", "lat", "lon"]) {
    part(element, `from_${name}`).value = part(before, `to_${name}`).value;
  }
  part(element, "mode").value = "road";
  part(element, "radio_off").checked = false;
}

/** Number the legs, and give every field a name of its own for labels and faults. */
function renumber() {
  [...list().children].forEach((element, index) => {
    setText(find(".leg-head b", element), t("new.leg", { n: index + 1 }));
    for (const input of element.querySelectorAll("[data-name]")) {
      input.id = `f-legs.${index}.${input.dataset.name}`;
      const field = input.closest(".form-field");
      field?.querySelector("label")?.setAttribute("for", input.id);
      const error = field?.querySelector(".error");
      if (error) error.id = `e-legs.${index}.${input.dataset.name}`;
      if (error) input.setAttribute("aria-describedby", error.id);
    }
  });
}

/** The legs as the API wants them. */
export function legValues() {
  return [...list().children].map((element) =>
    Object.fromEntries(
      [...element.querySelectorAll("[data-name]")]
        .map((input) => [input.dataset.name, fieldValue(input)])
        .filter(([, value]) => value !== undefined),
    ),
  );
}

fillPlaces();
