/** The gate on this machine: the same checks as the server's, but for the one that has onnxruntime run the graph. */
import { readFile } from 'node:fs/promises';
import type { Verdict } from '@topiary/client';
import { type Beside, beside, type CheckLine, check, criterionRules, rulesAlone } from '@topiary/gate';
import { UsageError } from '../exit.js';

/** Of the evaluation on a board: memory is estimated for it. */
const BATCH = 128;
const NOT_RUN: CheckLine = {
  id: 'run',
  title: 'A graph that onnxruntime runs',
  state: 'skipped',
  detail: 'the server runs it once',
};

export interface LocalOptions {
  /** A file: the dense network to compare with. */
  readonly base?: string | undefined;
  /** The file is a graph that scores channels. */
  readonly criterion?: boolean | undefined;
}

const besideFile = async (path: string): Promise<Beside> => {
  const bytes = await readFile(path);
  try {
    return beside(bytes, BATCH);
  } catch (error) {
    throw new UsageError(`--base ${path}: ${(error as Error).message}`);
  }
};

export const localVerdict = async (path: string, { base, criterion = false }: LocalOptions): Promise<Verdict> => {
  const bytes = await readFile(path);
  const dense = base === undefined ? null : await besideFile(base);
  const verdict = check(bytes, dense?.rules ?? (criterion ? criterionRules() : rulesAlone(BATCH)));
  const speedup = dense && verdict.ok && verdict.facts ? dense.speedup(verdict.facts) : null;
  return { ...verdict, checks: [...verdict.checks, NOT_RUN], faults: [...verdict.faults], speedup };
};
