/**
 * Weights that PyTorch wrote (write.py beside this file): a network of ours with them gives PyTorch's outputs, whatever the
 * format, precision, layout and names; what is no weights, or asks for more, is refused by name and never run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTopiaryError } from '@topiary/errors';
import { elements, floats, type Graph, toNumbers } from '@topiary/onnx';
import { buildModel, type Model, modelOf } from '@topiary/zoo';
import { readWeights, type StoredTensor, type Weights, withWeights } from '@topiary/zoo/weights';
import { describe, expect, it } from 'vitest';
import { cifarResnet } from '../../../../packages/zoo/src/models/_cifar-resnet.js';
import { convnext } from '../../../../packages/zoo/src/models/_convnext.js';
import { mobilenetV2 } from '../../../../packages/zoo/src/models/_mobilenet-v2.js';
import { BASIC, BOTTLENECK, CIFAR, CIFAR_NARROW, resnet } from '../../../../packages/zoo/src/models/_resnet.js';
import { vgg } from '../../../../packages/zoo/src/models/_vgg.js';
import { TIMM, TORCHVISION, vit } from '../../../../packages/zoo/src/models/_vit.js';
import { runOnnx } from '../../../helpers/onnxruntime.js';

const FOLDER = join(import.meta.dirname, 'written');
const bytesOf = (name: string): Uint8Array => readFileSync(join(FOLDER, name));
const OUTPUTS: Record<string, number[]> = JSON.parse(readFileSync(join(FOLDER, 'outputs.json'), 'utf8'));
const NAMES: Record<string, Record<string, number[]>> = JSON.parse(readFileSync(join(FOLDER, 'names.json'), 'utf8'));

/** write.py's two pictures. */
const PICTURES = floats(
  Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => ((i * 7919) % 251) / 125 - 1),
  [2, 3, 32, 32],
);
const classes = 10;
const TRANSFORMER = { picture: 32, patch: 8, width: 24, depth: 2, heads: 3, classes };
const CONVNEXT = { stem: 4, scale: 0.5, classes };
const MOBILENET = mobilenetV2({
  stem: 8,
  stemStride: 2,
  blocks: [
    [1, 8, 1],
    [3, 8, 1],
    [3, 12, 2],
  ],
  last: 24,
  classes,
});

/** A file, the network of ours that it is for, and the family whose names that has. */
const FILES: readonly (readonly [what: string, file: string, family: string, build: Model['build']])[] = [
  ['torchvision’s ResNet', 'resnet-basic.pt', 'resnet18', resnet({ block: BASIC, depths: [1, 2], width: 8, classes })],
  [
    'a checkpoint of training on several devices, in half precision',
    'resnet-bottleneck.pt',
    'resnet50',
    resnet({ block: BOTTLENECK, depths: [1, 1], width: 8, classes }),
  ],
  [
    'a ResNet for CIFAR with projections, in double precision',
    'resnet-projected.pt',
    'resnet56-cifar10',
    resnet({ block: BASIC, depths: [1, 1, 1], width: 4, style: CIFAR_NARROW, classes }),
  ],
  [
    'the same under kuangliu’s names',
    'resnet-projected.pt',
    'resnet18-cifar10',
    resnet({ block: BASIC, depths: [1, 1, 1], width: 4, style: CIFAR, classes }),
  ],
  [
    'a ResNet for CIFAR with padded shortcuts, all tensors transposed in one storage',
    'resnet-padded.pt',
    'resnet20',
    cifarResnet({ widths: [8, 16], blocks: 1, stemStride: 2, classes }),
  ],
  ['VGG in bfloat16', 'vgg.pt', 'vgg16', vgg({ stages: [[8], [8, 8], [16], [16], [16]], hidden: 16, classes })],
  ['torchvision’s MobileNetV2, pickled by protocol 4', 'mobilenet-v2.pt', 'mobilenet-v2', MOBILENET],
  [
    'torchvision’s ConvNeXt, safetensors in half precision',
    'convnext-torchvision.safetensors',
    'convnext-tiny',
    convnext({ ...CONVNEXT, widths: [8, 16], depths: [1, 1] }),
  ],
  [
    'timm’s ConvNeXt, safetensors in bfloat16',
    'convnext-timm.safetensors',
    'convnext-tiny',
    convnext({ ...CONVNEXT, widths: [4, 8, 8, 12], depths: [1, 1, 2, 1] }),
  ],
  ['torchvision’s ViT', 'vit-torchvision.pt', 'vit-base', vit({ ...TRANSFORMER, style: TORCHVISION })],
  [
    'torchvision’s ViT for a network with timm’s names',
    'vit-torchvision.pt',
    'vit-base',
    vit({ ...TRANSFORMER, style: TIMM }),
  ],
  ['timm’s ViT', 'vit-timm.safetensors', 'vit-base', vit({ ...TRANSFORMER, style: TIMM })],
  [
    'timm’s ViT for a network with torchvision’s names',
    'vit-timm.safetensors',
    'vit-base-patch32',
    vit({ ...TRANSFORMER, style: TORCHVISION }),
  ],
  [
    'a distilled DeiT, as its authors wrap it',
    'deit-distilled.pt',
    'deit-small-distilled',
    vit({ ...TRANSFORMER, style: TIMM, isDistilled: true }),
  ],
];

