/** Writes what the child reports, a few times a second: events in their order, stages and progress as they stand. */
import type { RunEvent, Stage } from '@topiary/contracts';
import type { AttemptRef, Database, NewEvent } from '@topiary/db';

const FLUSH_MS = 300;

export class Recorder {
  readonly #db: Database;
  readonly #ref: AttemptRef;
  readonly #onLost: () => void;
  readonly #onError: (error: unknown) => void;
  #sequence = 0;
  #events: NewEvent[] = [];
  #stages: { stages: readonly Stage[]; progress: number } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: Database, ref: AttemptRef, onLost: () => void, onError: (error: unknown) => void) {
    this.#db = db;
    this.#ref = ref;
    this.#onLost = onLost;
    this.#onError = onError;
  }

  event(event: RunEvent): void {
    this.#sequence += 1;
    this.#events.push({ sequence: this.#sequence, event });
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  stages(stages: readonly Stage[], progress: number): void {
    this.#stages = { stages, progress };
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Writes what is waiting; what cannot be written waits for the next turn (writing an event twice is harmless). */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const [events, stages] = [this.#events, this.#stages];
    this.#events = [];
    this.#stages = null;
    try {
      const held =
        (events.length === 0 || (await this.#db.runs.appendEvents(this.#ref, events))) &&
        (stages === null || (await this.#db.runs.progress(this.#ref, stages)));
      if (!held) this.#onLost();
    } catch (error) {
      this.#events = [...events, ...this.#events];
      this.#stages ??= stages;
      this.#onError(error);
    }
  }
}
