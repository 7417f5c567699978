/** Descriptions of the public procedures, light: no procedure's own code is loaded. Examples are not listed. */

import type { AboutProcedure } from './_procedure.js';
import { ASYNCDIFF } from './asyncdiff/about.js';
import { FEWER_STEPS } from './fewer-steps-about.js';
import { LEARNING_TO_CACHE } from './learning-to-cache/about.js';
import { REMIX_DIT } from './remix-dit/about.js';
import { SLIMSAM } from './slimsam/about.js';
import { TINYFUSION } from './tinyfusion/about.js';

/** Prune-finetune is not among them: it is what a recipe without a procedure means. */
export const PROCEDURES: readonly AboutProcedure[] = [
  ASYNCDIFF,
  FEWER_STEPS,
  LEARNING_TO_CACHE,
  REMIX_DIT,
  SLIMSAM,
  TINYFUSION,
];
