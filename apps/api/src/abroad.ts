/** What other places show of a board: a badge of a row for a README, and a feed of what is new. */
import { asLine, type Board, type MetricDescription, type Row } from '@topiary/contracts';
import { addressOf } from '@topiary/tracks/catalogue';
import { makeBadge } from 'badge-maker';
import { Feed } from 'feed';
import { outcome } from './leaderboard-query.js';
import { placeText } from './place-text.js';

/** `--leaf` of the site; a printed number that nobody measured here stays grey. */
const MEASURED = '#2e6f2a';
const REPORTED = '#6b6f6a';

const NEWEST = 50;

/** One name with a character that XML cannot carry would make the whole document unreadable; old names may have one. */
const nameIn = (text: string): string => asLine(text, 300);

/** `Accuracy 86.10 %`, or null where the row has no such number. */
export const outcomeText = (row: Row, { id, title, digits, unit }: MetricDescription): string | null => {
  const value = outcome(row, id);
  return value === undefined ? null : `${title} ${value.toFixed(digits)} ${unit}`.trim();
};

/** `rows`: those of its board. */
const facts = (
  row: Row,
  rows: readonly Row[],
  metric: MetricDescription,
  ...more: readonly string[]
): readonly string[] => [placeText(row, rows), outcomeText(row, metric), ...more].filter((fact) => fact !== null);

/** A picture as wide as its text, in which nothing is loaded or run. */
export const badgeOf = (board: Board, row: Row, rows: readonly Row[], metric: MetricDescription): string =>
  makeBadge({
    label: `${nameIn(board.title)} ${row.target.label}`,
    message: facts(row, rows, metric, ...(row.provenance === 'reported' ? ['reported'] : [])).join(' \u00b7 '),
    color: row.provenance === 'reported' ? REPORTED : MEASURED,
  });

/** Atom (RFC 4287): the rows that changed last, the newest first. `site` is where the pages are. */
export const feedOf = (board: Board, rows: readonly Row[], metric: MetricDescription, site: string): string => {
  const page = `${site}/boards/${addressOf(board)}`;
  const dated = rows.flatMap((row) => (row.at === null ? [] : [{ row, at: new Date(row.at) }]));
  const newest = dated.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, NEWEST);
  const feed = new Feed({
    id: page,
    title: `Topiary: ${nameIn(board.title)}`,
    link: page,
    feedLinks: { atom: `${site}/api/v1/boards/${addressOf(board)}/feed.atom` },
    // The epoch where nothing is there yet: a feed must not look new each time that it is asked for.
    updated: newest[0]?.at ?? new Date(0),
    generator: 'Topiary',
    author: { name: 'Topiary', link: site },
  });
  for (const { row, at } of newest)
    feed.addItem({
      id: `${page}/rows/${row.id}`,
      link: `${page}/rows/${row.id}`,
      title: `${nameIn(row.label)} at ${row.target.label}`,
      description: facts(row, rows, metric, `${row.seeds.length} seeds`, row.provenance).join(', '),
      date: at,
      ...(row.submitter ? { author: [{ name: nameIn(row.submitter.name) }] } : {}),
    });
  return feed.atom1();
};
