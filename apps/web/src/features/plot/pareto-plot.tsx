/** Accuracy against compute: points with intervals, the Pareto front, the random bar, and a selection shared with the table. */
import { axisX, axisY, dot, gridY, line, type Markish, plot, ruleX, text } from '@observablehq/plot';
import { useCallback, useEffect, useRef } from 'react';
import { formatFixed, NARROW_SPACE } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import type { ParetoData, ParetoPoint } from './pareto-data.js';
import { PlotFigure } from './plot-figure.js';

export interface ParetoPlotProps {
  readonly data: ParetoData;
  readonly height: number;
  readonly label: string;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
  readonly onOpen: (id: string) => void;
}

/** Shapes by provenance, as in `components/marks.tsx`. */
const SYMBOLS = { measured: 'circle', reproduced: 'diamond', shipped: 'square', reported: 'triangle' } as const;

/** Compute on a logarithmic axis: halving it is one step, whatever is left. */
const x = ({ cost }: { readonly cost: number }): number => Math.log2(cost);

const xTicks = ({ ticks, unit }: ParetoData): Markish =>
  axisX(ticks.map(x), {
    tickSize: 4,
    lineHeight: 1.2,
    tickFormat: (_: number, i: number) => {
      const { label, cost } = ticks[i]!;
      return `${label}\n${formatFixed(cost / unit.divisor, unit.digits)}${NARROW_SPACE}${unit.unit}`;
    },
    label: t('plot.cost'),
    labelAnchor: 'right',
    labelArrow: 'none',
    labelOffset: 46,
  });

const shape = { x, y: 'value' } as const;

/** Labels stand to the upper left of their points, where a front that rises to the right leaves room. */
const textMarks = ({ points, random, base }: ParetoData): Markish[] => {
  const dearest = random[random.length - 1];
  const above = { ...shape, lineAnchor: 'bottom', dy: -8 } as const;
  return [
    ...(base ? [text([base], { ...above, className: 'base-label', text: () => t('plot.base') })] : []),
    ...(dearest
      ? [
          text([dearest], {
            ...shape,
            className: 'random-label',
            text: () => t('plot.random'),
            textAnchor: 'start',
            lineAnchor: 'top',
            dx: 7,
            dy: 5,
          }),
        ]
      : []),
    text([...points], { ...above, className: 'labels', text: 'label', textAnchor: 'end', dx: 5 }),
  ];
};

const FIGURE_WIDTH = 6.2;

/** Room for the labels of the cheapest points, which stand to the left of them. */
const leftRoom = ({ points }: ParetoData, width: number): number => {
  const cheapest = Math.min(...points.map(({ cost }) => cost));
  const longest = points.reduce(
    (most, { cost, onFront, label }) => (cost < 1.3 * cheapest && onFront ? Math.max(most, label.length) : most),
    0,
  );
  return Math.min(longest * FIGURE_WIDTH, width / 4);
};

/** From the lowest interval to the highest, and never so narrow that the axis would be all digits. */
const valueDomain = ({ points, random, base }: ParetoData): [number, number] => {
  const values = [
    ...points.flatMap(({ low, high }) => [low, high]),
    ...random.map(({ value }) => value),
    ...(base ? [base.value] : []),
  ];
  if (values.length === 0) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const least = 0.04 * Math.max(Math.abs(high), Math.abs(low));
  return high - low >= least ? [low, high] : [high - 3 * least, high];
};

const draw = (data: ParetoData, width: number, height: number) => {
  const { metric, points, front, random, base } = data;
  const ticks = 5;
  return plot({
    width,
    height,
    marginLeft: 32,
    marginRight: 24,
    marginTop: 30,
    marginBottom: 54,
    x: { insetLeft: leftRoom(data, width), insetRight: 6 },
    y: { domain: valueDomain(data), nice: true, inset: 6, ...(metric.direction === 'lower' ? { reverse: true } : {}) },
    symbol: { domain: Object.keys(SYMBOLS), range: Object.values(SYMBOLS) },
    marks: [
      gridY({ className: 'grid', ticks }),
      xTicks(data),
      axisY({
        tickSize: 0,
        ticks,
        label: `${metric.title}${metric.unit ? `, ${metric.unit}` : ''}`,
        labelArrow: 'none',
      }),
      line([...random], { ...shape, className: 'random-line' }),
      line([...front], { ...shape, className: 'front-line' }),
      ruleX([...points], { x, y1: 'low', y2: 'high', className: 'intervals' }),
      ...(base ? [dot([base], { ...shape, r: 4.5, className: 'base' })] : []),
      dot([...points], { ...shape, symbol: 'provenance', r: 4.5, className: 'points', sort: null }),
      ...textMarks(data),
    ],
  });
};

