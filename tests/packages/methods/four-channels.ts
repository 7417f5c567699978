/** A group of four channels, small enough for pencil and paper: a convolution, its BatchNorm and the next convolution. */
import type { GroupView, MemberView } from '@topiary/methods';

export interface Given {
  readonly initializer: string;
  readonly role: MemberView['role'];
  readonly op?: string;
  readonly axis: number;
  readonly dims: readonly number[];
  readonly data: readonly number[];
  /** Places of each channel along the axis (default: channel k at place k). */
  readonly places?: readonly (readonly number[])[];
  readonly divisor?: number;
}

export const member = ({
  op = 'Conv',
  data,
  places = [[0], [1], [2], [3]],
  divisor = 1,
  ...given
}: Given): MemberView => {
  const offsets = [0];
  for (const list of places) offsets.push(offsets.at(-1)! + list.length);
  return {
    ...given,
    op,
    divisor,
    data: Float32Array.from(data),
    offsets: Int32Array.from(offsets),
    positions: Int32Array.from(places.flat()),
  };
};

// out rows: (1, −2) (3, 0) (½, ½) (−1, 1)
export const conv1 = member({
  initializer: 'conv1.weight',
  role: 'out',
  axis: 0,
  dims: [4, 2, 1, 1],
  data: [1, -2, 3, 0, 0.5, 0.5, -1, 1],
});
export const gamma = member({
  initializer: 'bn1.weight',
  role: 'scale',
  op: 'BatchNormalization',
  axis: 0,
  dims: [4],
  data: [0.5, -1, 2, 1],
});
export const beta = member({
  initializer: 'bn1.bias',
  role: 'shift',
  op: 'BatchNormalization',
  axis: 0,
  dims: [4],
  data: [3, 0, 0, -3],
});
// in columns: (1, −1) (0, 2) (2, 0) (−1, 1)
export const conv2 = member({
  initializer: 'conv2.weight',
  role: 'in',
  axis: 1,
  dims: [2, 4, 1, 1],
  data: [1, 0, 2, -1, -1, 2, 0, 1],
});

export const group = (...members: readonly MemberView[]): GroupView => ({ id: 'conv1', channels: 4, members });

export const FOUR = group(conv1, gamma, beta, conv2);

/** The same group with every weight of one member multiplied. */
export const scaled = (view: GroupView, by: number, only?: string): GroupView => ({
  ...view,
  members: view.members.map((m) =>
    only === undefined || m.initializer === only ? { ...m, data: m.data.map((w) => w * by) } : m,
  ),
});
