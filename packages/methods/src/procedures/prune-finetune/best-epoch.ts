/** Remembers the best pipeline of several epochs by held-out examples; of equals the later one, which is the sparser. */
import type { MetricDescription } from '@topiary/contracts';
import type { Pipeline } from '@topiary/pipeline';
import type { Evaluation } from '@topiary/tasks';

export interface Choice {
  readonly pipeline: Pipeline;
  readonly epoch: number;
  readonly value: number;
  /** Held-out examples. */
  readonly n: number;
}

export class BestEpoch {
  readonly #evaluate: (pipeline: Pipeline) => Promise<Evaluation>;
  readonly #metric: Pick<MetricDescription, 'id' | 'direction'>;
  #best: Choice | null = null;
  /** Spent on looking. */
  seconds = 0;

  constructor(
    evaluate: (pipeline: Pipeline) => Promise<Evaluation>,
    metric: Pick<MetricDescription, 'id' | 'direction'>,
  ) {
    this.#evaluate = evaluate;
    this.#metric = metric;
  }

  async offer(epoch: number, pipeline: Pipeline): Promise<Choice> {
    const began = performance.now();
    const { values, n } = await this.#evaluate(pipeline);
    this.seconds += (performance.now() - began) / 1000;
    const { id, direction } = this.#metric;
    const value = values[id]!;
    const gain = this.#best === null ? 0 : value - this.#best.value;
    if (this.#best === null || (direction === 'higher' ? gain >= 0 : gain <= 0))
      this.#best = { pipeline, epoch, value, n };
    return this.#best;
  }
}
