/**
 * Every exported network pruned to 2x by every criterion that needs no data, in every scope: written, counted again from
 * the file, run by onnxruntime. Weights are random, so that a cut without protection may leave a network that answers
 * every picture alike; the table says which. What a criterion cannot serve is refused, with the reason.
 * Command: npx tsx scripts/experiments/exports-grid.ts (--networks vit_tiny,swin_nano)
 */
import { parseArgs } from 'node:util';
import { standard } from '@topiary/lowering';
import { METHODS } from '@topiary/methods/catalogue';
import { encode } from '@topiary/onnx';
import { table } from '../bench/summary.js';
import { EXPORTS, pruneExported, readExported, runFile, SCOPES } from './exported.js';
import { writeResults } from './results.js';
import { readSample } from './samples.js';

const { values } = parseArgs({ options: { networks: { type: 'string', default: EXPORTS.join(',') } } });
const CRITERIA = METHODS.filter(({ kind, needs }) => kind === 'criterion' && needs.length === 0).map(({ id }) => id);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const gridOf = async (network: string) => {
  const { bytes, sha256 } = await readSample('exports', `${network}.onnx`);
  const exported = readExported(bytes);
  const base = await runFile(encode(standard(exported.graph)), exported.graph);
  const rows = [];
  for (const criterion of CRITERIA) {
    for (const scope of SCOPES) {
      const about = { network, sha256, criterion, scope: scope.id };
      try {
        const pruned = await pruneExported(exported, criterion, scope);
        const sameDims = pruned.output.dims.join() === base.dims.join();
        rows.push({ ...about, ...pruned, sameDims, refused: null });
      } catch (error) {
        rows.push({ ...about, refused: reasonOf(error) });
      }
    }
  }
  return rows;
};

type Row = Awaited<ReturnType<typeof gridOf>>[number];

const isSound = (row: Row): boolean =>
  row.refused === null && 'output' in row && row.recountAgrees && row.sameDims && Number.isFinite(row.output.largest);

const cells = (row: Row): string[] =>
  'output' in row
    ? [
        `${row.achieved.toFixed(3)}x`,
        row.after.params.toLocaleString('en'),
        row.output.largest.toPrecision(3),
        row.output.differs ? 'differ' : 'alike',
        isSound(row) ? 'sound' : 'UNSOUND',
        row.flags.join(' '),
        row.seconds.toFixed(2),
      ]
    : ['', '', '', '', 'refused', row.refused ?? '', ''];

const results: Row[] = [];
for (const network of values.networks.split(',')) results.push(...(await gridOf(network)));
console.log(
  table(
    ['network, criterion, scope', 'achieved', 'params', 'max |y|', 'pictures', 'file', '', 's'],
    results.map((row) => [`${row.network}, ${row.criterion}, ${row.scope}`, ...cells(row)]),
  ),
);
await writeResults('exports-grid', results);
// the one refusal that belongs here: BatchNorm's scales, where there are none
const unsound = results.filter((row) => !isSound(row) && !(row.criterion === 'bn-scale' && row.refused !== null));
if (unsound.length > 0) process.exitCode = 1;
