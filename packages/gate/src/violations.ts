/** What may not stand in an upload, by the message in which it stands. */
import { type ErrorCode, TopiaryError } from '@topiary/errors';
import { ONE_FILE } from '@topiary/onnx';
import type { MessageName } from './schema.js';
import type { Surveyor } from './survey.js';

/** What was read of one message: its numbers and texts by field, and how often each field stood in it. */
export interface Entered {
  readonly values: Map<string, number | string>;
  readonly counts: Map<string, number>;
}

/**
 * onnxruntime writes this location where a tensor lies at an address of its own memory; in a file it would be a
 * pointer chosen by a stranger (onnxruntime issue 29011).
 */
const MEMORY_MARKER = /_ORT_[A-Z_]*ADDR_/;
/** Metadata under this key configures the session that loads the file. */
const CONFIG_KEY = 'ort_config';
const EXTERNAL = 1;

type Rule = (surveyor: Surveyor, entered: Entered) => void;

const refuse = (surveyor: Surveyor, code: ErrorCode, expected: string, got: string): void =>
  surveyor.report(new TopiaryError(code, { where: surveyor.place, expected, got }));

const text = ({ values }: Entered, name: string): string => {
  const value = values.get(name);
  return typeof value === 'string' ? value : '';
};

/** Refuses each of the fields that is present. */
const none =
  (code: ErrorCode, fields: Readonly<Record<string, string>>, expected: string): Rule =>
  (surveyor, { counts }) => {
    for (const [field, got] of Object.entries(fields)) if (counts.has(field)) refuse(surveyor, code, expected, got);
  };

/** Called with every text of the file. */
export const checkMarkers = (surveyor: Surveyor, value: string): void => {
  if (!MEMORY_MARKER.test(value)) return;
  refuse(surveyor, 'TOPIARY_GATE_MARKER', 'no address of memory', `'${value.slice(0, 60)}'`);
};

/** Such files have it for each of their tensors: the first is named. */
const externalData: Rule = (surveyor, { values, counts }) => {
  if (!counts.has('externalData') && values.get('dataLocation') !== EXTERNAL) return;
  surveyor.external += 1;
  if (surveyor.external > 1) return;
  const name = values.get('name');
  const got = `external data${name ? ` of tensor '${name}'` : ''}`;
  const details = { where: surveyor.place, expected: 'every number inside the file', got, cure: ONE_FILE };
  surveyor.report(new TopiaryError('TOPIARY_GATE_EXTERNAL_DATA', details));
};

const node: Rule = (surveyor, entered) => {
  surveyor.nodes += 1;
  if (surveyor.nodes > surveyor.limits.nodes) throw surveyor.over(`${surveyor.limits.nodes} nodes`, 'more');
  const domain = text(entered, 'domain');
  const key = `${domain === 'ai.onnx' ? '' : domain}:${text(entered, 'opType')}`;
  surveyor.operators.set(key, (surveyor.operators.get(key) ?? 0) + 1);
};

const opset: Rule = (surveyor, entered) => {
  const domain = text(entered, 'domain') === 'ai.onnx' ? '' : text(entered, 'domain');
  const version = Number(entered.values.get('version') ?? 0);
  const before = surveyor.opsets.get(domain);
  if (before !== undefined && before !== version)
    throw surveyor.ambiguous({ expected: `one opset of domain '${domain}'`, got: `${before} and ${version}` });
  surveyor.opsets.set(domain, version);
};

const config: Rule = (surveyor, entered) => {
  if (text(entered, 'key') !== CONFIG_KEY) return;
  refuse(surveyor, 'TOPIARY_GATE_MARKER', 'no settings for onnxruntime', `metadata '${CONFIG_KEY}'`);
};

const forbidden = (fields: Readonly<Record<string, string>>, expected: string): Rule =>
  none('TOPIARY_GATE_FORBIDDEN', fields, expected);

const DENSE = 'dense tensors only';

/** Called when a message has been read to its end. */
const RULES: Partial<Record<MessageName, readonly Rule[]>> = {
  Model: [
    forbidden(
      { functions: 'functions of its own', trainingInfo: 'training information' },
      'one graph and nothing else',
    ),
  ],
  OperatorSet: [opset],
  Entry: [config],
  Graph: [
    (surveyor, { counts }) => {
      surveyor.initializers += counts.get('initializer') ?? 0;
    },
    forbidden({ sparseInitializer: 'a sparse initialiser' }, DENSE),
  ],
  Node: [node, forbidden({ overload: 'an overload of a function' }, 'standard operators')],
  Attribute: [
    none('TOPIARY_GATE_SUBGRAPH', { g: 'a subgraph', graphs: 'subgraphs' }, 'no control flow (If, Loop, Scan)'),
    forbidden(
      { sparseTensor: 'a sparse tensor', sparseTensors: 'sparse tensors', tensors: 'a list of tensors' },
      DENSE,
    ),
    forbidden({ refAttrName: 'a reference to the attribute of a function' }, 'its own value'),
  ],
  Tensor: [
    externalData,
    forbidden({ segment: 'a segment of a tensor', stringData: 'strings' }, 'dense numbers inside the file'),
  ],
  Type: [
    forbidden(
      {
        sequenceType: 'a sequence',
        mapType: 'a map',
        sparseTensorType: 'a sparse tensor',
        optionalType: 'an optional',
      },
      DENSE,
    ),
  ],
};

export const onLeave = (surveyor: Surveyor, message: MessageName, entered: Entered): void => {
  for (const rule of RULES[message] ?? []) rule(surveyor, entered);
};
