/**
 * What `torch.save` writes since PyTorch 1.6: a zip archive with a pickle of everything but the numbers, and the bytes of
 * each storage in an entry of its own. https://pytorch.org/docs/stable/notes/serialization.html
 */
import { type Archive, openArchive } from './archive.js';
import { Callable, unpickle } from './pickle.js';
import { badFile, formatOf, type Layout, reach, type StoredTensor, takeOut, type Weights } from './stored.js';

/** Bytes of an element by the types of storages; those that are no floats may stand in the file (counters, indices). */
const STORAGES: Readonly<Record<string, readonly [type: string, bytes: number]>> = {
  DoubleStorage: ['float64', 8],
  FloatStorage: ['float32', 4],
  HalfStorage: ['float16', 2],
  BFloat16Storage: ['bfloat16', 2],
  LongStorage: ['int64', 8],
  IntStorage: ['int32', 4],
  ShortStorage: ['int16', 2],
  CharStorage: ['int8', 1],
  ByteStorage: ['uint8', 1],
  BoolStorage: ['bool', 1],
};
const DTYPES = ['float64', 'float32', 'float16', 'bfloat16', 'int64', 'int32', 'int16', 'int8', 'uint8', 'bool'];

/** A pickle of names and shapes: a network of a thousand layers takes some hundred kilobytes. */
const LONGEST_PICKLE = 256 * 2 ** 20;

class StorageType {
  readonly type: string;
  readonly bytes: number;

  constructor([type, bytes]: readonly [string, number]) {
    this.type = type;
    this.bytes = bytes;
  }
}

class Storage {
  readonly key: string;
  readonly of: StorageType;
  readonly length: number;

  constructor(key: string, of: StorageType, length: number) {
    this.key = key;
    this.of = of;
    this.length = length;
  }
}

class Tensor {
  readonly storage: Storage;
  readonly layout: Layout;

