/** The study of solvers as one SVG: of each network on the left what the cut keeps, on the right what training makes of it. */
import { FAMILIES } from '../suite/families.js';
import { bandOf, cutsOf, ESTIMATES, meanOf, type StudyRun, TRAINED, trainedOf } from './solver-report.js';

const PANEL = { width: 330, height: 190, left: 44, right: 96, top: 34, bottom: 40 };
/** Readable on white and on black, told apart by eyes that mix up red and green. */
const COLOURS = ['#3b7dd8', '#d9822b', '#8f5bb5'];
const INK = '#6e7781';

type Scale = (value: number) => number;

const along = (values: readonly number[]): Scale => {
  const step = (PANEL.width - PANEL.left - PANEL.right) / Math.max(1, values.length - 1);
  return (value) => PANEL.left + values.indexOf(value) * step;
};

const up = (low: number, high: number): Scale => {
  const height = PANEL.height - PANEL.top - PANEL.bottom;
  return (value) => PANEL.top + height * (1 - (value - low) / (high - low));
};

const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${words}</text>`;

const axes = (
  title: string,
  x: Scale,
  xs: readonly number[],
  y: Scale,
  ys: readonly number[],
  unit: string,
): string => {
  const [from, to] = [PANEL.left, PANEL.width - PANEL.right];
  const lines = ys.map(
    (value) =>
      `<path d="M${from} ${y(value).toFixed(1)}H${to}" stroke="${INK}" stroke-opacity=".3"/>${text(from - 6, y(value) + 4, `${value}${unit}`, 'text-anchor="end"')}`,
  );
  const ticks = xs.map((value) =>
    text(x(value), PANEL.height - PANEL.bottom + 18, String(value), 'text-anchor="middle"'),
  );
  return [text(from, 18, title, 'font-weight="600"'), ...lines, ...ticks].join('');
};

const path = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

/** Labels at the ends of lines, pushed apart so that none covers another. */
const labels = (ends: readonly { readonly y: number; readonly words: string; readonly colour: string }[]): string => {
  let last = Number.NEGATIVE_INFINITY;
  return [...ends]
    .sort((a, b) => a.y - b.y)
    .map(({ y, words, colour }) => {
      last = Math.max(y + 4, last + 13);
      return text(PANEL.width - PANEL.right + 8, last, words, `fill="${colour}"`);
    })
    .join('');
};

const keptPanel = (runs: readonly StudyRun[], network: string): string => {
  const cuts = cutsOf(runs, network);
  const [x, y] = [along(ESTIMATES), up(0, 100)];
  const bands = FAMILIES.map((family, i) => ({ family, colour: COLOURS[i]!, band: bandOf(cuts, family) }));
  const drawn = bands.map(({ colour, band }) => {
    const upper = band.map(({ estimates, most }) => [x(estimates), y(100 * most)] as const);
    const lower = band.map(({ estimates, least }) => [x(estimates), y(100 * least)] as const).toReversed();
    const middle = band.map(({ estimates, median }) => [x(estimates), y(100 * median)] as const);
    return `<path d="${path([...upper, ...lower])}Z" fill="${colour}" fill-opacity=".12"/><path d="${path(middle)}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  });
  const ends = bands.flatMap(({ family, colour, band }) =>
    band.length === 0 ? [] : [{ y: y(100 * band.at(-1)!.median), words: family, colour }],
  );
  return axes(`${network}: same channels leave`, x, ESTIMATES, y, [0, 50, 100], ' %') + drawn.join('') + labels(ends);
};

const trainedPanel = (runs: readonly StudyRun[], network: string): string => {
  const rows = TRAINED.criteria.map((criterion, i) => ({
    criterion,
    colour: COLOURS[i]!,
    seeds: TRAINED.estimates.map((estimates) => trainedOf(runs, network, criterion, estimates)),
  }));
  const all = rows.flatMap(({ seeds }) => seeds.flat().map(({ finetuned }) => finetuned));
  if (all.length === 0) return '';
  const [low, high] = [Math.floor((Math.min(...all) - 1) / 5) * 5, Math.ceil((Math.max(...all) + 1) / 5) * 5];
  const [x, y] = [along(TRAINED.estimates), up(low, high)];
  const drawn = rows.map(({ colour, seeds }) => {
    const dots = seeds.flatMap((found, i) =>
      found.map(
        ({ finetuned }) =>
          `<circle cx="${x(TRAINED.estimates[i]!).toFixed(1)}" cy="${y(finetuned).toFixed(1)}" r="3" fill="${colour}" fill-opacity=".6"/>`,
      ),
    );
    const line = seeds.flatMap((found, i) =>
      found.length === 0 ? [] : [[x(TRAINED.estimates[i]!), y(meanOf(found.map((one) => one.finetuned)))] as const],
    );
    return `<path d="${path(line)}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
  });
  const ends = rows.flatMap(({ criterion, colour, seeds }) => {
    const last = seeds.findLast((found) => found.length > 0);
    return last ? [{ y: y(meanOf(last.map((one) => one.finetuned))), words: criterion, colour }] : [];
  });
  const steps = [low, (low + high) / 2, high];
  return (
    axes(`${network}: top-1 after fine-tuning`, x, TRAINED.estimates, y, steps, ' %') + drawn.join('') + labels(ends)
  );
};

/** Height and width grow with the networks; one title for readers who do not see it. */
export const studyPicture = (runs: readonly StudyRun[], networks: readonly string[]): string => {
  const height = PANEL.height * networks.length;
  const panels = networks.flatMap((network, row) =>
    [keptPanel(runs, network), trainedPanel(runs, network)].map(
      (panel, column) => `<g transform="translate(${column * PANEL.width} ${row * PANEL.height})">${panel}</g>`,
    ),
  );
  const foot = text(
    PANEL.left,
    height + 6,
    'Estimates on the way to 2x. Left: median and range over the criteria of a family; right: a dot a seed.',
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * PANEL.width} ${height + 16}" font-family="system-ui, sans-serif" font-size="11" fill="${INK}" role="img"><title>How often criteria are estimated on the way to 2x: what leaves, and what it costs</title>${panels.join('')}${foot}</svg>\n`;
};