const graphOf = (build: Model['build']): Graph =>
  buildModel({
    id: 'narrow',
    title: 'narrow',
    paper: null,
    input: [3, 32, 32],
    classes,
    build,
    expected: { params: 0, macs: { pure: 0, published: 0 } },
  });

const codeOf = async (work: Promise<unknown>): Promise<{ code: string; message: string }> => {
  try {
    await work;
  } catch (error) {
    if (isTopiaryError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: '' };
};

describe('a network with weights that PyTorch wrote gives PyTorch’s outputs', () => {
  it.each(FILES)('%s', async (_what, file, family, build) => {
    const graph = await withWeights(graphOf(build), family, await readWeights(bytesOf(file)));
    const logits = toNumbers((await runOnnx(graph, { input: PICTURES }))['logits']!);
    const expected = OUTPUTS[file]!;
    const largest = Math.max(...expected.map(Math.abs));
    expect(logits).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(Math.abs(logits[i]! - value)).toBeLessThan(1e-4 * largest);
  });
});

/** Tensors of these sizes, whose numbers nobody reads. */
const sized = (sizes: Readonly<Record<string, readonly number[]>>): Weights =>
  new Map(
    Object.entries(sizes).map(([name, dims]): [string, StoredTensor] => [
      name,
      { dims, type: 'float32', read: async () => new Float32Array(elements(dims)) },
    ]),
  );

/** Large networks would fill hundreds of megabytes: it is the names that are looked at. */
const unread = (weights: Weights): Weights =>
  new Map(
    [...weights].map(([name, tensor]) => [
      name,
      {
        ...tensor,
        read: async () => {
          throw new Error('every name and size fits');
        },
      },
    ]),
  );

describe('names of full networks', () => {
  it.each(Object.keys(NAMES))('%s, as another library calls its layers', async (model) => {
    const weights = unread(sized(NAMES[model]!));
    await expect(withWeights(buildModel(modelOf(model)), model, weights)).rejects.toThrow('every name and size fits');
  });

  it('of ConvNeXt as its authors have them, and of the older DenseNet', async () => {
    const ours = (model: string) =>
      [...buildModel(modelOf(model)).initializers.values()].filter((one) => one.source.kind === 'init');
    const asAuthors = (name: string): string =>
      name
        .replace(/^features\.([0246])\.(\d)\./, (_, at, place) => `downsample_layers.${Number(at) / 2}.${place}.`)
        .replace(/^features\.(\d)\.(\d+)\.layer_scale$/, (_, at, i) => `stages.${(Number(at) - 1) / 2}.${i}.gamma`)
        .replace(/^features\.(\d)\.(\d+)\.block\.(\d)\./, (_, at, i, part) => {
          const called: Record<string, string> = { 0: 'dwconv', 2: 'norm', 3: 'pwconv1', 5: 'pwconv2' };
          return `stages.${(Number(at) - 1) / 2}.${i}.${called[part]}.`;
        })
        .replace(/^classifier\.0\./, 'norm.')
        .replace(/^classifier\.2\./, 'head.');
    // a MatMul takes [inputs, features]
    const linear = (name: string, dims: readonly number[]) =>
      /pwconv\d\.weight$/.test(name) ? [...dims].reverse() : dims;
    const convnexts = ours('convnext-tiny').map(
      ({ name, dims }) => [asAuthors(name), linear(asAuthors(name), dims)] as const,
    );
    expect(convnexts.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'downsample_layers.0.0.weight',
        'downsample_layers.3.1.bias',
        'stages.2.8.pwconv1.weight',
        'stages.0.0.gamma',
        'norm.weight',
        'head.bias',
      ]),
    );
    const authors = unread(sized(Object.fromEntries(convnexts)));
    await expect(withWeights(buildModel(modelOf('convnext-tiny')), 'convnext-tiny', authors)).rejects.toThrow(
      'every name',
    );

    const older = ours('densenet121').map(
      ({ name, dims }) => [name.replace(/(denselayer\d+)\.(norm|conv)(\d)\./, '$1.$2.$3.'), dims] as const,
    );
    expect(older.map(([name]) => name)).toContain('features.denseblock1.denselayer1.norm.1.weight');
    const densenet = unread(sized(Object.fromEntries(older)));
    await expect(withWeights(buildModel(modelOf('densenet121')), 'densenet121', densenet)).rejects.toThrow(
      'every name',
    );
  });

  it.each(['resnet18-cifar10', 'resnet50-cifar100'])('of %s where the layers of a block are counted', async (model) => {
    const counted = (name: string): string =>
      name
        .replace(/^conv1\./, 'conv1.0.')
        .replace(/^bn1\./, 'conv1.1.')
        .replace(/^layer(\d)\./, (_, stage) => `conv${Number(stage) + 1}_x.`)
        .replace(/\.(conv|bn)(\d)\./, (_, kind, i) => `.residual_function.${3 * i - (kind === 'conv' ? 3 : 2)}.`)
        .replace(/^linear\./, 'fc.');
    const parameters = [...buildModel(modelOf(model)).initializers.values()].filter(
      (one) => one.source.kind === 'init',
    );
    const sizes = Object.fromEntries(parameters.map(({ name, dims }) => [counted(name), dims]));
    expect(Object.keys(sizes)).toEqual(
      expect.arrayContaining([
        'conv1.1.running_var',
        'conv5_x.1.residual_function.4.bias',
        'conv3_x.0.shortcut.0.weight',
      ]),
    );
    await expect(withWeights(buildModel(modelOf(model)), model, unread(sized(sizes)))).rejects.toThrow('every name');
  });

  it('of a compiled network in another module', async () => {
    const weights = await readWeights(bytesOf('resnet-basic.pt'));
    const wrapped = new Map([...weights].map(([name, tensor]) => [`model._orig_mod.module.${name}`, tensor]));
    const graph = graphOf(resnet({ block: BASIC, depths: [1, 2], width: 8, classes }));
    expect((await withWeights(graph, 'resnet18', wrapped)).initializers.get('fc.bias')).toEqual(
      (await withWeights(graph, 'resnet18', weights)).initializers.get('fc.bias'),
    );
  });
});