  constructor(storage: Storage, layout: Layout) {
    this.storage = storage;
    this.layout = layout;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const areCounts = (values: unknown): values is number[] => Array.isArray(values) && values.every(isCount);

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, metadata)`; a tensor lies within its storage. */
const rebuildTensor = ([storage, offset, dims, strides]: readonly unknown[]): Tensor => {
  if (
    !(storage instanceof Storage && isCount(offset) && areCounts(dims) && areCounts(strides)) ||
    dims.length !== strides.length
  ) {
    throw badFile('a tensor of the checkpoint', 'a storage, an offset, sizes and strides', 'something else');
  }
  const layout = { dims, offset, strides };
  const last = reach(layout);
  if (last <= storage.length) return new Tensor(storage, layout);
  throw badFile(`a tensor [${dims}] in storage ${storage.key}`, `at most ${storage.length} elements`, `${last}`);
};

const callables: readonly Callable[] = [
  new Callable('collections.OrderedDict', ([items = []]) => new Map(items as Iterable<[unknown, unknown]>)),
  new Callable('torch._utils._rebuild_tensor', rebuildTensor),
  new Callable('torch._utils._rebuild_tensor_v2', rebuildTensor),
  // (data, requires_grad, hooks)
  new Callable('torch._utils._rebuild_parameter', ([data]) => data),
  new Callable('torch.Size', ([sizes]) => sizes),
  new Callable('torch.device', (place) => place),
];

const GLOBALS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...callables.map((one) => [one.name, one] as const),
  ...Object.entries(STORAGES).map(([name, facts]) => [`torch.${name}`, new StorageType(facts)] as const),
  ...DTYPES.map((type) => [`torch.${type}`, type] as const),
]);

/** `('storage', type, key, location, elements)` */
const storageOf = (id: unknown): Storage => {
  const [what, of, key, , length] = Array.isArray(id) ? (id as unknown[]) : [];
  if (what === 'storage' && of instanceof StorageType && typeof key === 'string' && isCount(length)) {
    return new Storage(key, of, length);
  }
  throw badFile('a storage of the checkpoint', 'its type, key, place and length', 'something else');
};

/** Where checkpoints keep the weights beside other things. */
const WRAPPERS = ['state_dict', 'model_state_dict', 'model', 'net'];
const DEEPEST = 3;

const tensorsOf = (map: ReadonlyMap<unknown, unknown>): [string, Tensor][] =>
  [...map].flatMap(([name, value]) =>
    typeof name === 'string' && value instanceof Tensor ? [[name, value] as [string, Tensor]] : [],
  );

/** The dictionary of tensors, which may lie inside others. */
const findWeights = (value: unknown, depth = 0): [string, Tensor][] => {
  if (!(value instanceof Map)) throw badFile('the checkpoint', 'a dictionary of tensors', 'something else');
  for (const wrapper of depth < DEEPEST ? WRAPPERS : []) {
    if (value.get(wrapper) instanceof Map) return findWeights(value.get(wrapper), depth + 1);
  }
  const tensors = tensorsOf(value);
  if (tensors.length > 0) return tensors;
  const keys = [...value.keys()].slice(0, 8).join(', ') || 'nothing';
  throw badFile('the checkpoint', `tensors, or a dictionary of them under ${WRAPPERS.join(', ')}`, keys);
};

const stored = (name: string, { storage, layout }: Tensor, bytesOf: (storage: Storage) => Promise<Uint8Array>) => ({
  dims: layout.dims,
  type: storage.of.type,
  read: async () => {
    const format = formatOf(name, storage.of.type);
    return takeOut(await bytesOf(storage), format, layout);
  },
});

/** Each storage is read once, however many tensors share it. */
const storageReader = (archive: Archive, folder: string) => {
  const reading = new Map<string, Promise<Uint8Array>>();
  const read = async ({ key, of, length }: Storage): Promise<Uint8Array> => {
    const name = `${folder}data/${key}`;
    const bytes = await archive.read(name, Math.max(of.bytes * length, 1));
    if (bytes.length === of.bytes * length) return bytes;
    throw badFile(name, `${of.bytes * length} bytes`, `${bytes.length}`);
  };
  return (storage: Storage): Promise<Uint8Array> => {
    const { key } = storage;
    const known = reading.get(key) ?? read(storage);
    reading.set(key, known);
    return known;
  };
};

const DATA = 'data.pkl';

/** The folder in which everything lies. */
const folderOf = ({ names }: Archive): string => {
  const data = names.find((name) => name === DATA || name.endsWith(`/${DATA}`));
  if (data === undefined)
    throw badFile('the zip archive', `${DATA}, as torch.save writes it`, names.slice(0, 3).join(', '));
  const folder = data.slice(0, -DATA.length);
  if (!names.includes(`${folder}constants.pkl`)) return folder;
  throw badFile('the file', 'a checkpoint', 'a TorchScript archive', SAVE('torch.jit.load(file).state_dict()'));
};

const SAVE = (what: string): string => `Save the weights alone in PyTorch: torch.save(${what}, "weights.pt")`;

const checkByteOrder = async (archive: Archive, folder: string): Promise<void> => {
  const name = `${folder}byteorder`;
  if (!archive.names.includes(name)) return;
  const order = new TextDecoder().decode(await archive.read(name, 16));
  if (order !== 'little') throw badFile(name, 'little', order, SAVE('torch.load(file)'));
};

export const readTorchCheckpoint = async (bytes: Uint8Array): Promise<Weights> => {
  const archive = await openArchive(bytes);
  const folder = folderOf(archive);
  await checkByteOrder(archive, folder);
  const pickle = await archive.read(`${folder}${DATA}`, LONGEST_PICKLE);
  const tensors = findWeights(unpickle(pickle, { globals: GLOBALS, persistent: storageOf }));
  const bytesOf = storageReader(archive, folder);
  return new Map(tensors.map(([name, tensor]): [string, StoredTensor] => [name, stored(name, tensor, bytesOf)]));
};
