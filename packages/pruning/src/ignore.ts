/**
 * Layers that keep all their channels because somebody says so: by name, or by a pattern in which `*` stands for anything.
 * As in the reference, whatever leaves together with such a layer's channels stays, too; of a group with strata those
 * that do not stand in the layer may leave.
 */
import { TopiaryError } from '@topiary/errors';
import type { Graph, Node } from '@topiary/onnx';
import type { Dependencies, Group, Member, Stratum } from './group.js';
import { layerName } from './names.js';

/** Whether a name is what a pattern says; no regular expression, so that no pattern takes long. */
export const isNamed = (pattern: string, name: string): boolean => {
  const [first, ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop()!;
  if (!name.startsWith(first!) || name.length < first!.length + last.length || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let at = first!.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
};

const readersOf = ({ nodes }: Graph): ReadonlyMap<string, Node> => {
  const readers = new Map<string, Node>();
  for (const node of nodes) {
    for (const input of node.inputs) if (!readers.has(input)) readers.set(input, node);
  }
  return readers;
};

const unknownLayer = (pattern: string, names: ReadonlySet<string>): TopiaryError =>
  new TopiaryError('TOPIARY_PRUNING_UNKNOWN_LAYER', {
    where: 'ignore',
    expected: `a layer of the network: ${[...names].slice(0, 8).join(', ')}${names.size > 8 ? `, … (${names.size})` : ''}`,
    got: pattern,
  });

/** Which strata may not be cut. Throws where a pattern names no layer: a slip of the pen would prune what was to stay. */
export const ignoredStrata = (
  { graph, groups, makers }: Dependencies,
  patterns: readonly string[],
): ((group: Group, stratum: Stratum) => boolean) => {
  if (patterns.length === 0) return () => false;
  const readers = readersOf(graph);
  const named = ({ initializer }: Pick<Member, 'initializer'>) =>
    layerName({ initializer, node: readers.get(initializer)! });
  const layers = new Set([...makers.map(named), ...groups.flatMap(({ members }) => makersIn(members).map(named))]);
  const names = new Set([...layers, ...groups.map(({ id }) => id)]);
  for (const pattern of patterns) {
    if (![...names].some((name) => isNamed(pattern, name))) throw unknownLayer(pattern, names);
  }
  const isIgnored = (name: string) => patterns.some((pattern) => isNamed(pattern, name));
  // a group is called after a layer, or, where it is none (heads), by a name that means all of it
  return ({ id, members }, stratum) =>
    (!layers.has(id) && isIgnored(id)) ||
    makersIn(stratum.members.map((m) => members[m]!)).some((member) => isIgnored(named(member)));
};

const makersIn = (members: readonly Member[]): Member[] => members.filter(({ role }) => role === 'out');
