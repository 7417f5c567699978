/** The uploaded graph, as the worker's child sees it: a process of its own that is asked. */
import { join } from 'node:path';
import type { CompileOptions, Feeds, StepResult } from '@topiary/runtime';
import { isolation, Sandbox, type SandboxLimits } from '@topiary/sandbox';
import type { Latencies, LatencyRequest, Opened, Output, TrainRequest } from './runner-messages.js';

const LIMITS: SandboxLimits = { memoryBytes: 4 * 2 ** 30, seconds: 120, cpuSeconds: 24 * 3600, processes: 256 };

export interface RunnerOptions {
  readonly model: Uint8Array;
  readonly base: Uint8Array;
  readonly batch: number;
  readonly compile: CompileOptions;
  /** Run nothing where the system does not let us shut the process in. */
  readonly required: boolean;
  readonly limits?: Partial<SandboxLimits>;
  readonly module?: string;
}

/** Bundles lie beside each other. */
const beside = (): string => join(import.meta.dirname, 'runner-child.mjs');

export class Runner {
  readonly #sandbox: Sandbox;
  readonly opened: Opened;

  private constructor(sandbox: Sandbox, opened: Opened) {
    this.#sandbox = sandbox;
    this.opened = opened;
  }

  /** What the system does not let us take from the process, in words. */
  static get missing(): readonly string[] {
    return isolation().missing;
  }

  static async open(options: RunnerOptions): Promise<Runner> {
    const { model, base, batch, compile, required, limits = {}, module = beside() } = options;
    const sandbox = new Sandbox({
      module,
      required,
      limits: { ...LIMITS, ...limits },
      where: 'the uploaded network',
    });
    try {
      return new Runner(sandbox, await sandbox.ask<Opened>('open', { model, base, batch, compile }));
    } catch (error) {
      await sandbox.close();
      throw error;
    }
  }

  answer(feeds: Feeds): Promise<readonly Output[]> {
    return this.#sandbox.ask('answer', { feeds });
  }

  startTraining(request: TrainRequest): Promise<{ provider: string }> {
    return this.#sandbox.ask('train', request);
  }

  step(feeds: Feeds, lr: number): Promise<StepResult> {
    return this.#sandbox.ask('step', { feeds, lr });
  }

  endTraining(): Promise<void> {
    return this.#sandbox.ask('end-training', null);
  }

  latency(request: LatencyRequest): Promise<Latencies> {
    return this.#sandbox.ask('latency', request);
  }

  /** The network as it stands now, as an ONNX file. */
  file(): Promise<Uint8Array> {
    return this.#sandbox.ask('file', null);
  }

  peakMemoryBytes(): Promise<number | null> {
    return this.#sandbox.ask('memory', null);
  }

  close(): Promise<void> {
    return this.#sandbox.close();
  }
}
