// The instant that somebody points at, on the curve or on the map: each marks it on itself.
class Pointed extends EventTarget {
  /** @type {number | null} */
  at = null;
  /** Who pointed: the other one follows. @type {"trace" | "map"} */
  by = "trace";

  /**
   * Whether somebody points at the map: a curve drawn anew meanwhile does not point of itself.
   * @param {HTMLElement} plot
   */
  isOnMap(plot) {
    return this.by === "map" && this.at !== null && !plot.matches(":hover");
  }

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
