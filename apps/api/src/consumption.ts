/** For the page of the status: are runs that wait begun, is what they need there, and is there a back-up? */
import type { Check, WorkerReport } from '@topiary/contracts';
import type { Consumption } from '@topiary/db';

const BACKUP_HOURS = 26;

const minutes = (seconds: number): string => `${Math.round(seconds / 60)} min`;

/** Somebody waits, nobody computes, and nobody has begun anything for a while. */
const isStuck = ({ waitingSeconds, idleSeconds, underway }: Consumption, stuckSeconds: number): boolean =>
  !underway && Math.min(waitingSeconds, idleSeconds ?? Number.POSITIVE_INFINITY) >= stuckSeconds;

const queueCheck = (consumption: Consumption, stuckSeconds: number): Check => {
  const { waitingSeconds } = consumption;
  if (waitingSeconds === 0) return { id: 'queue', state: 'ok', detail: 'nobody waits' };
  return isStuck(consumption, stuckSeconds)
    ? { id: 'queue', state: 'bad', detail: `runs wait (${minutes(waitingSeconds)}), and none begins` }
    : { id: 'queue', state: 'ok', detail: `it moves; the longest wait is ${minutes(waitingSeconds)}` };
};

const workersCheck = (workers: readonly WorkerReport[], devices: readonly string[]): Check => {
  if (workers.length === 0) return { id: 'workers', state: 'bad', detail: 'none is connected' };
  const unserved = devices.filter((device) => !workers.some((worker) => worker.device === device));
  if (unserved.length > 0)
    return { id: 'workers', state: 'bad', detail: `runs wait for a device that no worker has: ${unserved.join(', ')}` };
  return { id: 'workers', state: 'ok', detail: `${workers.length} connected` };
};

/** What `npm run admin -- backup` left in the database. */
export const backupAgeSeconds = (last: unknown): number | null => {
  const at = typeof last === 'object' && last !== null && 'at' in last ? Date.parse(String(last.at)) : Number.NaN;
  return Number.isNaN(at) ? null : (Date.now() - at) / 1000;
};

const backupCheck = (last: unknown): Check => {
  const age = backupAgeSeconds(last);
  if (age === null) return { id: 'backup', state: 'warn', detail: 'none was made yet' };
  const hours = age / 3600;
  return {
    id: 'backup',
    state: hours < BACKUP_HOURS ? 'ok' : 'bad',
    detail: `the newest is ${hours.toFixed(0)} h old`,
  };
};

export interface Observed {
  readonly consumption: Consumption;
  /** Classes of devices that runs wait for. */
  readonly devices: readonly string[];
  readonly workers: readonly WorkerReport[];
  readonly lastBackup: unknown;
}

export const checksOf = ({ consumption, devices, workers, lastBackup }: Observed, stuckSeconds: number): Check[] => [
  queueCheck(consumption, stuckSeconds),
  workersCheck(workers, devices),
  backupCheck(lastBackup),
];
