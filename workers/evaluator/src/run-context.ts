/** What the stages of one run share: the job, the data, how to compile, how to report, when to stop. */
import type { BoardDescription, Machine } from '@topiary/contracts';
import type { CompileOptions } from '@topiary/runtime';
import type { Storage } from '@topiary/storage';
import type { Protocol } from '@topiary/tracks';
import type { MeasureLock } from './measure-lock.js';
import type { Job } from './messages.js';
import type { Reporter } from './reporter.js';

export interface RunContext {
  readonly job: Job;
  readonly board: BoardDescription;
  readonly protocol: Protocol;
  readonly storage: Storage;
  readonly report: Reporter;
  readonly lock: MeasureLock;
  readonly compile: CompileOptions;
  readonly machine: Machine;
  readonly signal: AbortSignal;
}
