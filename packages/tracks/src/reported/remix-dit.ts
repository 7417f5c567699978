/** Tables of Remix-DiT (arXiv 2412.05628): better at the same MACs. */
import type { Sheet } from './_sheet.js';
import data from './remix-dit.json' with { type: 'json' };

export const RemixDit: Sheet = data;
