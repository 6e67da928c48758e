// The instant that somebody points at, on the curve or on the map: each marks it on itself.
class Pointed extends EventTarget {
  /** @type {number | null} */
  at = null;
  /** Who pointed: the other one follows. @type {"trace" | "map"} */
  by = "trace";

  /**
   * @param {number | null} at
   * @param {"trace" | "map"} by
   */
  point(at, by) {
    if (at === this.at) return;
    Object.assign(this, { at, by });
    this.dispatchEvent(new Event("change"));
  }
}

export const pointed = new Pointed();
