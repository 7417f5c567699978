/** A row as an entry of a bibliography: BibTeX, and the Citation File Format 1.2.0, which GitHub and Zenodo read. */
import type { Board, Row } from '@topiary/contracts';
import { escapeTex } from '../leaderboard/export.js';

type Cited = { readonly board: Pick<Board, 'title'>; readonly row: Row; readonly address: string };

const yearOf = ({ at, source }: Row): string => at?.slice(0, 4) ?? String(source?.year ?? '');

export const bibtexOf = ({ board, row, address }: Cited): string =>
  [
    `@misc{topiary-${row.id},`,
    `  title        = {${escapeTex(row.label)} on ${escapeTex(board.title)} at ${row.target.label}},`,
    `  howpublished = {Topiary benchmark${row.source ? `, reported in ${escapeTex(row.source.title)}` : ''}},`,
    `  year         = {${yearOf(row)}},`,
    `  url          = {${address}}`,
    '}',
  ].join('\n');

/** A double-quoted scalar of YAML is a string of JSON. */
const quoted = (text: string): string => JSON.stringify(text);

/** Whoever submitted it is its author; what came with the project or from a paper is the benchmark's. */
export const cffOf = ({ board, row, address }: Cited): string =>
  [
    'cff-version: 1.2.0',
    'message: "If you use this result, please cite it as below."',
    'type: dataset',
    `title: ${quoted(`${row.label} on ${board.title} at ${row.target.label}`)}`,
    'authors:',
    `  - name: ${quoted(row.submitter?.name ?? 'Topiary')}`,
    ...(row.at ? [`date-released: ${row.at.slice(0, 10)}`] : []),
    `url: ${quoted(address)}`,
    ...(row.source
      ? [
          'references:',
          '  - type: article',
          `    title: ${quoted(row.source.title)}`,
          '    authors:',
          '      - name: "see the paper"',
          `    year: ${row.source.year}`,
          `    url: ${quoted(row.source.url)}`,
        ]
      : []),
  ].join('\n');
