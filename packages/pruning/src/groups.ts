/** Groups: the channels that must leave together, found from the operators' own channel rules. */
import { type Graph, type Node, placeOf, type TensorType } from '@topiary/onnx';
import { byRule, opOf, type PublishedAs, type Role } from '@topiary/ops';
import { type Analysis, analyse, type Maker } from './context.js';
import { type Atom, type Dimension, isWholeFixed, leavesOf } from './dimension.js';
import type { Dependencies, FixedLayer, Group, GroupKind, Member, MemberRole } from './group.js';
import { nameGroups } from './names.js';
import { type Occurrence, occurrencesOf } from './positions.js';

export interface GroupOptions {
  /** Also offer outer factors (attention heads, groups of grouped convolutions) as groups of their own. */
  readonly heads?: boolean;
  /** How the published counter sees a node, where it is not by the operator's rule; a zoo model tells. */
  readonly published?: PublishedAs;
}

export const findGroups = (graph: Graph, { heads = false, published = byRule }: GroupOptions = {}): Dependencies => {
  const analysis = analyse(graph);
  const kinds = classify(analysis.makers);
  const kindOf = (atom: Atom): GroupKind => kinds.get(atom)!;
  const families = joinFamilies(analysis.makers, kinds).filter(([atom]) => heads || kindOf(atom!) === 'channel');
  const names = nameGroups(families, analysis.makers, kindOf);
  const outlines = families.map((atoms, g) => ({ id: names[g]!, kind: kindOf(atoms[0]!), atoms }));
  return assemble(graph, analysis, outlines, new Set(kinds.keys()), published);
};

/** A group before its members are known. */
export interface Outline {
  readonly id: string;
  readonly kind: GroupKind;
  readonly atoms: readonly Atom[];
}

/** Finds the members of each group; `prunable` also holds the atoms (heads) that no group offers. */
export const assemble = (
  graph: Graph,
  analysis: Analysis,
  outlines: readonly Outline[],
  prunable: ReadonlySet<Atom>,
  published: PublishedAs,
): Dependencies => {
  const { types, dims, makers } = analysis;
  const atoms = outlines.map((outline) => layOut(outline.atoms));
  const members = findMembers(graph, types, dims, atoms, (atom) => prunable.has(atom));
  const groups = outlines.map(({ id, kind }, g): Group => {
    const channels = atoms[g]!.reduce((n, { atom }) => n + atom.size, 0);
    const own = members[g]!;
    return { id, kind, channels, members: own, ...stratify(atoms[g]!, own, channels), atoms: atoms[g]! };
  });
  return { graph, types, dims, makers, prunable, groups, fixed: fixedLayers(makers), published };
};

/** The innermost factor that is not fixed makes channels, outer ones are heads; the first maker decides. */
const classify = (makers: readonly Maker[]): Map<Atom, GroupKind> => {
  const kinds = new Map<Atom, GroupKind>();
  const visit = (e: Dimension, kind: GroupKind): void => {
    if (e.kind === 'atom') {
      if (e.fixed === null && !kinds.has(e)) kinds.set(e, kind);
    } else if (e.kind === 'sum') {
      for (const part of e.parts) visit(part, kind);
    } else {
      const inner = e.factors.findLastIndex((factor) => !isWholeFixed(factor));
      e.factors.forEach((factor, i) => {
        visit(factor, i === inner ? kind : 'head');
      });
    }
  };
  for (const { dimension } of makers) visit(dimension, 'channel');
  return kinds;
};

/** Atoms that one weight makes side by side belong together; atoms that only meet in a Concat do not. */
const joinFamilies = (makers: readonly Maker[], kinds: ReadonlyMap<Atom, GroupKind>): Atom[][] => {
  const parent = new Map<Atom, Atom>();
  const find = (atom: Atom): Atom => {
    const up = parent.get(atom) ?? atom;
    if (up === atom) return atom;
    const root = find(up);
    parent.set(atom, root);
    return root;
  };
  for (const { dimension } of makers) {
    const first: Partial<Record<GroupKind, Atom>> = {};
    for (const atom of leavesOf(dimension)) {
      const kind = kinds.get(atom);
      if (!kind) continue;
      const other = first[kind];
      if (other) parent.set(find(atom), find(other));
      else first[kind] = atom;
    }
  }
  const families = new Map<Atom, Atom[]>();
  for (const atom of kinds.keys()) {
    const root = find(atom);
    const family = families.get(root);
    if (family) family.push(atom);
    else families.set(root, [atom]);
  }
  return [...families.values()];
};

const layOut = (family: readonly Atom[]): Group['atoms'] => {
  let start = 0;
  return family.map((atom) => {
    const at = start;
    start += atom.size;
    return { atom, start: at };
  });
};

interface Place {
  readonly group: number;
  readonly start: number;
}
interface Use {
  readonly initializer: string;
  readonly node: Node;
  readonly role: Role | null;
}

/** Each initialiser once, in the order of the nodes, with the first role that a reader gives it. */
const usesOf = (graph: Graph, types: ReadonlyMap<string, TensorType>): readonly Use[] => {
  const uses = new Map<string, Use>();
  for (const node of graph.nodes) {
    if (!node.inputs.some((input) => graph.initializers.has(input))) continue;
    const roles = opOf(node).roles(
      node,
      node.inputs.map((input) => types.get(input) ?? null),
    );
    node.inputs.forEach((initializer, i) => {
      const role = roles[i] ?? null;
      if (graph.initializers.has(initializer) && (!uses.has(initializer) || (role && !uses.get(initializer)!.role))) {
        uses.set(initializer, { initializer, node, role });
      }
    });
  }
  return [...uses.values()];
};

