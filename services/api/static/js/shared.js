// The page of a link loads itself anew each minute; when it cannot, it says that it is old.
const EVERY_MS = 60_000;

async function again() {
  if (document.hidden) return;
  const found = await fetch(location.href, { method: "GET", cache: "no-store" }).catch(
    () => /** @type {Response | null} */ (null),
  );
  if (found && (found.ok || found.status === 404)) location.reload();
  else document.querySelector(".as-of")?.classList.add("stale");
}

setInterval(again, EVERY_MS);
document.addEventListener("visibilitychange", again);
