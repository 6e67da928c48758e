// The worker that all tabs share, begun before the page's own scripts are here: it connects meanwhile.
import { build, viewer } from "./page.js";

/** One worker a build and a person: nobody reads with the rights of whoever was here before. */
const begun = () =>
  new SharedWorker(new URL("./stream-worker.js", import.meta.url), {
    type: "module",
    name: `coldlane ${build} ${viewer?.id ?? ""}`,
  });

export const worker = window.SharedWorker ? begun() : null;

/** Resolves when there will be no worker, whenever somebody comes to listen. */
export const failed = new Promise((resolve) => {
  if (worker) worker.addEventListener("error", resolve, { once: true });
  else resolve(null);
});
