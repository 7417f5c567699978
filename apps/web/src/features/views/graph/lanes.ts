/** Where the lines of a network run beside its list of nodes: each value that is still needed keeps a lane until its last use. */

export interface Placed {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface Line {
  readonly lane: number;
  /** Row in which the value is made, and the last in which it is needed. */
  readonly from: number;
  readonly to: number;
}

export interface Lanes {
  /** One line for each value that somebody needs. */
  readonly lines: readonly Line[];
  /** By row: the lane of its node, and those that lead into it. */
  readonly rows: readonly { readonly lane: number; readonly into: readonly number[] }[];
  readonly width: number;
}

/** Rows in order; a row's node takes the lane of its first input that ends there, so that a plain chain is one line. */
export const lanesOf = (rows: readonly Placed[]): Lanes => {
  const last = new Map<string, number>();
  rows.forEach(({ inputs }, row) => {
    for (const value of inputs) last.set(value, row);
  });
  const lines: Line[] = [];
  const laneOf = new Map<string, number>();
  const busy: (string | null)[] = [];
  const free = (): number => {
    const found = busy.indexOf(null);
    return found < 0 ? busy.length : found;
  };
  const placed = rows.map(({ inputs, outputs }, row) => {
    const into = inputs.flatMap((value) => laneOf.get(value) ?? []);
    for (const value of new Set(inputs)) {
      const lane = laneOf.get(value);
      if (lane !== undefined && last.get(value) === row) busy[lane] = null;
    }
    const ending = inputs.find((value) => last.get(value) === row && laneOf.has(value));
    const lane = ending === undefined ? free() : laneOf.get(ending)!;
    for (const value of outputs) {
      const to = last.get(value);
      if (to === undefined) continue;
      const own = busy[lane] == null ? lane : free();
      busy[own] = value;
      laneOf.set(value, own);
      lines.push({ lane: own, from: row, to });
    }
    return { lane, into };
  });
  return { lines, rows: placed, width: Math.max(1, busy.length) };
};
