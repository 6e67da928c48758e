// Small helpers that make elements without markup strings.
const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes and children; a function-valued on… attribute is a listener.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} attributes As they are named in HTML.
 * @param {...Content} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  const given = children.flat().filter((child) => child !== null && child !== undefined);
  element.append(.../** @type {(Node | string)[]} */ (given));
  return element;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {any} value A word, a number, whether, or a listener.
 */
function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "class") element.className = value;
  else element.setAttribute(name, value === true ? "" : value);
}

/** @type {(what: string) => never} */
export const lacks = (what) => {
  throw new Error(`nothing here is ${what}`);
};

/** The part that a selector names; where it is missing, the error says which. @type {FindPart} */
export const find = (selector, within = document) => within?.querySelector(selector) ?? lacks(selector);

/** The same by its id. @type {PartAt} */
export const at = (id) => find(`#${CSS.escape(id)}`);

/** What has the focus, when it lies within. @param {Element} within */
export const focusIn = (within) => (within.contains(document.activeElement) ? document.activeElement : null);

/**
 * @param {string} tag
 * @param {...Node} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * One of the status marks or icons of the sprite in the page.
 * @param {string} name
 */
export function icon(name, className = "ic") {
  return svg("svg", { class: className, "aria-hidden": "true", focusable: "false" }, svg("use", { href: `#${name}` }));
}

/**
 * Point a mark made by icon() at another symbol.
 * @param {Element} element
 * @param {string} name
 */
export function setIcon(element, name) {
  const use = element.firstElementChild;
  if (use?.getAttribute("href") !== `#${name}`) use?.setAttribute("href", `#${name}`);
}

/**
 * Write a text only when it differs: an untouched node costs the browser nothing.
 * @param {Node} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {string} name
 */
export function setClass(element, name) {
  if (element.className !== name) element.className = name;
}

/**
 * Read a colour token of the present theme, for canvases.
 * @param {string} name
 */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
