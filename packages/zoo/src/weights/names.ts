/**
 * Names that other repositories give to the weights of a family of networks, told as those of ours. A rule applies to both
 * sides, the file's names and the network's, so that it only has to make them the same. Only what computes the same
 * function is told here: kuangliu's VGG for CIFAR, which pools five times and not three, is another network.
 */

type Rule = readonly [from: RegExp, to: string | ((...groups: string[]) => string)];

interface Family {
  readonly ids: RegExp;
  readonly rules: readonly Rule[];
}

/** torchvision, timm, akamaster, chenyaofo and kuangliu differ in two words; weiaicunzai counts the layers of a block. */
const RESIDUAL: readonly Rule[] = [
  [/^conv1\.0\./, 'conv1.'],
  [/^conv1\.1\./, 'bn1.'],
  [/^conv(\d)_x\./, (stage) => `layer${Number(stage) - 1}.`],
  [
    /\.residual_function\.(\d)\./,
    (place) => `.${Number(place) % 3 === 0 ? 'conv' : 'bn'}${Math.floor(Number(place) / 3) + 1}.`,
  ],
  [/\.downsample\./, '.shortcut.'],
  [/^linear\./, 'fc.'],
];

/** torchvision's names of a vision transformer as timm's. */
const TRANSFORMER: readonly Rule[] = [
  [/^class_token$/, 'cls_token'],
  [/^conv_proj\./, 'patch_embed.proj.'],
  [/^encoder\.pos_embedding$/, 'pos_embed'],
  [/^encoder\.layers\.encoder_layer_(\d+)\./, 'blocks.$1.'],
  [/\.ln_([12])\./, '.norm$1.'],
  [/\.self_attention\.in_proj_(weight|bias)$/, '.attn.qkv.$1'],
  [/\.self_attention\.out_proj\./, '.attn.proj.'],
  [/\.mlp\.(?:0|linear_1)\./, '.mlp.fc1.'],
  [/\.mlp\.(?:3|linear_2)\./, '.mlp.fc2.'],
  [/^encoder\.ln\./, 'norm.'],
  [/^heads\.head\./, 'head.'],
];

/** Names of the parts of a block: timm's, and those of the authors. */
const CONVNEXT_PARTS: Readonly<Record<string, string>> = {
  conv_dw: 'block.0',
  dwconv: 'block.0',
  norm: 'block.2',
  'mlp.fc1': 'block.3',
  pwconv1: 'block.3',
  'mlp.fc2': 'block.5',
  pwconv2: 'block.5',
};

const convnextPart = (stage: string, block: string, part: string, end: string): string =>
  `features.${2 * Number(stage) + 1}.${block}.${CONVNEXT_PARTS[part] ?? part}.${end}`;

/** timm's and the authors' names as torchvision's, where stages and what lies between them take turns. */
const CONVNEXT: readonly Rule[] = [
  [/^stem\.(\d)\./, 'features.0.$1.'],
  [/^downsample_layers\.(\d)\.(\d)\./, (stage, place) => `features.${2 * Number(stage)}.${place}.`],
  [/^stages\.(\d)\.downsample\.(\d)\./, (stage, place) => `features.${2 * Number(stage)}.${place}.`],
  [
    /^stages\.(\d)\.(?:blocks\.)?(\d+)\.gamma$/,
    (stage, block) => `features.${2 * Number(stage) + 1}.${block}.layer_scale`,
  ],
  [/^stages\.(\d)\.(?:blocks\.)?(\d+)\.(.+)\.(weight|bias)$/, convnextPart],
  [/^head\.norm\./, 'classifier.0.'],
  [/^norm\./, 'classifier.0.'],
  [/^head\.(?:fc\.)?/, 'classifier.2.'],
];

/** Blocks before each of timm's stages. */
const V2_BEFORE = [0, 1, 3, 6, 10, 13, 16];
/** Parts of a block that first grows wide, and of the one that does not. */
const V2_WIDE: Readonly<Record<string, string>> = {
  conv_pw: '0.0',
  bn1: '0.1',
  conv_dw: '1.0',
  bn2: '1.1',
  conv_pwl: '2',
  bn3: '3',
};
const V2_FIRST: Readonly<Record<string, string>> = { conv_dw: '0.0', bn1: '0.1', conv_pw: '1', bn2: '2' };

const v2Block = (stage: string, block: string, part: string): string => {
  const place = (V2_BEFORE[Number(stage)] ?? 0) + Number(block);
  return `features.${place + 1}.conv.${(place === 0 ? V2_FIRST : V2_WIDE)[part] ?? part}.`;
};

/** timm's names as torchvision's. */
const MOBILENET_V2: readonly Rule[] = [
  [/^conv_stem\./, 'features.0.0.'],
  [/^bn1\./, 'features.0.1.'],
  [/^blocks\.(\d)\.(\d+)\.(\w+)\./, v2Block],
  [/^conv_head\./, 'features.18.0.'],
  [/^bn2\./, 'features.18.1.'],
  [/^classifier\.(weight|bias)$/, 'classifier.1.$1'],
];

const FAMILIES: readonly Family[] = [
  { ids: /^resne(t|xt)/, rules: RESIDUAL },
  { ids: /^(vit|deit)-/, rules: TRANSFORMER },
  { ids: /^convnext-/, rules: CONVNEXT },
  { ids: /^mobilenet-v2$/, rules: MOBILENET_V2 },
  {
    ids: /^vgg\d+$/,
    // timm makes the first linear layers convolutions
    rules: [
      [/^pre_logits\.fc1\./, 'classifier.0.'],
      [/^pre_logits\.fc2\./, 'classifier.3.'],
      [/^head\.fc\./, 'classifier.6.'],
    ],
  },
  // torchvision's own files are older than its names
  { ids: /^densenet\d+$/, rules: [[/\.(norm|conv)\.([12])\./, '.$1$2.']] },
];

/** Of networks that are trained on several devices, compiled, or part of another module. */
const WRAPPED = ['module.', '_orig_mod.', 'model.'];

/** Without what all of the names begin with. */
export const unwrapped = (names: readonly string[]): ((name: string) => string) => {
  const prefix = WRAPPED.find((begin) => names.length > 0 && names.every((name) => name.startsWith(begin)));
  if (prefix === undefined) return (name) => name;
  const inner = unwrapped(names.map((name) => name.slice(prefix.length)));
  return (name) => inner(name.slice(prefix.length));
};

/** A name as every repository would have it, for the network `id` of the zoo. */
export const commonName = (id: string): ((name: string) => string) => {
  const rules = FAMILIES.find(({ ids }) => ids.test(id))?.rules ?? [];
  return (name) =>
    rules.reduce(
      (now, [from, to]) =>
        typeof to === 'string'
          ? now.replace(from, to)
          : now.replace(from, (_, ...groups) => to(...(groups as string[]))),
      name,
    );
};
