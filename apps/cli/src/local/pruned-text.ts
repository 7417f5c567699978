/** What came of pruning, in words and as JSON. */
import { oneLine } from '../safe-text.js';
import { count, fileSize, table } from '../text.js';
import type { Pruned } from './prune-network.js';

/** Where it was written; null: nowhere. */
export type Written = { readonly output: string; readonly kept: string } | null;

const change = (before: number, after: number): string =>
  `${count(before)} -> ${count(after)} (${(before / after).toFixed(2)}x)`;

const verdictOf = ({ gate }: Pruned): string => {
  if (gate === null) return 'no board takes a network of this form';
  return gate.ok ? 'a board may take the file' : 'a board would refuse the file';
};

export const prunedText = (pruned: Pruned, before: number, written: Written, withWidths: boolean): string => {
  const { plan, cut, bytes, gate, measured } = pruned;
  const { params, macs, flags } = plan;
  const narrowed = cut.widths.filter((width) => width.after < width.before).length;
  const rows = [
    ['parameters', change(params.base, params.left)],
    ['multiply-accumulates', change(macs.pure.base, macs.pure.left)],
    ['  by the published count', change(macs.published.base, macs.published.left)],
    ['file', `${fileSize(before)} -> ${fileSize(bytes.length)}`],
    ['layers narrowed', `${narrowed} of ${cut.widths.length}`],
    ...measured.map(({ phase, metric, value, n }) => [`${metric} ${phase}`, `${value.toFixed(2)} on ${n} pictures`]),
    ...(flags.length > 0 ? [['flags', flags.join(', ')]] : []),
    ['gate', verdictOf(pruned)],
    ...(written
      ? [
          ['network', written.output],
          ['kept channels', written.kept],
        ]
      : []),
  ];
  const faults = (gate?.faults ?? []).map(({ code, detail }) => `  ${oneLine(detail)} (${code})\n`);
  const widths = cut.widths.map((width) => [width.layer, String(width.before), String(width.after)]);
  const list = withWidths ? `\n${table([['LAYER', 'BEFORE', 'AFTER'], ...widths])}` : '';
  return `${table(rows)}${faults.join('')}${list}`;
};

export const prunedJson = (
  { plan: { achieved, params, macs, flags }, cut: { widths }, bytes, gate, measured }: Pruned,
  before: number,
  written: Written,
  seconds: Readonly<Record<string, number>>,
): unknown => ({
  output: written?.output ?? null,
  kept: written?.kept ?? null,
  achieved,
  params,
  macs,
  bytes: { before, after: bytes.length },
  flags,
  widths,
  gate,
  measured,
  seconds,
});
