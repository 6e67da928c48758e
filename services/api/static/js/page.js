// What the server says about this page: language, address of the files, texts.
const data = JSON.parse(document.getElementById("page-data").textContent);

export const language = data.language;
export const staticRoot = data.static;
export const build = data.build;
export const texts = data.texts;
/** Where boxes find the broker: host and port. */
export const broker = data.broker;

/** The name of something that has one in each language. */
export function named(object, prefix = "name") {
  if (!object) return "";
  return object[`${prefix}_${language}`] || object[`${prefix}_en`] || "";
}
