/**
 * The network that experiments on diffusion begin with: the shipped DiT-tiny, or with `--teacher <file.onnx>` another one that
 * was trained alike (another seed's, a U-ViT).
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DiffusionSettings } from '@topiary/tasks';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';

const shipped = SHIPPED.find(({ model }) => model === 'dit-tiny')!;

const at = process.argv.indexOf('--teacher');

export const file = new Uint8Array(await readFile(at < 0 ? shippedPath(shipped.sha256) : process.argv[at + 1]!));

export const teacher = createHash('sha256').update(file).digest('hex');

export const settings = DiffusionSettings.parse(shipped.settings);

/** For `parseArgs`: read above, from where every part of an experiment has it. */
export const TEACHER = { teacher: { type: 'string' } } as const;
