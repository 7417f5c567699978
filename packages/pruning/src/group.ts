/** What a prunable group is: its channels, and where each one stands in the initialisers. */
import type { Graph, TensorType } from '@topiary/onnx';
import type { PublishedAs, Role } from '@topiary/ops';
import type { Maker } from './context.js';
import type { Atom, Dimension } from './dimension.js';

/** `out` makes the channels, `in` reads them; the rest follows `Role` of ops. */
export type MemberRole = 'out' | 'in' | Exclude<Role['role'], 'weight'>;

/** One axis of one initialiser that loses positions when the group loses channels. */
export interface Member {
  readonly initializer: string;
  readonly axis: number;
  readonly role: MemberRole;
  /** Operator and place of the node that reads the initialiser. */
  readonly op: string;
  readonly node: string;
  /** Positions of channel k along the axis: `positions[offsets[k] … offsets[k+1])`; none = not in this member. */
  readonly offsets: Int32Array;
  readonly positions: Int32Array;
  /** A channel's score is the sum over its positions over this: the repeats that come from heads or conv groups. */
  readonly divisor: number;
}

/** Channels with the same set of members. */
export interface Stratum {
  readonly channels: Int32Array;
  /** Indices into the group's members. */
  readonly members: readonly number[];
}

export type GroupKind = 'channel' | 'head';

export interface Group {
  /** The name of the first layer that makes these channels. */
  readonly id: string;
  readonly kind: GroupKind;
  /** Number of channels. */
  readonly channels: number;
  /** In the order of the nodes; the first one makes channels. */
  readonly members: readonly Member[];
  readonly strata: readonly Stratum[];
  /** Number of members that each channel has. */
  readonly present: Int32Array;
  /** The atoms behind the channels: atom i holds the channels from `start` on. */
  readonly atoms: readonly { readonly atom: Atom; readonly start: number }[];
}

/** A layer with channels of its own that never leave, how many, and why. */
export interface FixedLayer {
  readonly initializer: string;
  readonly channels: number;
  readonly of: number;
  readonly reason: string;
}

export interface Dependencies {
  readonly graph: Graph;
  readonly types: ReadonlyMap<string, TensorType>;
  readonly dims: ReadonlyMap<string, readonly Dimension[]>;
  readonly makers: readonly Maker[];
  /** Atoms that could lose channels, heads included. */
  readonly prunable: ReadonlySet<Atom>;
  readonly groups: readonly Group[];
  readonly fixed: readonly FixedLayer[];
  /** How the published counter sees a node. */
  readonly published: PublishedAs;
}
