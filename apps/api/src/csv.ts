/** A table as CSV (RFC 4180). */
import type { Row } from '@topiary/contracts';
import { type RowTable, rowTable } from './row-table.js';

/** A leading =, +, - or @ would be a formula to a spreadsheet: text that begins so gets an apostrophe. */
const cell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export const csvOf = ({ names, lines }: RowTable): string =>
  `${[names, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;

export const toCsv = (rows: readonly Row[]): string => csvOf(rowTable(rows));
