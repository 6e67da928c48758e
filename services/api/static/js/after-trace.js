// What may wait until the first curve stands, but not for ever: the trace is what people come for.
const TRACE_FIRST_MS = 1_500;

const stands = new Promise((resolve) => {
  addEventListener("tracedrawn", resolve, { once: true });
});

/**
 * Act once the first curve stands, or nothing came of it; later at once.
 * @param {() => void} act
 */
export function afterTrace(act) {
  const patience = new Promise((resolve) => {
    setTimeout(resolve, TRACE_FIRST_MS);
  });
  Promise.race([stands, patience]).then(act);
}
