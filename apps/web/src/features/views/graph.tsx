/** The network as a list of its nodes, with the values that are still needed as lines beside it. */
import type { GraphFact } from '@topiary/contracts';
import { useMemo, useState } from 'react';
import { Scroll } from '../../components/scroll.js';
import { formatCount } from '../../lib/format.js';
import { counter, translator } from '../../lib/i18n.js';
import { facts } from '../../messages/en/facts.js';
import type { ViewProps } from '../facts/view.js';
import { type Lanes, lanesOf } from './graph/lanes.js';

const t = translator(facts);
const tn = counter(facts);

const ROW = 26;
const LANE = 12;
const DOT = 3.5;
/** More lines than that say nothing. */
const MOST_LANES = 14;

type Node = GraphFact['nodes'][number];

interface Row {
  readonly key: string;
  readonly op: string;
  readonly name: string;
  readonly shape: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly node: Node | null;
}

/** Runs of earlier versions stay, and a file may be anything. */
const read = (data: unknown): GraphFact | null => {
  const { inputs, outputs, nodes } = (data ?? {}) as Partial<GraphFact>;
  return Array.isArray(inputs) && Array.isArray(outputs) && Array.isArray(nodes) ? { inputs, outputs, nodes } : null;
};

/** What comes in, the nodes, what goes out. */
const rowsOf = ({ inputs, outputs, nodes }: GraphFact): readonly Row[] => {
  const common = { inputs: [], outputs: [], shape: '', node: null };
  return [
    ...inputs.map(({ name, shape }) => ({
      ...{ ...common, key: `in ${name}`, op: t('graph.in'), name, shape },
      outputs: [name],
    })),
    ...nodes.map((node, i) => ({ ...node, key: `${i} ${node.name}`, node })),
    ...outputs.map((name) => ({ ...common, key: `out ${name}`, op: t('graph.out'), name, inputs: [name] })),
  ];
};

const x = (lane: number): number => LANE / 2 + Math.min(lane, MOST_LANES) * LANE;
const y = (row: number): number => row * ROW + ROW / 2;

/** From the lane of a value into the node that reads it, in the last half row. */
const bend = (from: number, to: number, row: number): string =>
  `M${x(from)} ${y(row) - ROW / 2}C${x(from)} ${y(row)} ${x(to)} ${y(row) - ROW / 2} ${x(to)} ${y(row)}`;

const dot = (cx: number, cy: number): string =>
  `M${cx - DOT} ${cy}a${DOT} ${DOT} 0 1 0 ${2 * DOT} 0a${DOT} ${DOT} 0 1 0 ${-2 * DOT} 0`;

/** All of them as one path each: a large network has thousands. */
const Lines = ({ lanes: { lines, rows, width } }: { readonly lanes: Lanes }) => {
  const down = lines.map(({ lane, from, to }) => {
    const aside = rows[from]!.lane === lane ? '' : `L${x(lane)} ${y(from) + ROW / 2}`;
    return `M${x(rows[from]!.lane)} ${y(from)}${aside}V${y(to) - ROW / 2}`;
  });
  const bends = rows.flatMap(({ lane, into }, row) => [...new Set(into)].map((from) => bend(from, lane, row)));
  const dots = rows.map(({ lane }, row) => dot(x(lane), y(row)));
  return (
    <svg
      className="graph-lines"
      width={Math.min(width, MOST_LANES + 1) * LANE}
      height={rows.length * ROW}
      aria-hidden="true"
    >
      <path d={[...down, ...bends].join('')} />
      <path className="graph-dots" d={dots.join('')} />
    </svg>
  );
};

const matches = ({ op, name, node }: Row, words: string): boolean =>
  `${op} ${name} ${node?.weights.map((weight) => weight.name).join(' ') ?? ''}`.toLowerCase().includes(words);

const weightsText = ({ weights }: Node): string => weights.map(({ dims }) => dims.join('×')).join(', ');

const NodeRow = ({ row, isFound }: { readonly row: Row; readonly isFound: boolean }) => {
  const { op, name, shape, node } = row;
  const more = [
    node?.attributes,
    node && row.inputs.length > 0 ? t('graph.from', { values: row.inputs.join(', ') }) : '',
  ]
    .filter(Boolean)
    .join('\n');
  return (
    <tr className={isFound ? 'is-found' : undefined} style={{ height: ROW }}>
      <th scope="row" title={more || undefined}>
        {op}
        <span className="muted">{name && ` ${name}`}</span>
      </th>
      <td className="numeric">{shape}</td>
      <td className="numeric" title={node?.weights.map((weight) => weight.name).join('\n')}>
        {node ? weightsText(node) : ''}
      </td>
      <td className="numeric">{node && node.macs > 0 ? formatCount(node.macs) : ''}</td>
    </tr>
  );
};

export default function Graph({ data, title }: ViewProps) {
  const fact = useMemo(() => read(data), [data]);
  const rows = useMemo(() => (fact ? rowsOf(fact) : []), [fact]);
  const lanes = useMemo(() => lanesOf(rows), [rows]);
  const [text, setText] = useState('');
  if (fact === null) return <p className="muted">{t('graph.unreadable')}</p>;
  const words = text.trim().toLowerCase();
  const found = words === '' ? [] : rows.filter((row) => matches(row, words));
  return (
    <figure className="figure">
      <p className="below">
        <label className="facet">
          <span>{t('graph.find')}</span>
          <input type="search" value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <span className="muted" aria-live="polite">
          {tn('graph.found', words === '' ? fact.nodes.length : found.length)}
        </span>
      </p>
      <Scroll caption={title} kind="graph-scroll">
        <Lines lanes={lanes} />
        <table className="graph">
          <caption className="sr-only">{t('graph.caption')}</caption>
          <thead className="sr-only">
            <tr>
              {(['node', 'shape', 'weights', 'macs'] as const).map((head) => (
                <th key={head} scope="col">
                  {t(`graph.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <NodeRow key={row.key} row={row} isFound={found.includes(row)} />
            ))}
          </tbody>
        </table>
      </Scroll>
      <figcaption>{t('graph.text')}</figcaption>
    </figure>
  );
}
