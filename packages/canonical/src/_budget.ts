/** How much may be computed while a file is made plain: what folding costs is counted here, by everything that folds. */
import { TopiaryError } from '@topiary/errors';
import { type Node, placeOf } from '@topiary/onnx';

/** Elements that may be computed, all constants together: a hostile file must not keep us busy. */
export const MOST_COMPUTED = 2 ** 26;

export class Budget {
  #left: number;
  readonly #limit: number;

  constructor(limit = MOST_COMPUTED) {
    this.#limit = limit;
    this.#left = limit;
  }

  /** Stops at the node that asks for more than is left: half a folding would be another graph next time. */
  spend(node: Node, elements: number): void {
    this.#left -= elements;
    if (this.#left >= 0) return;
    throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', {
      where: placeOf(node),
      expected: `constants that take at most ${this.#limit} computed elements, all together`,
      got: 'more',
      cure: 'Export the network with its constants folded: torch.onnx.export(…, do_constant_folding=True), or python -m onnxsim in.onnx out.onnx',
    });
  }
}