describe('weights of another network', () => {
  it('are refused with what is missing, what is too much, and what has another size', async () => {
    const weights = new Map(await readWeights(bytesOf('resnet-basic.pt')));
    weights.delete('layer2.1.bn2.weight');
    weights.set('aux.weight', weights.get('fc.bias')!);
    weights.set('conv1.weight', weights.get('fc.weight')!);
    const graph = graphOf(resnet({ block: BASIC, depths: [1, 2], width: 8, classes }));
    const { code, message } = await codeOf(withWeights(graph, 'resnet18', weights));
    expect(code).toBe('TOPIARY_ZOO_WEIGHTS_KEYS');
    expect(message).toMatch(
      /missing: layer2\.1\.bn2\.weight; unexpected: aux\.weight; of another size: conv1\.weight \[10,16\] for \[8,3,7,7\]/,
    );
  });

  it('do not fill a long list', async () => {
    const { message } = await codeOf(withWeights(buildModel(modelOf('resnet50')), 'resnet50', sized({ w: [1] })));
    expect(message).toMatch(/missing: (\S+, ){8}and \d+ more; unexpected: w$/);
  });
});

describe('a file that is no weights is refused', () => {
  const REFUSED: readonly (readonly [what: string, file: string, code: string, sentence: RegExp])[] = [
    ['which would run a command', 'evil.pt', 'UNSAFE', /got (posix|nt)\.system\. Nothing of it was run/],
    ['with a whole network in it', 'whole-module.pt', 'UNSAFE', /got torch\.nn\.modules\.linear\.Linear.*state_dict/],
    ['in the format before PyTorch 1.6', 'legacy.pt', 'FILE', /older format.*Save it again.*torch\.save\(torch\.load/],
    ['of TorchScript', 'script.pt', 'FILE', /TorchScript archive.*torch\.save/],
    ['that is a list', 'list.pt', 'FILE', /expected a dictionary of tensors/],
    ['without tensors', 'no-tensors.pt', 'FILE', /state_dict, model_state_dict, model, net; got epoch/],
    ['that is JSON', 'names.json', 'FILE', /expected safetensors, or a checkpoint/],
  ];
  it.each(REFUSED)('%s', async (_what, file, code, sentence) => {
    const refused = await codeOf(readWeights(bytesOf(file)));
    expect(refused.code).toBe(`TOPIARY_ZOO_WEIGHTS_${code}`);
    expect(refused.message).toMatch(sentence);
    expect(existsSync('/tmp/topiary-was-here')).toBe(false);
  });

  it('with whole numbers where weights should be, once they are asked for', async () => {
    const weights = await readWeights(bytesOf('integers.pt'));
    expect([...(await weights.get('fc.bias')!.read())]).toEqual([1, 1]);
    const { code, message } = await codeOf(weights.get('fc.weight')!.read());
    expect([code, message]).toEqual(['TOPIARY_ZOO_WEIGHTS_FILE', expect.stringMatching(/'fc\.weight'.*got int64/)]);
  });

  it.each(['resnet-basic.pt', 'vit-timm.safetensors', 'mobilenet-v2.pt'])(
    'cut short, or with a byte changed, without any other error: %s',
    async (file) => {
      const whole = bytesOf(file);
      const readAll = async (bytes: Uint8Array): Promise<void> => {
        for (const tensor of (await readWeights(bytes)).values()) if (tensor.type !== 'int64') await tensor.read();
      };
      await readAll(whole);
      for (let i = 1; i < 40; i += 1) {
        const short = await codeOf(readAll(whole.slice(0, Math.floor((whole.length * i) / 40))));
        expect(short.code).toMatch(/^TOPIARY_ZOO_WEIGHTS_/);
      }
      // the pickle and the header lie in front; a changed number of safetensors is a number
      for (let at = 0; at < 4000; at += 13) {
        const odd = whole.slice();
        odd[at] = odd[at]! ^ 0x5a;
        expect((await codeOf(readAll(odd))).code).toMatch(/^(none|TOPIARY_ZOO_WEIGHTS_\w+)$/);
      }
    },
  );
});

describe('a hostile header', () => {
  const safetensors = (header: object, data: number): Uint8Array => {
    const text = new TextEncoder().encode(JSON.stringify(header));
    const bytes = new Uint8Array(8 + text.length + data);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    return bytes;
  };
  const CASES: readonly (readonly [string, object, RegExp])[] = [
    ['that points behind the file', { dtype: 'F32', shape: [4], data_offsets: [0, 16] }, /bytes up to 16; got 8/],
    ['whose sizes do not fit', { dtype: 'F32', shape: [1e9, 1e9], data_offsets: [0, 8] }, /for F32/],
    ['with negative sizes', { dtype: 'F32', shape: [-1, -2], data_offsets: [0, 8] }, /dtype, shape and data_offsets/],
    ['that runs backwards', { dtype: 'F32', shape: [2], data_offsets: [8, 0] }, /dtype, shape and data_offsets/],
    ['without offsets', { dtype: 'F32', shape: [2] }, /dtype, shape and data_offsets/],
  ];
  it.each(CASES)('%s is refused', async (_what, entry, sentence) => {
    const { code, message } = await codeOf(readWeights(safetensors({ w: entry }, 8)));
    expect([code, message]).toEqual(['TOPIARY_ZOO_WEIGHTS_FILE', expect.stringMatching(sentence)]);
  });
});
