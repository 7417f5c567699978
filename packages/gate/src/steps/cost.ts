/** What will it need: memory, multiply-accumulates, numbers; and is that no more than the dense base has? */
import type { TopiaryError } from '@topiary/errors';
import { bytesPerElement, elements, type Graph } from '@topiary/onnx';
import { count, peakActivationBytes } from '@topiary/ops';
import { ABOVE_DENSE } from '../limits.js';
import type { Rules } from '../rules.js';
import { given, guarded, refuse, refuseAll, type Step } from './_step.js';

/** Shapes, indices and the like, which a dense file has as well. */
const SLACK_BYTES = 2 ** 16;

const weightBytes = (graph: Graph): number =>
  [...graph.initializers.values()].reduce((sum, { type, dims }) => sum + elements(dims) * bytesPerElement(type), 0);

/** Not `got > most`: a count that is not a number has to fail, too. */
const above = (got: number, most: number): boolean => !(got <= most);

interface Cost {
  readonly params: number;
  readonly macs: number;
  readonly memoryBytes: number;
  readonly tensorBytes: number;
}

const faultsOf = (cost: Cost, { dense, limits, batch }: Rules): TopiaryError[] => {
  const faults: TopiaryError[] = [];
  const most = (code: TopiaryError['code'], where: string, got: number, limit: number, unit: string) => {
    if (above(got, limit)) faults.push(refuse(code, where, `at most ${Math.floor(limit)}${unit}`, `${got}`));
  };
  const memory = `weights and activations at a batch of ${batch}`;
  most('TOPIARY_GATE_MEMORY', memory, cost.memoryBytes, limits.memoryBytes, ' bytes');
  const macs = dense === null ? limits.macs : Math.min(limits.macs, ABOVE_DENSE * dense.macs);
  const base = dense === null ? '' : ` (${ABOVE_DENSE} times the dense base)`;
  most('TOPIARY_GATE_MACS', 'multiply-accumulates for one example', cost.macs, macs, base);
  if (dense === null) return faults;
  most('TOPIARY_GATE_PARAMETERS', 'parameters', cost.params, ABOVE_DENSE * dense.params, base);
  // A table that is looked up costs no multiplications, and need not be a parameter of any operator.
  const numbers = ABOVE_DENSE * dense.bytes + SLACK_BYTES;
  most('TOPIARY_GATE_PARAMETERS', 'numbers in the file', cost.tensorBytes, numbers, ` bytes${base}`);
  return faults;
};

export const cost: Step = {
  id: 'cost',
  title: 'Not dearer than the dense base',
  run: (subject) => {
    const { rules, bytes } = subject;
    const canonical = given(subject.canonical);
    const counted = guarded(
      () => 'TOPIARY_GATE_SHAPE',
      () => count(canonical),
    );
    const peak = peakActivationBytes(canonical, rules.batch);
    subject.facts = {
      bytes: bytes.length,
      nodes: canonical.nodes.length,
      opset: given(subject.survey).opsets.get('')!,
      params: counted.params,
      macs: { pure: counted.pure, published: counted.published },
      peakActivationBytes: peak,
    };
    refuseAll(
      faultsOf(
        {
          params: counted.params,
          macs: counted.pure,
          memoryBytes: peak + weightBytes(canonical),
          tensorBytes: given(subject.survey).tensorBytes,
        },
        rules,
      ),
    );
    const alone = rules.dense === null ? '; no base to compare with' : '';
    return `${counted.params} parameters, ${counted.pure} multiply-accumulates, ${peak} bytes of activations${alone}`;
  },
};
