/** The one place that reads recorded experiments: files of `scripts/experiments/results` that findings are made of. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Findings, type RecordedFinding, ScopeRun } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { type RecordedRun, recordedClaims, scopeClaims, scopeCurves } from '@topiary/stats';
import { boardOf, EXPERIMENTS, type RecordedExperiment } from '@topiary/tracks/catalogue';
import { SHIPPED } from '@topiary/zoo/catalogue';
import { z } from 'zod';

const FOLDER = join('scripts', 'experiments', 'results');

/** What each file says, by its path and its size and time: some are megabytes, and findings are asked for often. */
const known = new Map<string, { readonly version: string; readonly said: unknown }>();

const readRecorded = async <T extends z.ZodType>(
  project: string,
  name: string,
  schema: T,
): Promise<z.output<T> | null> => {
  const path = join(project, FOLDER, `${name}.json`);
  const written = await stat(path).catch(() => null);
  if (written === null) return null;
  const version = `${written.size} ${written.mtimeMs}`;
  const before = known.get(path);
  if (before?.version === version) return before.said as z.output<T>;
  try {
    const said = schema.parse(JSON.parse(await readFile(path, 'utf8')));
    known.set(path, { version, said });
    return said;
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
    claims: scopeClaims(runs).map((claim) => ({ ...claim, networks: claim.networks.map((one) => ({ ...one })) })),
    curves: scopeCurves(runs).map((curve) => ({ ...curve, points: curve.points.map((point) => ({ ...point })) })),
  };
};

const Runs = z.array(z.record(z.string(), z.unknown()));

/** Runs with the most samples, of these those with the most steps. */
const largest = (runs: readonly RecordedRun[], fields: readonly string[]): readonly RecordedRun[] =>
  fields.reduce<readonly RecordedRun[]>((left, field) => {
    const most = Math.max(...left.map((run) => Number(run[field])));
    return left.filter((run) => Number(run[field]) === most);
  }, runs);

/** The base network as it is shipped first, then others by which a claim is checked again. */
const networksIn = (runs: readonly RecordedRun[], { network, board }: RecordedExperiment) => {
  if (network === null) return [{ hash: null, network: 'shipped' as const, own: runs }];
  const { model, dataset } = boardOf(board);
  const base = SHIPPED.find((one) => one.model === model && one.dataset === dataset)?.sha256;
  const found = [...new Set(runs.map((run) => String(run[network])))].map((hash) => ({
    hash,
    network: hash === base ? ('shipped' as const) : ('other' as const),
    own: runs.filter((run) => run[network] === hash),
  }));
  return found.sort((a, b) => Number(b.network === 'shipped') - Number(a.network === 'shipped'));
};

const recordedIn = (experiment: RecordedExperiment, runs: readonly RecordedRun[]): RecordedFinding[] => {
  const { id, title, board, paper, command, digits, most, claims } = experiment;
  return networksIn(runs, experiment).map(({ hash, network, own }) => ({
    ...{ id, title, board, paper, command, digits, hash, network },
    claims: recordedClaims(largest(own, most), claims, experiment).map((claim) => ({ ...claim })),
  }));
};

/** What every recorded experiment says of its paper's claims; one without a file is left out. */
export const recordedFindings = async (project: string): Promise<RecordedFinding[]> => {
  const found = await Promise.all(
    EXPERIMENTS.map(async (experiment) => {
      const runs = await readRecorded(project, experiment.file, Runs);
      return runs === null || runs.length === 0 ? [] : recordedIn(experiment, runs);
    }),
  );
  return found.flat();
};
