/** What a run left, looked at here: each file against its hash, the network against the numbers that the run claims. */
import { createHash } from 'node:crypto';
import { canonicalize } from '@topiary/canonical';
import type { Run } from '@topiary/client';
import { isPublished } from '@topiary/contracts';
import { decode } from '@topiary/onnx';
import { count } from '@topiary/ops';

type Result = NonNullable<Run['result']>;

export interface Line {
  readonly state: 'same' | 'DIFFERENT' | 'gone' | 'not read';
  readonly what: string;
  readonly claimed: string;
  readonly found: string;
}

/** The bytes of a file by its hash; null: the server has it no more. */
export type Fetch = (sha256: string) => Promise<Uint8Array | null>;

const line = (what: string, claimed: string | number, found: string | number): Line => ({
  state: claimed === found ? 'same' : 'DIFFERENT',
  what,
  claimed: `${claimed}`,
  found: `${found}`,
});

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Counted by the code that the server counts with. Norms that a published counter skips are the model's: pure counts have none. */
const countLines = (bytes: Uint8Array, { params, macs }: Result): Line[] => {
  try {
    const counted = count(canonicalize(decode(bytes)));
    return [line('parameters', params.left, counted.params), line('pure MACs', macs.pure.left, counted.pure)];
  } catch (error) {
    return [{ state: 'not read', what: 'network', claimed: '', found: (error as Error).message }];
  }
};

export const verifyRun = async (result: Result, fetch: Fetch): Promise<Line[]> => {
  const files = result.artefacts.filter(isPublished);
  const models = files.filter(({ kind }) => kind === 'model');
  const lines: Line[] = [];
  for (const { kind, sha256 } of files) {
    const bytes = await fetch(sha256);
    if (bytes === null) {
      lines.push({ state: 'gone', what: `file ${kind}`, claimed: sha256.slice(0, 12), found: '' });
      continue;
    }
    lines.push(line(`file ${kind}`, sha256.slice(0, 12), hashOf(bytes).slice(0, 12)));
    // a pipeline of several networks is counted by its schedule, which no single file tells
    if (kind === 'model' && models.length === 1) lines.push(...countLines(bytes, result));
  }
  return lines;
};
