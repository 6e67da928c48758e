// Scripts of others, brought when they are needed.
import { h } from "./dom.js";
import { staticRoot } from "./page.js";

/**
 * A script of others that makes a name of the window.
 * @param {string} name
 */
export function vendored(name) {
  return new Promise((resolve, reject) => {
    const src = `${staticRoot}/vendor/${name}.js`;
    document.head.append(h("script", { src, onload: resolve, onerror: () => reject(new Error(src)) }));
  });
}
