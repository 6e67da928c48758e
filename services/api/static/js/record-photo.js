// A photo of a record as a small picture. Every look is audited, so a page looks at each one once.
import { h } from "./dom.js";

/** By photo: where its bytes are, or nothing while they are on their way. @type {Map<string, string>} */
const pictures = new Map();

/** @param {string} id @param {string} path */
async function look(id, path) {
  pictures.set(id, "");
  const answer = await fetch(path).catch(() => null);
  if (!answer?.ok) return;
  const url = URL.createObjectURL(await answer.blob());
  pictures.set(id, url);
  for (const one of document.querySelectorAll(`[data-photo="${CSS.escape(id)}"]`)) show(one, url);
}

/** @param {Element} frame @param {string} url */
function show(frame, url) {
  const image = h("img", { src: url, alt: "", class: "photo-small" });
  // What this browser cannot show (HEIC) stays a link.
  image.addEventListener("error", () => image.remove());
  frame.prepend(image);
}

/**
 * The picture within its link; it comes when its bytes are here.
 * @param {string} id
 * @param {string} path
 * @param {string} words
 */
export function photoLink(id, path, words) {
  const link = h("a", { href: path, target: "_blank", rel: "noopener", "data-photo": id }, h("span", {}, words));
  const url = pictures.get(id);
  if (url === undefined) look(id, path);
  else if (url) show(link, url);
  return link;
}
