/** What a measurement must reach, and whether it does. */
import { table } from './summary.js';

export interface Goal {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value must stay below it. */
  readonly below?: number;
  /** The value must be at least this. */
  readonly least?: number;
}

export const isMet = ({ value, below, least }: Goal): boolean =>
  (below === undefined || value < below) && (least === undefined || value >= least);

const shown = (value: number): string => (Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0));

const limitOf = ({ below, least }: Goal): string =>
  below !== undefined ? `< ${below}` : least !== undefined ? `≥ ${least}` : '';

export const printGoals = (title: string, goals: readonly Goal[]): void =>
  console.log(
    `\n${table(
      [title, 'measured', 'goal', ''],
      goals.map((goal) => [goal.name, `${shown(goal.value)} ${goal.unit}`, limitOf(goal), isMet(goal) ? '' : 'MISSED']),
    )}`,
  );
