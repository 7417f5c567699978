/** Tells the database that this worker lives, on what it computes, and whether it does; and holds its device meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerReport } from '@topiary/contracts';
import type { Database } from '@topiary/db';
import type { Logger } from 'pino';
import type { Device } from './device.js';

const REPORT_MS = 15_000;
/** Four reports missed, and the device is another's to take. */
const HOLD_SECONDS = 60;
const WAIT_MS = 5_000;

export interface PresenceOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly id: string;
  readonly threads: number;
  readonly device: Device;
  readonly onHeard: () => void;
  /** Another worker has taken the device over, since this one could not be heard for too long. */
  readonly onLost: () => void;
}

export class Presence {
  readonly #options: PresenceOptions;
  readonly #key: string | null;
  #timer: NodeJS.Timeout | undefined;
  busy = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    const { exclusive } = options.device;
    this.#key = exclusive === null ? null : `device:${exclusive}`;
  }

  #hold(): Promise<boolean> {
    const { db, id } = this.#options;
    return this.#key === null ? Promise.resolve(true) : db.settings.hold(this.#key, id, HOLD_SECONDS);
  }

  /** Waits for the device, if another worker computes on it, and reports from then on; until the signal fires. */
  async begin(signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    for (let told = false; !signal.aborted; told = true) {
      const held = await this.#hold().catch(() => null);
      if (held) break;
      if (held === false && !told) log.warn({ device: this.#key }, 'another worker computes on this device: waiting');
      await sleep(WAIT_MS, undefined, { signal }).catch(() => undefined);
    }
    await this.report();
    this.#timer = setInterval(() => void this.report(), REPORT_MS);
  }

  async report(): Promise<void> {
    const { db, log, id, threads, device, onHeard, onLost } = this.#options;
    const { provider, name, cores, memoryBytes } = device;
    const seen = { busy: this.busy, lastSeen: new Date().toISOString() };
    const report = { id, device: device.device, provider, machine: name, cores, threads, memoryBytes, ...seen };
    try {
      await db.settings.set(`worker:${id}`, report satisfies WorkerReport);
      onHeard();
      if (!(await this.#hold())) onLost();
    } catch (error) {
      log.warn({ err: error }, 'could not report');
    }
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    const { db, id } = this.#options;
    if (this.#key !== null) await db.settings.letGo(this.#key, id).catch(() => undefined);
  }
}
