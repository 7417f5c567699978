/** Hands out each name once, in time that does not grow with the number of equal wishes. */
export class Names {
  readonly #taken: Set<string>;
  readonly #next = new Map<string, number>();

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** The wanted name, or one with a number: before the last part if `inner` (`conv_1.weight`), else at the end. */
  claim(wanted: string, inner = false): string {
    if (!this.#taken.has(wanted)) {
      this.#taken.add(wanted);
      return wanted;
    }
    const dot = inner ? wanted.lastIndexOf('.') : -1;
    const [stem, end] = dot < 0 ? [wanted, ''] : [wanted.slice(0, dot), wanted.slice(dot)];
    let n = this.#next.get(wanted) ?? 1;
    while (this.#taken.has(`${stem}_${n}${end}`)) n += 1;
    this.#next.set(wanted, n + 1);
    this.#taken.add(`${stem}_${n}${end}`);
    return `${stem}_${n}${end}`;
  }
}
