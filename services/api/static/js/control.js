// A button that begins an act, for those who may, and has the page read anew once it is done.
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { may } from "./page.js";
import { noteError } from "./say.js";

/**
 * @param {() => unknown} reload
 * @returns {(key: string, call: Api.Call, run: () => Promise<any>, of?: string) => HTMLElement | null}
 *   `of`: what it is about, for who does not see the row.
 */
export const controlsThat =
  (reload) =>
  (key, call, run, of = "") => {
    if (!may(call)) return null;
    const onclick = () =>
      run().then((done) => {
        if (done) reload();
      }, noteError);
    return h(
      "button",
      { class: "btn sm", type: "button", "data-writes": true, "aria-label": of ? `${t(key)}: ${of}` : null, onclick },
      t(key),
    );
  };
