/** Finds a method by kind and id, and refuses it early where it cannot serve a network. */
import type { MethodKind } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import type { About } from './_method.js';
import { assertRequired } from './_serves.js';
import type { Criterion } from './criteria/_criterion.js';
import * as criteria from './criteria/index.js';
import { lacksOf } from './lacks.js';
import type { Regularizer } from './regularizers/_regularizer.js';
import * as regularizers from './regularizers/index.js';
import type { Statistic } from './statistics/_statistic.js';
import * as statistics from './statistics/index.js';

export interface MethodOf {
  readonly criterion: Criterion;
  readonly regularizer: Regularizer;
}

const byId = <T extends { readonly id: string }>(units: Readonly<Record<string, T>>): ReadonlyMap<string, T> =>
  new Map(Object.values(units).map((unit) => [unit.id, unit]));

/** Kinds of method that are arithmetic on one network; procedures have a registry of their own. */
export type UnitKind = keyof MethodOf;

const METHODS: { readonly [K in UnitKind]: ReadonlyMap<string, MethodOf[K]> } = {
  criterion: byId<Criterion>(criteria),
  regularizer: byId<Regularizer>(regularizers as Readonly<Record<string, Regularizer>>),
};

export const findIn = <T>(kind: string, units: ReadonlyMap<string, T>, id: string): T => {
  const unit = units.get(id);
  if (unit === undefined) {
    throw new TopiaryError('TOPIARY_METHODS_UNKNOWN', {
      where: kind,
      expected: units.size === 0 ? `no ${kind}: there is none yet` : `one of ${[...units.keys()].join(', ')}`,
      got: id,
    });
  }
  return unit;
};

export const methodOf = <K extends UnitKind>(kind: K, id: string): MethodOf[K] => findIn(kind, METHODS[kind], id);

const STATISTICS = byId<Statistic>(statistics);

export const statisticOf = (id: string): Statistic => findIn('statistic', STATISTICS, id);

/** Throws before anything is computed when a method cannot serve a network. */
export const assertServes = (method: Pick<About<MethodKind>, 'kind' | 'id' | 'requires'>, graph: Graph): void =>
  assertRequired(method, graph.name, method.requires.length > 0 ? lacksOf(graph) : []);
