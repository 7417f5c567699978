/** Which targets a submission may have: the board's own, others on any axis that its steps change, and none at all. */
import type { Board, MethodDescription, TrackDescription } from '@topiary/contracts';
import { type FormState, stepsOf } from './state.js';

/** As the API reads it: `2x`, on another axis `params:2x`, or `free`. */
const LABEL = /^(?:free|(?:[a-z0-9-]+:)?\d+(?:\.\d+)?x)$/;

export const isTargetLabel = (text: string): boolean => LABEL.test(text);

/** What nothing asks for: the method's own parameters decide. */
export const FREE = 'free';

export const MOST = 10;

/** `2x` on the track's own axis, else with the axis before it. */
export const targetLabel = (
  value: number,
  axis: string,
  { targetAxis }: Pick<TrackDescription, 'targetAxis'>,
): string => (axis === targetAxis ? `${value}x` : `${axis}:${value}x`);

/** What is typed: above 1 and at most 10, else null. */
export const readRatio = (text: string): number | null => {
  const value = Number(text.replace(',', '.').replace(/x$/, ''));
  return text.trim() !== '' && value > 1 && value <= MOST ? value : null;
};

/** The axes that the steps make less of and that are counted, not timed. */
export const axesFor = (
  state: FormState,
  methods: readonly MethodDescription[],
  { axes }: Pick<TrackDescription, 'axes'>,
): TrackDescription['axes'] => {
  const own = axes.map(({ id }) => id);
  const changed = new Set(
    stepsOf(state).flatMap(
      ([, step]) => methods.find(({ kind, id }) => kind === 'procedure' && id === step.methods.procedure)?.axes ?? own,
    ),
  );
  return axes.filter(({ id, perMachine }) => changed.has(id) && !perMachine);
};

/** The boxes of the form. Nothing is asked only of methods that decide by themselves how much goes. */
export const offeredTargets = (
  { targets, next, methods }: FormState,
  board: Pick<Board, 'targets'> | undefined,
): readonly string[] => {
  const own = board?.targets.map(({ label }) => label) ?? [];
  const decides = [methods, ...next.map((step) => step.methods)].some(({ procedure }) => procedure !== null);
  return [...new Set([...own, ...targets, ...(decides ? [FREE] : [])])];
};
