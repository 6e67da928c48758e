// The list of calls: narrowed by what one types, kept in the address.
import { at, find } from "./dom.js";
import { t } from "./i18n.js";
import { bindKey } from "./keyboard.js";
import { startShell } from "./shell.js";
import { Wishes } from "./wishes.js";

const wishes = new Wishes({ q: "" });
const search = at("f-q");
const groups = [...document.querySelectorAll(".calls")];

/** Every word that is typed must stand in the call, in any order. */
function write() {
  const words = wishes.get("q").toLowerCase().split(/\s+/).filter(Boolean);
  for (const group of groups) {
    const title = find("h2", group).textContent.toLowerCase();
    for (const row of group.querySelectorAll("li")) {
      const text = `${title} ${row.textContent.toLowerCase()}`;
      row.hidden = !words.every((word) => text.includes(word));
    }
    group.hidden = !group.querySelector("li:not([hidden])");
  }
  at("none").hidden = groups.some((group) => !group.hidden);
}

wishes.bind("q", search, "input");
wishes.addEventListener("change", write);
bindKey(["/"], t("docs.keys.search"), () => search.focus());
startShell();
write();