/** The n-th drawn child of a mark belongs to the datum that d3 left on it: its index. */
const childrenOf = (drawing: Element, className: string): { node: SVGElement; index: number }[] =>
  [...drawing.querySelectorAll<SVGElement>(`.${className} > *`)].map((node, i) => {
    const { __data__: index } = node as SVGElement & { __data__?: number };
    return { node, index: index ?? i };
  });

const classes = (point: ParetoPoint): string[] => [
  ...(point.onFront ? ['is-front'] : []),
  ...(point.inTarget ? [] : ['is-dim']),
  ...(point.provenance === 'reported' ? ['is-hollow'] : []),
];

const markActive = (box: Element, active: string | null): void => {
  box.classList.toggle('has-active', active !== null);
  for (const node of box.querySelectorAll('.is-active')) node.classList.remove('is-active');
  if (active === null) return;
  for (const node of box.querySelectorAll(`[data-id="${CSS.escape(active)}"]`)) {
    node.classList.add('is-active');
    // The last child is painted on top. A dot stays where it is: moved, it would lose the focus.
    if (!node.hasAttribute('tabindex')) node.parentNode?.appendChild(node);
  }
};

/** Names every drawn point after its row, and ties pointer, focus and keys to the selection. Returns what unties them. */
const link = (
  drawing: Element,
  points: readonly ParetoPoint[],
  onActive: ParetoPlotProps['onActive'],
  onOpen: ParetoPlotProps['onOpen'],
): (() => void) => {
  const controller = new AbortController();
  const { signal } = controller;
  for (const className of ['points', 'labels', 'intervals']) {
    for (const { node, index } of childrenOf(drawing, className)) {
      const point = points[index];
      if (!point) continue;
      node.dataset['id'] = point.id;
      node.classList.add(...classes(point));
    }
  }
  const dots = childrenOf(drawing, 'points');
  dots.forEach(({ node, index }, position) => {
    const point = points[index]!;
    node.setAttribute('tabindex', position === 0 ? '0' : '-1');
    node.setAttribute('role', 'link');
    node.setAttribute('aria-label', point.text);
    for (const type of ['pointerenter', 'focus']) node.addEventListener(type, () => onActive(point.id), { signal });
    for (const type of ['pointerleave', 'blur']) node.addEventListener(type, () => onActive(null), { signal });
    node.addEventListener('click', () => onOpen(point.id), { signal });
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter') return onOpen(point.id);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      dots[(position + step + dots.length) % dots.length]?.node.focus();
    };
    node.addEventListener('keydown', onKey, { signal });
  });
  return () => controller.abort();
};

export default function ParetoPlot({ data, height, label, active, onActive, onOpen }: ParetoPlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const current = useRef(active);
  current.current = active;

  const paint = useCallback((width: number) => draw(data, width, height), [data, height]);

  const onDrawn = useCallback(
    (drawing: Element) => {
      drawing.setAttribute('role', 'group');
      drawing.setAttribute('aria-label', label);
      const unlink = link(drawing, data.points, onActive, onOpen);
      markActive(drawing, current.current);
      return unlink;
    },
    [data, label, onActive, onOpen],
  );

  useEffect(() => {
    const drawing = box.current?.querySelector('svg');
    if (drawing) markActive(drawing, active);
  }, [active]);

  return (
    <div ref={box}>
      <PlotFigure draw={paint} height={height} onDrawn={onDrawn} />
    </div>
  );
}
