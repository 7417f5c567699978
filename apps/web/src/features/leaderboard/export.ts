/** Rows of a leaderboard as a paper wants them: a LaTeX table (booktabs) and a BibTeX entry. */
import type { AxisDescription, Board, Row, TrackDescription } from '@topiary/contracts';
import { formatFixed, type Measure, measure } from '../../lib/format.js';
import { controlOf, costOf, differenceUnit, mainMetric } from '../../lib/tracks.js';
import { rankingTitle } from './ranking-title.js';
import { metricOf, rankingsOf, rankText } from './rows.js';

const TEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '\u2212': '$-$',
  '\u202f': '\\,',
  '\u00b7': '$\\cdot$',
};

export const escapeTex = (text: string): string =>
  text.replace(/[&%$#_{}\\~^\u2212\u202f\u00b7]/g, (found) => TEX[found] ?? `\\${found}`);

const figure = ({ text, plus }: Measure): string =>
  plus === null
    ? `$${text.replace('\u2212', '-')}$`
    : `$${text.replace('\u2212', '-')} \\pm ${plus.replace('<', '{<}')}$`;

const share = (row: Row, axis: AxisDescription): string => {
  const { base = null, left = null } = costOf(row, axis) ?? {};
  return base === null || left === null ? '--' : formatFixed((100 * left) / base, 1);
};

/** Times of several machines have no place in one column. */
const axesOf = ({ axes }: TrackDescription): readonly AxisDescription[] => axes.filter(({ perMachine }) => !perMachine);

/** What no row beats beyond chance stands in bold. */
const isUnbeaten = ({ place, tier }: Row): boolean => (place ? place.from === 1 : tier === 1);

const line = (row: Row, rows: readonly Row[], track: TrackDescription): string => {
  const metric = mainMetric(track);
  const found = metricOf(row, metric.id);
  const value = found ? figure(measure(found, metric)) : '--';
  const above = row.aboveRandom
    ? figure(measure(row.aboveRandom, { ...metric, unit: differenceUnit(metric), signed: true }))
    : '--';
  const cells = [
    rankText(row, rows).replace('–', '--'),
    escapeTex(row.label),
    isUnbeaten(row) ? `\\boldmath${value}` : value,
    ...(controlOf(track) ? [above] : []),
    ...axesOf(track).map((axis) => share(row, axis)),
    `${row.seeds.length || '--'}`,
    row.provenance,
  ];
  return `    ${cells.join(' & ')} \\\\`;
};

const heads = (track: TrackDescription): readonly string[] => {
  const { title, unit } = mainMetric(track);
  const control = controlOf(track);
  return [
    'Place',
    'Method',
    unit ? `${title} (${unit})` : title,
    ...(control ? [`Above ${control.id}`] : []),
    ...axesOf(track).map((axis) => `${axis.title} (%)`),
    'Seeds',
    'Source',
  ];
};

/** The rankings under one another, each with a rule above it and what it is: ranks of two do not compare. */
const body = (board: Board, rows: readonly Row[], track: TrackDescription): readonly string[] => {
  const width = heads(track).length;
  return rankingsOf(rows, track).flatMap((ranking) => {
    const title = rankingTitle(ranking, rows[0]!.splitHash, board);
    return [
      '    \\midrule',
      ...(title === null ? [] : [`    \\multicolumn{${width}}{l}{\\emph{${escapeTex(title)}}} \\\\`]),
      ...ranking.rows.map((row) => line(row, rows, track)),
    ];
  });
};

export const latexTable = (board: Board, target: string, rows: readonly Row[], track: TrackDescription): string => {
  const columns = heads(track);
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escapeTex(board.title)} at ${escapeTex(target)}. ${escapeTex(board.protocol)} Bold: what no row beats beyond chance.}`,
    `  \\label{tab:${board.id}.${target}}`,
    `  \\begin{tabular}{rl${'r'.repeat(columns.length - 3)}l}`,
    '    \\toprule',
    `    ${columns.map(escapeTex).join(' & ')} \\\\`,
    ...body(board, rows, track),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n');
};

/** The address names target, filters and day, so that the table can be looked up again. */
export const boardBibtex = (board: Board, address: string, today: string): string =>
  [
    `@misc{topiary-${board.id}-${today},`,
    `  title        = {${escapeTex(board.title)}: a leaderboard of Topiary},`,
    '  howpublished = {Topiary benchmark},',
    `  year         = {${today.slice(0, 4)}},`,
    `  note         = {Seen on ${today}},`,
    `  url          = {${address}}`,
    '}',
  ].join('\n');
