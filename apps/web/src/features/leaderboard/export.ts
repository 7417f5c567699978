/** Rows of a leaderboard as a paper wants them: a LaTeX table (booktabs) and a BibTeX entry. */
import type { Board, MetricDescription, Row } from '@topiary/contracts';
import { formatFixed, type Measure, measure } from '../../lib/format.js';
import { metricOf } from './rows.js';

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

const share = ({ base, left }: { base: number | null; left: number | null }): string =>
  base === null || left === null ? '--' : formatFixed((100 * left) / base, 1);

/** The first tier stands in bold: its rows cannot be told apart. */
const line = (row: Row, metric: MetricDescription): string => {
  const found = metricOf(row, metric.id);
  const value = found ? figure(measure(found, metric)) : '--';
  const above = row.aboveRandom ? figure(measure(row.aboveRandom, { ...metric, signed: true })) : '--';
  const cells = [
    row.rank === null ? '--' : `${row.rank}`,
    escapeTex(row.label),
    row.tier === 1 ? `\\boldmath${value}` : value,
    above,
    share(row.params),
    share(row.macs.published),
    `${row.seeds.length || '--'}`,
    row.provenance,
  ];
  return `    ${cells.join(' & ')} \\\\`;
};

export const latexTable = (board: Board, target: string, rows: readonly Row[], metric: MetricDescription): string => {
  const name = escapeTex(metric.unit ? `${metric.title} (${metric.unit})` : metric.title);
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escapeTex(board.title)} at ${escapeTex(target)}. ${escapeTex(board.protocol)} Bold: the first tier, whose rows cannot be told apart.}`,
    `  \\label{tab:${board.id}.${target}}`,
    '  \\begin{tabular}{rlrrrrrl}',
    '    \\toprule',
    `    Rank & Method & ${name} & Above random & Params (\\%) & MACs (\\%) & Seeds & Source \\\\`,
    '    \\midrule',
    ...rows.map((row) => line(row, metric)),
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
