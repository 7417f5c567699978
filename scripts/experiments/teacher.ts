/** The network that experiments on diffusion begin with: the shipped DiT-tiny, or with `NETWORK=<file.onnx>` another one of its kind. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DiffusionSettings } from '@topiary/tasks';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';

const shipped = SHIPPED.find(({ model }) => model === 'dit-tiny')!;

export const file = new Uint8Array(await readFile(process.env['NETWORK'] ?? shippedPath(shipped.sha256)));

export const teacher = createHash('sha256').update(file).digest('hex');

export const settings = DiffusionSettings.parse(shipped.settings);
