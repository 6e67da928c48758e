// What the server says about this page: language, address of the files, texts, and who looks at it.
const data = JSON.parse(document.getElementById("page-data")?.textContent ?? "");

/** @type {"en" | "zh"} */
export const language = data.language;
/** @type {string} */
export const staticRoot = data.static;
/** @type {string} */
export const build = data.build;
/** A text, or its plural forms. @type {Record<string, string | string[]>} */
export const texts = data.texts;
/** Where boxes find the broker. @type {{host: string, port: number}} */
export const broker = data.broker;
/** Raster tiles behind the map, when the deployer brings some. @type {{url: string, attribution: string, coordinates: string} | null} */
export const mapTiles = data.map_tiles;
/** The cookie whose value goes with every change that a session makes. @type {string} */
export const tokenCookie = data.token_cookie;
/** The parts in braces of this page's address, such as shipment_id. @type {Record<string, string>} */
export const pathPart = data.path;
/** Who is here; null when nobody is known. @type {{id: string, name: string, roles: string[]} | null} */
export const viewer = data.viewer;

const rights = new Set(data.viewer?.may ?? []);

/**
 * Whether the viewer may make a call, as docs/reference/access.md names it: may("POST /appointments").
 * @param {Api.Call} call
 */
export const may = (call) => rights.has(call);

/**
 * The name of something that has one in each language.
 * @param {any} object
 */
export function named(object, prefix = "name") {
  if (!object) return "";
  return object[`${prefix}_${language}`] || object[`${prefix}_en`] || "";
}
