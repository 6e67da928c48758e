// Rows as a CSV file that the browser saves; written here, from what the page has read.
/** @param {string} value */
const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
/** @param {string} text */
const isNumber = (text) => /^-?\d+(\.\d+)?$/.test(text);
/** @param {string} text */
const isFormula = (text) => /^[=+\-@\t\r＝＋－＠]/.test(text) && !isNumber(text);

/**
 * A value as a spreadsheet may read it: numbers stay, text never becomes a formula.
 * @param {string | number | null | undefined} value
 */
export function cell(value) {
  const text = String(value ?? "");
  return quoted(isFormula(text) ? `'${text}` : text);
}

/**
 * Save rows of texts and numbers under a name. The mark at the beginning makes Excel read UTF-8.
 * @param {string} name
 * @param {(string | number | null | undefined)[][]} rows
 */
export function saveCsv(name, rows) {
  const text = rows.map((row) => row.map(cell).join(",")).join("\r\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
