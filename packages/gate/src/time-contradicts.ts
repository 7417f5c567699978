/** Does a network take longer than its multiply-accumulates say? Then it works where no counter looks. */

/** Beside the base network, timed in turns on the same machine. */
export interface Timed {
  /** Multiply-accumulates left, as a share of the base's. */
  readonly macs: number;
  /** Time of a step, as a share of the base's. */
  readonly time: number;
}

/** Rows whose multiply-accumulates differ by no more than this factor are near. */
const NEAR = 1.25;
/** So many rows near it say what is usual. */
const ENOUGH = 5;
/** Above the slowest of them by this factor is too slow. */
const ABOVE_SLOWEST = 1.5;
/** Above the base itself by this factor is too slow for any network that computes less. */
const ABOVE_BASE = 1.25;

const share = (value: number): string => value.toFixed(2);

/** Why the row has to wait for somebody's eyes, in words; null where time and work agree. */
export const timeContradicts = (own: Timed, peers: readonly Timed[]): string | null => {
  const claims = `${share(own.time)} of the base's time at ${share(own.macs)} of its multiply-accumulates`;
  if (own.macs < 1 && own.time > ABOVE_BASE) return `${claims}: slower than the base, which computes more`;
  const near = peers.filter(({ macs }) => macs <= own.macs * NEAR && macs >= own.macs / NEAR);
  if (near.length < ENOUGH) return null;
  const slowest = Math.max(...near.map(({ time }) => time));
  if (own.time <= ABOVE_SLOWEST * slowest) return null;
  return `${claims}; the slowest of ${near.length} rows with as many takes ${share(slowest)} on the same machine`;
};
