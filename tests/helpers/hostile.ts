/** Files that mean harm, made by generators: none of them lies in the repository. */
import { elements, encode, floats, type Tensor, tensorOf, withData } from '@topiary/onnx';
import { materialize } from '@topiary/zoo';
import { heavyModel, huge, lookupTable, wrongShape } from './hostile-models.js';
import { entry, field, join, modelOf, node, number, tensor, valueInfo } from './protobuf.js';
import { tinyModel } from './tiny-model.js';

/** The honest file of these tests: the tiny network, pictures [1, 8, 8], four classes. */
export const honest = (width = 8): Uint8Array => encode(materialize(tinyModel(width), 0));

/** The honest network with one of its values changed. */
const withWeight = (name: string, change: (tensor: Tensor) => Tensor): Uint8Array => {
  const graph = materialize(tinyModel(), 0);
  const initializers = new Map(graph.initializers);
  initializers.set(name, withData(name, change(tensorOf(graph.initializers.get(name)!)!)));
  return encode({ ...graph, initializers });
};

const picture = field(11, valueInfo('x', 1, 'N', 1, 8, 8));
const logits = field(12, valueInfo('y', 1, 'N', 4));
const flat = [node('Flatten', ['x'], ['f'])];
/** One linear layer, with more fields of the graph, and of the model. */
const linear = (graph: Uint8Array[] = [], model: Uint8Array[] = [], weight?: Uint8Array): Uint8Array =>
  modelOf(
    join(
      ...flat,
      node('MatMul', ['f', 'w'], ['y']),
      picture,
      logits,
      field(5, weight ?? tensor('w', [64, 4], new Float32Array(256).fill(0.01))),
      ...graph,
    ),
    ...model,
  );

const external = (location: string) =>
  join(
    number(1, 64),
    number(1, 4),
    number(2, 1),
    field(8, 'w'),
    field(13, entry('location', location)),
    field(13, entry('offset', '0')),
    field(13, entry('length', '1024')),
    number(14, 1),
  );

const sparse = (location: string) =>
  field(
    15,
    join(field(1, external(location)), field(2, join(number(1, 1), number(2, 7), field(8, 'i'))), number(3, 9)),
  );

/** `If` within `If`, n levels down: graph -> node -> attribute -> graph. */
const nested = (levels: number, inside: Uint8Array): Uint8Array => {
  let graph = inside;
  for (let i = 0; i < levels; i += 1) {
    const branch = field(5, join(field(1, 'then_branch'), field(6, graph), number(20, 5)));
    graph = node('If', ['c'], [`o${i}`], branch);
  }
  return graph;
};

export interface Hostile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly code: string;
}

const TRAVERSALS = [
  '../../../../etc/passwd',
  '/etc/passwd',
  'weights/../../secret',
  '..\\..\\secret',
  'file:///etc/passwd',
];

