// The sound of alarms: P1 every 30 s until somebody takes it, P2 once; and whether it can be heard.
import { isUntaken } from "./alarm-count.js";
import { onTick } from "./clock.js";
import { find } from "./dom.js";
import { t } from "./i18n.js";
import { note } from "./say.js";
import { store } from "./store.js";
import { stream } from "./stream.js";

const WISH = "sound";
const REPEAT_MS = 30_000;
const LOCK = "coldlane-sound";
/** @type {Record<number, number[]>} */
const TONES = { 1: [880, 660, 880, 660], 2: [660, 550] };
const STEP_S = 0.22;

/** @type {AudioContext | null} */
let audio = null;
/** Whether this tab sounds; null while it waits for its turn. @type {boolean | null} */
let leads = !navigator.locks;
/** Lets another tab sound. */
let release = () => {};
let soundedAt = -Infinity;
/** @type {Set<string> | null} */
let known = null;

const wanted = () => localStorage.getItem(WISH) === "on";
const canSound = () => audio?.state === "running";
const tag = () => find("[data-part=sound-tag]");
const button = () => find("[data-part=sound]");

/** @param {number} priority @param {AudioContext} audio */
function play(priority, audio) {
  const { currentTime: now } = audio;
  TONES[priority].forEach((pitch, index) => {
    const [tone, gain] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.25, now + index * STEP_S);
    gain.gain.exponentialRampToValueAtTime(0.001, now + (index + 1) * STEP_S);
    tone.connect(gain).connect(audio.destination);
    tone.start(now + index * STEP_S);
    tone.stop(now + (index + 1) * STEP_S);
  });
}

/** Browsers let a page sound only after somebody has touched it; until then the page says so. */
function wake() {
  if (!wanted()) return;
  audio ??= new AudioContext();
  audio.onstatechange = write;
  audio.resume().catch(() => {});
  write();
}

function write() {
  const [on, heard] = [wanted(), canSound()];
  const state = on ? (heard ? "on" : "blocked") : "off";
  button().dataset.state = state;
  button().setAttribute("aria-pressed", String(on));
  find("span", button()).textContent = t(`shell.sound.${state}`);
  tag().hidden = state === "on";
  tag().dataset.state = state;
  if (state !== "on") tag().textContent = t(`shell.sound_tag.${state}`);
  if (heard) lead();
}

/** One tab of a browser sounds: the first that can. */
function lead() {
  if (leads !== false || !navigator.locks) return;
  const turn = new AbortController();
  const over = new Promise((done) => turn.signal.addEventListener("abort", done));
  release = () => {
    leads = false;
    turn.abort();
  };
  leads = null;
  navigator.locks
    .request(LOCK, { signal: turn.signal }, () => {
      if (turn.signal.aborted) return undefined;
      leads = true;
      return over;
    })
    .catch(() => {});
}

/** A tab that is switched off, here or by another one, gives the sound to who comes next. */
function silence() {
  audio?.close();
  audio = null;
  release();
  write();
}

function toggle() {
  localStorage.setItem(WISH, wanted() ? "off" : "on");
  if (!wanted()) return silence();
  wake();
  if (audio) play(2, audio);
  return note(t("shell.sound.test"));
}

function look() {
  if (!store.ready) return;
  const untaken = [...store.alarms.values()].filter(isUntaken);
  const before = known ?? new Set(untaken.filter((alarm) => alarm.priority > 1).map((alarm) => alarm.id));
  const fresh = untaken.filter((alarm) => !before.has(alarm.id));
  known = new Set(untaken.map((alarm) => alarm.id));
  if (!canSound() || leads !== true) return;
  const urgent = untaken.some((alarm) => alarm.priority === 1);
  const due = performance.now() - soundedAt > REPEAT_MS;
  if (urgent && (due || fresh.some((alarm) => alarm.priority === 1))) sound(1);
  else if (fresh.some((alarm) => alarm.priority === 2)) sound(2);
}

/** @param {number} priority */
function sound(priority) {
  soundedAt = performance.now();
  if (audio) play(priority, audio);
  dispatchEvent(new CustomEvent("alarmsound", { detail: priority }));
}

export function startSound() {
  button().addEventListener("click", toggle);
  for (const touch of ["pointerdown", "keydown"])
    addEventListener(touch, () => {
      if (!canSound()) wake();
    });
  addEventListener("storage", ({ key }) => {
    if (key === WISH) (wanted() ? wake : silence)();
  });
  store.addEventListener("alarms", look);
  // The timers of a hidden tab are slowed down; what the server says is heard at once.
  stream.addEventListener("heartbeat", look);
  onTick(look);
  wake();
  write();
}
