/** Work that is begun before its result is asked for. */

/** Keeps up to `depth` tasks running ahead of whoever takes their results; results come in the order of the tasks. */
export async function* ahead<T>(tasks: Iterable<() => Promise<T>>, depth: number): AsyncGenerator<T> {
  const waiting = tasks[Symbol.iterator]();
  const running: Promise<T>[] = [];
  const fill = () => {
    while (running.length < depth) {
      const { value: begin, done } = waiting.next();
      if (done) return;
      const result = begin();
      // Whoever takes it hears of the failure; one that nobody takes any more is nobody's business.
      result.catch(() => undefined);
      running.push(result);
    }
  };
  fill();
  while (running.length > 0) {
    const result = await running.shift()!;
    fill();
    yield result;
  }
}