export const hostileFiles = (): readonly Hostile[] => [
  ...TRAVERSALS.map((location) => ({
    name: `external data at ${location}`,
    bytes: linear([], [], external(location)),
    code: 'TOPIARY_GATE_EXTERNAL_DATA',
  })),
  {
    name: 'external data named with padded lengths and tags',
    bytes: linear(
      [],
      [],
      join(
        number(1, 64, 2),
        number(1, 4, 3),
        number(2, 1, 4),
        field(8, 'w', 2),
        field(13, entry('location', 'a'), 3),
        number(14, 1, 4),
      ),
    ),
    code: 'TOPIARY_GATE_EXTERNAL_DATA',
  },
  {
    name: 'external data behind a tag of six bytes',
    bytes: linear([], [], join(tensor('w', [64, 4], new Float32Array(256)), number(14, 1, 5))),
    code: 'TOPIARY_GATE_MALFORMED',
  },
  {
    name: 'a sparse initialiser with external data',
    bytes: linear([sparse('../x')]),
    code: 'TOPIARY_GATE_EXTERNAL_DATA',
  },
  {
    name: 'external data in an attribute of a subgraph of a function',
    bytes: linear(
      [],
      [
        field(
          25,
          join(
            field(1, 'f'),
            field(
              7,
              join(field(4, 'Constant'), field(5, join(field(1, 'value'), field(5, external('../x')), number(20, 4)))),
            ),
          ),
        ),
      ],
    ),
    code: 'TOPIARY_GATE_EXTERNAL_DATA',
  },
  {
    name: 'external data in the training information',
    bytes: linear([], [field(20, field(1, field(5, external('../x'))))]),
    code: 'TOPIARY_GATE_EXTERNAL_DATA',
  },
  { name: 'an address of memory', bytes: linear([], [], external('*/_ORT_MEM_ADDR_/*')), code: 'TOPIARY_GATE_MARKER' },
  {
    name: 'settings for onnxruntime',
    bytes: linear([], [field(14, entry('ort_config', '{}'))]),
    code: 'TOPIARY_GATE_MARKER',
  },
  { name: 'a subgraph', bytes: linear([nested(1, field(2, 'inner'))]), code: 'TOPIARY_GATE_SUBGRAPH' },
  {
    name: 'a thousand levels of subgraphs',
    bytes: linear([nested(1_000, field(2, 'inner'))]),
    code: 'TOPIARY_GATE_LIMIT',
  },
  { name: 'a function of its own', bytes: linear([], [field(25, field(1, 'f'))]), code: 'TOPIARY_GATE_FORBIDDEN' },
  {
    name: 'training information',
    bytes: linear([], [field(20, field(1, field(2, 'g')))]),
    code: 'TOPIARY_GATE_FORBIDDEN',
  },
  {
    name: 'a sequence as input',
    bytes: linear([field(11, join(field(1, 's'), field(2, field(4, field(1, field(1, number(1, 1)))))))]),
    code: 'TOPIARY_GATE_FORBIDDEN',
  },
  {
    name: 'a tensor of strings',
    bytes: linear([], [], join(number(1, 1), number(2, 8), field(6, 'a'), field(8, 'w'))),
    code: 'TOPIARY_GATE_FORBIDDEN',
  },
  {
    name: 'two graphs in one model',
    bytes: linear([], [field(7, field(2, 'another'))]),
    code: 'TOPIARY_GATE_MALFORMED',
  },
  {
    name: 'a type that is two types',
    bytes: linear([field(13, join(field(1, 'v'), field(2, join(field(1, number(1, 1)), field(1, number(1, 7))))))]),
    code: 'TOPIARY_GATE_MALFORMED',
  },
  {
    name: 'an operator of onnxruntime',
    bytes: modelOf(
      join(
        ...flat,
        node('FusedMatMul', ['f', 'w'], ['y'], field(7, 'com.microsoft')),
        picture,
        logits,
        field(5, tensor('w', [64, 4], new Float32Array(256))),
      ),
    ),
    code: 'TOPIARY_GATE_DOMAIN',
  },
  {
    name: 'an operator that is not on the list',
    bytes: modelOf(join(...flat, node('EyeLike', ['f'], ['y']), picture, logits)),
    code: 'TOPIARY_GATE_OPERATOR',
  },
  {
    name: 'a random operator',
    bytes: modelOf(join(node('RandomNormal', [], ['y']), picture, logits)),
    code: 'TOPIARY_GATE_OPERATOR',
  },
  { name: 'two opsets of one domain', bytes: linear([], [field(8, number(2, 13))]), code: 'TOPIARY_GATE_MALFORMED' },
  {
    name: 'an opset of the future',
    bytes: join(number(1, 9), field(7, join(node('Flatten', ['x'], ['y']), picture, logits)), field(8, number(2, 99))),
    code: 'TOPIARY_GATE_OPSET',
  },
  {
    name: 'a name of five kilobytes',
    bytes: linear([field(13, valueInfo('n'.repeat(5_000), 1, 1))]),
    code: 'TOPIARY_GATE_LIMIT',
  },
  {
    name: 'thirty thousand nodes',
    bytes: linear(Array.from({ length: 30_000 }, (_, i) => node('Relu', ['f'], [`r${i}`]))),
    code: 'TOPIARY_GATE_LIMIT',
  },
  {
    name: 'dimensions whose product overflows 64 bits',
    bytes: modelOf(join(node('Relu', ['x'], ['y']), field(11, valueInfo('x', 1, 'N', 2 ** 31, 2 ** 31, 8)), logits)),
    code: 'TOPIARY_GATE_SHAPE',
  },
  {
    name: 'a tensor that claims more than it holds',
    bytes: linear([], [], tensor('w', [2 ** 40, 2 ** 40], new Float32Array(4))),
    code: 'TOPIARY_GATE_MALFORMED',
  },
  { name: 'a constant of a terabyte', bytes: huge([2 ** 19, 2 ** 19]), code: 'TOPIARY_GATE_SHAPE' },
  { name: 'a constant of four gigabytes', bytes: huge([2 ** 10, 2 ** 20]), code: 'TOPIARY_GATE_MEMORY' },
  {
    name: 'a weight that is not a number',
    bytes: withWeight('block.conv1.weight', ({ dims }) =>
      floats(new Float32Array(elements(dims)).fill(Number.NaN), dims),
    ),
    code: 'TOPIARY_GATE_NOT_FINITE',
  },
  {
    name: 'an infinite weight',
    bytes: withWeight('fc.bias', () => floats([0, Number.POSITIVE_INFINITY, 0, 0])),
    code: 'TOPIARY_GATE_NOT_FINITE',
  },
  { name: 'an output of another width', bytes: wrongShape(), code: 'TOPIARY_GATE_OUTPUT' },
  { name: 'a second output', bytes: linear([field(12, valueInfo('f', 1, 'N', 64))]), code: 'TOPIARY_GATE_OUTPUT' },
  {
    name: 'an output that is the same for all',
    bytes: modelOf(
      join(node('Identity', ['w'], ['y']), picture, logits, field(5, tensor('w', [1, 4], new Float32Array(4)))),
    ),
    code: 'TOPIARY_GATE_OUTPUT',
  },
  {
    name: 'a network of another size of pictures',
    bytes: modelOf(
      join(
        ...flat,
        node('MatMul', ['f', 'w'], ['y']),
        field(11, valueInfo('x', 1, 'N', 3, 4, 4)),
        logits,
        field(5, tensor('w', [48, 4], new Float32Array(192))),
      ),
    ),
    code: 'TOPIARY_GATE_INPUT',
  },
  { name: 'a network that computes more than the dense one', bytes: honest(12), code: 'TOPIARY_GATE_MACS' },
  { name: 'a network that would run for hours', bytes: heavyModel(200, 256), code: 'TOPIARY_GATE_MACS' },
  { name: 'a table that is looked up', bytes: lookupTable(50_000), code: 'TOPIARY_GATE_PARAMETERS' },
  { name: 'a zip archive', bytes: Uint8Array.of(0x50, 0x4b, 3, 4), code: 'TOPIARY_GATE_NOT_ONNX' },
  { name: 'a pickle', bytes: Uint8Array.of(0x80, 2, 0x63), code: 'TOPIARY_GATE_NOT_ONNX' },
  { name: 'no bytes', bytes: new Uint8Array(), code: 'TOPIARY_GATE_NOT_ONNX' },
];
