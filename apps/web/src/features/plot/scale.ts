/**
 * From numbers to places on a plot. A plot of a leaderboard needs no more than these two scales; the libraries that
 * have them bring colours, dates and formats along, which would weigh as much as the rest of the page.
 */
import { nice, ticks } from 'd3-array';

export interface Scale {
  (value: number): number;
  /** Round numbers inside of the domain, about as many as asked for. */
  readonly ticks: (count: number) => readonly number[];
}

type Two = readonly [number, number];

const between =
  ([from, to]: Two, [start, end]: Two) =>
  (value: number): number =>
    to === from ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start);

export const linearScale = (domain: Two, range: Two): Scale =>
  Object.assign(between(domain, range), { ticks: (count: number) => ticks(domain[0], domain[1], count) });

/** The domain widened to round numbers. */
export const niceDomain = ([from, to]: Two, count: number): Two => {
  const [a, b] = nice(from, to, count);
  return [a, b];
};

/** Every doubling is one step; marks are at 1, 2 and 5 times powers of ten. */
export const logScale = (domain: Two, range: Two): Scale => {
  const [from, to] = domain.map(Math.log2) as [number, number];
  const place = between([from, to], range);
  const marks = () => {
    const powers = Array.from(
      { length: Math.ceil(Math.log10(domain[1] / domain[0])) + 2 },
      (_, i) => 10 ** (Math.floor(Math.log10(domain[0])) + i),
    );
    return powers
      .flatMap((power) => [power, 2 * power, 5 * power])
      .filter((value) => value >= domain[0] && value <= domain[1]);
  };
  return Object.assign((value: number) => place(Math.log2(value)), {
    ticks: (count: number) => {
      const all = marks();
      // Within one or two marks a logarithm is nearly straight: round numbers in even steps then tell more.
      if (all.length < 3) return ticks(domain[0], domain[1], count);
      const every = Math.ceil(all.length / count);
      return all.filter((_, i) => i % every === 0);
    },
  });
};
