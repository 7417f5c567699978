/** Readable names: a group is called after the first layer that makes its channels. */
import type { Maker } from './context.js';
import { type Atom, leavesOf } from './dimension.js';
import type { GroupKind } from './group.js';

/** `layer1.0.conv1` from the weight's name, or from the node's where the exporter numbered the weight. */
export const layerName = ({ initializer, node }: Pick<Maker, 'initializer' | 'node'>): string => {
  const generated = /^(onnx::|_v_|val_)|^\d+$/.test(initializer);
  if (!generated) return initializer.replace(/[._/](weight|kernel)$/, '');
  const parts = (node.name || node.outputs[0] || initializer).split('/').filter((part) => part !== '');
  return (parts.length > 1 ? parts.slice(0, -1) : parts).at(-1)!;
};

export const nameGroups = (
  families: readonly (readonly Atom[])[],
  makers: readonly Maker[],
  kindOf: (atom: Atom) => GroupKind,
): string[] => {
  const firstMaker = new Map<Atom, Maker>();
  for (const maker of makers) {
    for (const atom of leavesOf(maker.dimension)) if (!firstMaker.has(atom)) firstMaker.set(atom, maker);
  }
  const taken = new Set<string>();
  return families.map(([atom]) => {
    const base = layerName(firstMaker.get(atom!)!) + (kindOf(atom!) === 'head' ? '.heads' : '');
    let name = base;
    for (let n = 2; taken.has(name); n += 1) name = `${base}#${n}`;
    taken.add(name);
    return name;
  });
};
