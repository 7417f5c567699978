/** What will it need: memory, multiply-accumulates, numbers; and is that no more than the dense base has? */
import type { ErrorCode, TopiaryError } from '@topiary/errors';
import { bytesPerElement, elements, type Graph, placeOf } from '@topiary/onnx';
import { count, peakActivationBytes, type Work, workOf } from '@topiary/ops';
import { paramsOf } from '../dense.js';
import { ABOVE_DENSE, JOINS_FREE, WORK_ABOVE_DENSE } from '../limits.js';
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
  readonly work: Work;
}

type Joins = Pick<Work, 'joins' | 'folds' | 'norms'>;

interface Ceiling {
  readonly code: ErrorCode;
  readonly where: string;
  readonly got: number;
  readonly most: number;
  readonly unit: string;
}

/** The node with most of it, for whoever has to find it. */
const mostOf = ({ byNode }: Work, of: (cost: Work['byNode'][number]) => number): string => {
  const most = byNode.reduce<Work['byNode'][number] | null>(
    (best, cost) => (best === null || of(cost) > of(best) ? cost : best),
    null,
  );
  return most === null || of(most) === 0 ? '' : `, most of them at ${placeOf(most.node)}`;
};

/** Ceilings that hold for every file. */
const absolute = ({ macs, memoryBytes, work }: Cost, { limits, batch, dense }: Rules): readonly Ceiling[] => [
  {
    code: 'TOPIARY_GATE_MEMORY',
    where: `weights and activations at a batch of ${batch}`,
    got: memoryBytes,
    most: limits.memoryBytes,
    unit: ' bytes',
  },
  {
    code: 'TOPIARY_GATE_MACS',
    where: 'multiply-accumulates for one example',
    got: macs,
    most: dense === null ? limits.macs : Math.min(limits.macs, ABOVE_DENSE * dense.macs),
    unit: dense === null ? '' : ` (${ABOVE_DENSE} times the dense base)`,
  },
  {
    code: 'TOPIARY_GATE_WORK',
    where: 'element-wise work for one example',
    got: work.elementwise,
    most: limits.elementwise,
    unit: ' additions',
  },
  {
    code: 'TOPIARY_GATE_WORK',
    where: 'bytes moved for one example',
    got: work.bytes,
    most: limits.movedBytes,
    unit: '',
  },
];

/** Joins by where they stand: those of a norm that was left out must not pay for sums over an axis. */
const KINDS: readonly (readonly [words: string, of: (work: Joins) => number])[] = [
  ['sums and products of pairs', ({ joins, folds, norms }) => joins - folds - norms],
  ['sums over axes and windows', ({ folds }) => folds],
  ['steps of norms', ({ norms }) => norms],
];

/** Whatever the arithmetic, a multiply-accumulate outside of a layer joins two numbers of the example. */
const hidden = ({ macs, work }: Cost, { dense, joins }: Rules): readonly Ceiling[] =>
  KINDS.map(([words, of]) => ({
    code: 'TOPIARY_GATE_HIDDEN_MACS',
    where: `${words} outside of Conv, Gemm and MatMul${mostOf(work, of)}`,
    got: of(work),
    most: dense === null ? joins.free + joins.perMac * macs : of(dense.work) + JOINS_FREE * macs,
    unit: dense === null ? '' : ` (those of the dense base, and ${JOINS_FREE} of the file's own layers)`,
  }));

/** Ceilings relative to the dense base. */
const relative = ({ params, tensorBytes, work }: Cost, { dense }: Rules): readonly Ceiling[] => {
  if (dense === null) return [];
  const base = ` (${ABOVE_DENSE} times the dense base)`;
  const more = ` (${WORK_ABOVE_DENSE} times the dense base, and ${JOINS_FREE} of its multiply-accumulates)`;
  const free = JOINS_FREE * dense.macs;
  return [
    {
      code: 'TOPIARY_GATE_PARAMETERS',
      where: 'parameters',
      got: params,
      most: ABOVE_DENSE * dense.params,
      unit: base,
    },
    // A table that is looked up costs no multiplications, and need not be a parameter of any operator.
    {
      code: 'TOPIARY_GATE_PARAMETERS',
      where: 'numbers in the file',
      got: tensorBytes,
      most: ABOVE_DENSE * dense.bytes + SLACK_BYTES,
      unit: ` bytes${base}`,
    },
    {
      code: 'TOPIARY_GATE_WORK',
      where: `element-wise work for one example${mostOf(work, (cost) => cost.elementwise)}`,
      got: work.elementwise,
      most: WORK_ABOVE_DENSE * dense.work.elementwise + free,
      unit: ` additions${more}`,
    },
    {
      code: 'TOPIARY_GATE_WORK',
      where: `bytes moved for one example${mostOf(work, (cost) => cost.bytes)}`,
      got: work.bytes,
      most: WORK_ABOVE_DENSE * dense.work.bytes + free,
      unit: more,
    },
  ];
};

const faultsOf = (cost: Cost, rules: Rules): TopiaryError[] => {
  const idle = cost.macs < rules.leastMacs;
  const nothing = refuse(
    'TOPIARY_GATE_NO_MACS',
    'multiply-accumulates for one example',
    `at least ${rules.leastMacs}: a convolution, a linear layer or attention`,
    `${cost.macs}`,
  );
  const ceilings = [...absolute(cost, rules), ...hidden(cost, rules), ...relative(cost, rules)];
  const faults = ceilings
    .filter(({ got, most }) => above(got, most))
    .map(({ code, where, got, most, unit }) => refuse(code, where, `at most ${Math.floor(most)}${unit}`, `${got}`));
  return idle ? [nothing, ...faults] : faults;
};

const measure = (canonical: Graph) =>
  guarded(
    () => 'TOPIARY_GATE_SHAPE',
    () => ({ counted: count(canonical), work: workOf(canonical) }),
  );

export const cost: Step = {
  id: 'cost',
  title: 'Not dearer than the dense base',
  run: (subject) => {
    const { rules, bytes } = subject;
    const canonical = given(subject.canonical);
    const { counted, work } = measure(canonical);
    const peak = peakActivationBytes(canonical, rules.batch);
    const { tensorBytes, opsets } = given(subject.survey);
    const { pure, published } = counted;
    const params = paramsOf(canonical, counted, rules.dense);
    subject.facts = {
      bytes: bytes.length,
      nodes: canonical.nodes.length,
      opset: opsets.get('')!,
      params,
      macs: { pure, published },
      work: { joins: work.joins, elementwise: work.elementwise, movedBytes: work.bytes },
      peakActivationBytes: peak,
    };
    const memoryBytes = peak + weightBytes(canonical);
    refuseAll(faultsOf({ params, macs: pure, memoryBytes, tensorBytes, work }, rules));
    const alone = rules.dense === null ? '; no base to compare with' : '';
    return `${params} parameters, ${pure} multiply-accumulates, ${peak} bytes of activations${alone}`;
  },
};
