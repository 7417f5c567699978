/** A board as a page of its own that runs no scripts: for a frame on another site, and for readers without any. */
import { asLine, type Board, type Row } from '@topiary/contracts';
import { addressOf, trackOf } from '@topiary/tracks/catalogue';
import { outcome } from '../leaderboard-query.js';
import { placeOf } from '../place-text.js';
import { escapeHtml } from './head.js';

export interface Embedded {
  readonly board: Board;
  /** All of its rows at the target. */
  readonly rows: readonly Row[];
  /** So many of them are shown. */
  readonly limit: number;
  readonly target: string;
  readonly site: string;
  /** Left away, where it says when this was so. */
  readonly asOf: string | null;
}

const cell = (text: string, className?: string): string =>
  `<td${className ? ` class="${className}"` : ''}>${escapeHtml(text)}</td>`;

const percent = (left: number | null, base: number | null): string =>
  left === null || !base ? '' : `${((100 * left) / base).toFixed(1)} %`;

/** The metric with half the width of its interval, in the digits of its track. */
const outcomeCell = (row: Row, { id, digits, unit }: { id: string; digits: number; unit: string }): string => {
  const value = outcome(row, id);
  if (value === undefined) return '';
  const found = row.metrics.find((metric) => metric.id === id && metric.value === value);
  const half = found?.low != null && found.high != null ? (found.high - found.low) / 2 : null;
  return `${value.toFixed(digits)}${half === null ? '' : ` ± ${half.toFixed(digits)}`} ${unit}`.trim();
};

const line = ({ board, rows, site }: Embedded, row: Row): string => {
  const track = trackOf(board);
  const link = `${site}/boards/${addressOf(board)}/rows/${row.id}`;
  const cost = row.costs[track.targetAxis];
  return `<tr>${[
    cell(placeOf(row, rows) ?? '', 'n'),
    `<th scope="row"><a href="${escapeHtml(link)}" target="_top">${escapeHtml(asLine(row.label, 120))}</a></th>`,
    cell(outcomeCell(row, track.metrics[0]!), 'n'),
    cell(cost ? percent(cost.left, cost.base) : '', 'n'),
    cell(row.provenance),
  ].join('')}</tr>`;
};

export const embedPage = (embedded: Embedded): string => {
  const { board, target, site, asOf } = embedded;
  const rows = embedded.rows.slice(0, embedded.limit);
  const track = trackOf(board);
  const axis = track.axes.find(({ id }) => id === track.targetAxis);
  const title = escapeHtml(`${asLine(board.title, 120)}, ${target}`);
  const query = `?target=${encodeURIComponent(target)}${asOf ? `&as_of=${encodeURIComponent(asOf)}` : ''}`;
  const address = escapeHtml(`${site}/boards/${addressOf(board)}${query}`);
  const heads = ['Place', 'Method', track.metrics[0]!.title, `${axis?.title ?? 'Cost'} left`, 'Source'];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Topiary</title>
<link rel="canonical" href="${address}">
<link rel="stylesheet" href="/embed.css">
</head>
<body>
<table>
<caption><a href="${address}" target="_top">${title}</a></caption>
<thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead>
<tbody>
${rows.length === 0 ? `<tr><td colspan="${heads.length}">No row yet.</td></tr>` : rows.map((row) => line(embedded, row)).join('\n')}
</tbody>
</table>
<p>${escapeHtml(board.protocol)} <a href="${escapeHtml(site)}/" target="_top">Topiary</a>${asOf ? `, as of ${escapeHtml(asOf.slice(0, 10))}` : ''}</p>
</body>
</html>
`;
};
