/** Numbers, times and tables as a terminal shows them. */
import { oneLine } from './safe-text.js';

/** Columns side by side, aligned to the left. */
export const table = (texts: readonly (readonly string[])[]): string => {
  const rows = texts.map((row) => row.map(oneLine));
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

/** `25.6 M`: three digits and a power of a thousand. */
export const count = (value: number): string => {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return power === 0 ? String(value) : `${(value / 1000 ** power).toPrecision(3)} ${['', 'k', 'M', 'G', 'T'][power]}`;
};