const findMembers = (
  graph: Graph,
  types: ReadonlyMap<string, TensorType>,
  dims: ReadonlyMap<string, readonly Dimension[]>,
  groups: readonly Group['atoms'][],
  isPrunable: (atom: Atom) => boolean,
): Member[][] => {
  const places = new Map<Atom, Place>();
  groups.forEach((atoms, group) => {
    for (const { atom, start } of atoms) places.set(atom, { group, start });
  });
  const sizes = groups.map((atoms) => atoms.reduce((n, { atom }) => n + atom.size, 0));
  // many initialisers share a dimension: their rows are found once
  const known = new Map<Dimension, readonly Row[]>();
  const rowsOf = (dim: Dimension): readonly Row[] => {
    const rows = known.get(dim) ?? findRows(occurrencesOf(dim, isPrunable), places, sizes);
    known.set(dim, rows);
    return rows;
  };
  const members: Member[][] = groups.map(() => []);
  for (const { initializer, node, role } of usesOf(graph, types)) {
    dims.get(initializer)!.forEach((dim, axis) => {
      for (const { group, ...row } of rowsOf(dim)) {
        members[group]!.push({
          initializer,
          axis,
          role: roleOn(role, axis),
          op: node.op,
          node: placeOf(node),
          ...row,
        });
      }
    });
  }
  return members;
};

interface Row extends Pick<Member, 'offsets' | 'positions' | 'divisor'> {
  readonly group: number;
}

/** The occurrences of one dimension by group and divisor. */
const findRows = (
  occurrences: readonly Occurrence[],
  places: ReadonlyMap<Atom, Place>,
  sizes: readonly number[],
): readonly Row[] => {
  const byRow = new Map<string, { place: Place; occurrence: Occurrence }[]>();
  for (const occurrence of occurrences) {
    const place = places.get(occurrence.atom);
    if (!place) continue;
    const key = `${place.group}/${occurrence.divisor}`;
    byRow.set(key, [...(byRow.get(key) ?? []), { place, occurrence }]);
  }
  return [...byRow.values()].map((list) => {
    const { group } = list[0]!.place;
    return { group, divisor: list[0]!.occurrence.divisor, ...compress(list, sizes[group]!) };
  });
};

const roleOn = (role: Role | null, axis: number): MemberRole => {
  if (role?.role !== 'weight') return role?.role ?? 'parameter';
  if (axis === role.out) return 'out';
  return axis === role.in ? 'in' : 'parameter';
};

/** Occurrences as compressed rows, one per channel of the group. */
const compress = (
  list: readonly { place: Place; occurrence: Occurrence }[],
  channels: number,
): Pick<Member, 'offsets' | 'positions'> => {
  const offsets = new Int32Array(channels + 1);
  for (const { place, occurrence } of list) {
    for (let i = 0; i < occurrence.atom.size; i += 1) offsets[place.start + i + 1]! += occurrence.repeats;
  }
  for (let k = 0; k < channels; k += 1) offsets[k + 1]! += offsets[k]!;
  const next = offsets.slice(0, channels);
  const positions = new Int32Array(offsets[channels]!);
  for (const { place, occurrence } of list) {
    const { repeats } = occurrence;
    for (let i = 0; i < occurrence.atom.size; i += 1) {
      let at = next[place.start + i]!;
      for (let r = 0; r < repeats; r += 1) positions[at++] = occurrence.positions[i * repeats + r]!;
      next[place.start + i] = at;
    }
  }
  return { offsets, positions };
};

const stratify = (
  atoms: Group['atoms'],
  members: readonly Member[],
  channels: number,
): Pick<Group, 'strata' | 'present'> => {
  const present = new Int32Array(channels);
  const strata = new Map<string, { atoms: Group['atoms'][number][]; members: number[] }>();
  for (const place of atoms) {
    const { atom, start } = place;
    // all channels of an atom stand in the same members
    const own = members.flatMap(({ offsets }, m) => (offsets[start + 1]! > offsets[start]! ? [m] : []));
    present.fill(own.length, start, start + atom.size);
    const stratum = strata.get(own.join());
    if (stratum) stratum.atoms.push(place);
    else strata.set(own.join(), { atoms: [place], members: own });
  }
  const channelsOf = (list: Group['atoms']) => {
    const out = new Int32Array(list.reduce((n, { atom }) => n + atom.size, 0));
    let at = 0;
    for (const { atom, start } of list) for (let i = 0; i < atom.size; i += 1) out[at++] = start + i;
    return out;
  };
  return {
    present,
    strata: [...strata.values()].map((s) => ({ channels: channelsOf(s.atoms), members: s.members })),
  };
};

const fixedLayers = (makers: readonly Maker[]): FixedLayer[] =>
  makers.flatMap(({ initializer, dimension }) => {
    const channels = fixedPositions(dimension);
    const reason = leavesOf(dimension).find(({ fixed }) => fixed !== null)?.fixed;
    return channels > 0 && reason ? [{ initializer, channels, of: dimension.size, reason }] : [];
  });

/** Positions that no atom can take away: all their factors are fixed. */
const fixedPositions = (e: Dimension): number => {
  if (e.kind === 'atom') return e.fixed === null ? 0 : e.size;
  if (e.kind === 'sum') return e.parts.reduce((n, part) => n + fixedPositions(part), 0);
  return e.factors.reduce((n, factor) => n * fixedPositions(factor), 1);
};
