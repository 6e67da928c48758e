// What the server says about this page: language, address of the files, texts, and who looks at it.
const data = JSON.parse(document.getElementById("page-data").textContent);

export const language = data.language;
export const staticRoot = data.static;
export const build = data.build;
export const texts = data.texts;
/** Where boxes find the broker: host and port. */
export const broker = data.broker;
/** The cookie whose value goes with every change that a session makes. */
export const tokenCookie = data.token_cookie;
/** The parts in braces of this page's address, such as shipment_id. */
export const pathPart = data.path;
/** Who is here: id, name, roles; null when nobody is known. */
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
