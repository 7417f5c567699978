/** The one place that reads recorded experiments: files of `scripts/experiments/results` that findings are made of. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Findings, ScopeRun } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { scopeClaims, scopeCurves } from '@topiary/stats';
import { z } from 'zod';

const FOLDER = join('scripts', 'experiments', 'results');

const readRecorded = async <T extends z.ZodType>(
  project: string,
  name: string,
  schema: T,
): Promise<z.output<T> | null> => {
  const path = join(project, FOLDER, `${name}.json`);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const got = cause instanceof Error ? cause.message.slice(0, 300) : String(cause);
    throw new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', { where: path, expected: 'recorded runs', got }, { cause });
  }
};

/** Isomorphic against global and local; null where the experiment was not recorded. */
export const scopeFindings = async (project: string): Promise<Findings['scopes']> => {
  const runs = await readRecorded(project, 'isomorphic', z.array(ScopeRun));
  if (runs === null || runs.length === 0) return null;
  return {
    claims: scopeClaims(runs),
    curves: scopeCurves(runs).map((curve) => ({ ...curve, points: curve.points.map((point) => ({ ...point })) })),
  };
};
