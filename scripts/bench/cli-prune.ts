/**
 * What somebody waits for who types `topiary prune net.onnx --target 2x`: ResNet-50 and ViT-B/16 at 224 pixels, by the packed
 * command line in a process of its own, from its start to the written file. The best of a few runs, by the wall and by the
 * processor, beside what was promised. The set-up has bundled the command line (`node scripts/setup.mjs`).
 * Command: npx tsx scripts/bench/cli-prune.ts (--runs 3 --models resnet50,vit-base)
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { encode } from '@topiary/onnx';
import { buildModel, materialize, modelOf } from '@topiary/zoo';

const CLI = resolve(import.meta.dirname, '../../apps/cli/bin/topiary.mjs');
/** Seconds. */
const PROMISED: Readonly<Record<string, number>> = { resnet50: 3, 'vit-base': 5 };
/** The process says at its end what it took. */
const SAY = 'process.on("exit",()=>{const{user,system}=process.cpuUsage();console.error("took "+(user+system))})';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    models: { type: 'string', default: Object.keys(PROMISED).join() },
  },
});

/** Seconds of one run; `processor`: of all its threads together. */
interface Taken {
  readonly wall: number;
  readonly processor: number;
}

const once = (folder: string): Taken => {
  const began = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(SAY)}`, CLI, 'prune', 'net.onnx', '--target', '2x'],
    { cwd: folder, encoding: 'utf8' },
  );
  const wall = (performance.now() - began) / 1000;
  const took = /took (\d+)/.exec(stderr);
  if (status !== 0 || !took) throw new Error(`topiary prune ended with ${status}: ${stderr}`);
  return { wall, processor: Number(took[1]) / 1e6 };
};

const least = (taken: readonly Taken[], of: keyof Taken): string => Math.min(...taken.map((one) => one[of])).toFixed(2);

for (const id of values.models.split(',')) {
  const folder = mkdtempSync(join(tmpdir(), 'topiary-prune-'));
  try {
    writeFileSync(join(folder, 'net.onnx'), encode(materialize(buildModel(modelOf(id)), 0)));
    const taken = Array.from({ length: Number(values.runs) }, () => once(folder));
    const promised = id in PROMISED ? `; promised: under ${PROMISED[id]} s` : '';
    console.log(`${id} to 2x: ${least(taken, 'wall')} s, processor ${least(taken, 'processor')} s${promised}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
