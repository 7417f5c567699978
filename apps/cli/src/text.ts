/** Numbers, times and tables as a terminal shows them. */

/** What a terminal would obey instead of showing it: controls, and marks that turn the direction of what follows. */
const OBEYED = /(?![\t\n])[\p{Control}\p{Bidi_Control}\u2028\u2029]/gu;

/** Other people's words as characters alone; the line ends of a CSV stay. */
export const printable = (text: string): string =>
  text.replace(OBEYED, (mark, at: number) =>
    mark === '\r' && text[at + 1] === '\n' ? mark : `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Columns side by side, aligned to the left. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
};

export const seconds = (value: number): string => {
  if (value < 90) return `${Math.round(value)} s`;
  if (value < 5400) return `${Math.round(value / 60)} min`;
  return `${(value / 3600).toFixed(1)} h`;
};

export const percent = (ratio: number): string => `${Math.round(100 * ratio)} %`;

export const fileSize = (bytes: number): string => {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
};

export const ago = (iso: string): string => `${seconds(Math.max(0, (Date.now() - Date.parse(iso)) / 1000))} ago`;

export const until = (iso: string): string => seconds(Math.max(0, (Date.parse(iso) - Date.now()) / 1000));
