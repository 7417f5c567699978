/** Value against cost: points with intervals, the Pareto front, the random bar, and a selection shared with the table. */
import type { Provenance } from '@topiary/contracts';
import { type KeyboardEvent, type ReactNode, useMemo } from 'react';
import { t } from '../../lib/i18n.js';
import { useWidth } from '../../lib/use-width.js';
import type { PlotAxis, Tick } from './axes.js';
import { valueDomain } from './crop.js';
import { FIGURE_WIDTH, labelled, type Side } from './labels.js';
import type { ParetoData, ParetoPoint } from './pareto-data.js';
import { linearScale, logScale, niceDomain, type Scale } from './scale.js';

export interface ParetoPlotProps {
  readonly data: ParetoData;
  readonly height: number;
  /** Nothing is cut off, however far out it is. */
  readonly whole?: boolean;
  readonly label: string;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
  readonly onOpen: (id: string) => void;
}

/** Around the origin, of equal area; the same shapes as in `components/marks.tsx`. */
const SHAPES: Record<Provenance, string> = {
  measured: 'M0-4.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9z',
  shipped: 'M-4-4h8v8h-8z',
  reported: 'M0-5.6L5.2 3.6H-5.2z',
};

/** A point beyond the edge, which is that of the worse values, at the bottom: an arrow that points to where it is. */
const BEYOND = 'M-5-7h10L0 1z';

const MARGIN = { left: 40, right: 24, top: 30, bottom: 58 };
const TICKS = 5;

/** Room for the labels of the cheapest points, which stand to the left of them. */
const leftRoom = ({ points }: ParetoData, width: number): number => {
  const cheapest = Math.min(...points.map(({ cost }) => cost));
  const longest = points.reduce(
    (most, { cost, onFront, label }) => (cost < 1.3 * cheapest && onFront ? Math.max(most, label.length) : most),
    0,
  );
  return Math.min(longest * FIGURE_WIDTH, width / 4);
};

/** Costs that are all but equal still need some room. */
const LEAST_RATIO = 1.12;

const costDomain = ({ points, base, x }: ParetoData): [number, number] => {
  const own = points.map(({ cost }) => cost);
  const values = base ? [...own, base.cost, ...(x.ticks ?? []).map(({ at }) => at)] : own;
  if (values.length === 0) return [0.1, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high >= LEAST_RATIO * low) return [low, high];
  const middle = Math.sqrt(low * high);
  return [middle / Math.sqrt(LEAST_RATIO), middle * Math.sqrt(LEAST_RATIO)];
};

interface Frame {
  /** Least and greatest value that are drawn where they are. */
  readonly values: readonly [number, number];
  readonly width: number;
  readonly height: number;
  readonly x: (cost: number) => number;
  readonly y: (value: number) => number;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
}

/** The axis's own marks, where one of them is in sight. */
const ticksOf = (
  axis: PlotAxis,
  [low, high]: readonly [number, number],
  values: readonly number[],
): readonly Tick[] => {
  const own = (axis.ticks ?? []).filter(({ at }) => at >= low && at <= high);
  return own.length > 0 ? own : values.map((at) => ({ at, lines: [axis.write(at)] }));
};

const clamped = (scale: Scale, [low, high]: readonly [number, number]): Scale =>
  Object.assign((value: number) => scale(Math.min(high, Math.max(low, value))), { ticks: scale.ticks });

const frameOf = (data: ParetoData, whole: boolean, width: number, height: number): Frame => {
  const { left, right, top, bottom } = MARGIN;
  const across = data.x.log ? logScale : linearScale;
  const costs = costDomain(data);
  const x = across(costs, [left + leftRoom(data, width), width - right - 6]);
  const [low, high] = [height - bottom - 6, top + 6];
  const isDown = data.y.direction === 'lower';
  const values = niceDomain(valueDomain(data, whole), TICKS);
  const y = clamped(linearScale(values, isDown ? [high, low] : [low, high]), values);
  return {
    ...{ width, height, x, y, values },
    xTicks: ticksOf(data.x, costs, x.ticks(TICKS)),
    yTicks: ticksOf(data.y, values, y.ticks(TICKS)),
  };
};

/** What only the eye needs: each point says its numbers in words. */
const Silent = ({ className, children }: { readonly className?: string; readonly children: ReactNode }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in such a group takes the focus
  <g className={className} aria-hidden="true">
    {children}
  </g>
);

const path = ({ x, y }: Frame, places: readonly { cost: number; value: number }[]): string =>
  places.map(({ cost, value }, i) => `${i === 0 ? 'M' : 'L'}${x(cost).toFixed(1)} ${y(value).toFixed(1)}`).join('');

const Axes = ({ frame, data }: { readonly frame: Frame; readonly data: ParetoData }) => {
  const { width, height, x, y } = frame;
  const bottom = height - MARGIN.bottom;
  return (
    <Silent>
      <g className="grid">
        {frame.yTicks.map(({ at }) => (
          <line key={at} x1={MARGIN.left} x2={width - MARGIN.right} y1={y(at)} y2={y(at)} />
        ))}
      </g>
      {frame.yTicks.map(({ at, lines }) => (
        <text key={at} x={MARGIN.left - 8} y={y(at)} dy="0.32em" textAnchor="end">
          {lines[0]}
        </text>
      ))}
      {frame.xTicks.map(({ at, lines }) => (
        <g key={at} transform={`translate(${x(at).toFixed(1)},${bottom})`}>
          <line className="tick" y2="4" />
          {lines.map((line, i) => (
            <text key={line} y={17 + 14 * i} textAnchor="middle">
              {line}
            </text>
          ))}
        </g>
      ))}
      <text x="2" y="12">
        {data.y.title}
      </text>
      <text x={width - 2} y={height - 6} textAnchor="end">
        {data.x.log ? t('plot.log', { axis: data.x.title }) : data.x.title}
      </text>
    </Silent>
  );
};

/** The front and the line of what chance reaches, under the points. */
const Lines = ({ frame, data }: { readonly frame: Frame; readonly data: ParetoData }) => {
  const { control, controlName, curves, front, base } = data;
  const last = control[control.length - 1];
  return (
    <Silent>
      <path className="random-line" fill="none" d={path(frame, control)} />
      {curves.map(({ id, title, places }) => (
        <g key={id}>
          <path className="random-line" fill="none" d={path(frame, places)} />
          <text className="random-label" x={frame.x(places.at(-1)!.cost) + 7} y={frame.y(places.at(-1)!.value) + 14}>
            {title}
          </text>
        </g>
      ))}
      <path className="front-line" fill="none" d={path(frame, front)} />
      {base && <circle className="base" r="4.5" cx={frame.x(base.cost)} cy={frame.y(base.value)} />}
      {base && (
        <text className="base-label" x={frame.x(base.cost)} y={frame.y(base.value) - 9} textAnchor="middle">
          {t('plot.base')}
        </text>
      )}
      {last && (
        <text className="random-label" x={frame.x(last.cost) + 7} y={frame.y(last.value) + 14}>
          {controlName}
        </text>
      )}
    </Silent>
  );
};

const classOf = (point: ParetoPoint, active: string | null): string | undefined =>
  [
    point.onFront ? 'is-front' : '',
    point.inTarget ? '' : 'is-dim',
    point.provenance === 'reported' ? 'is-hollow' : '',
    point.id === active ? 'is-active' : '',
  ]
    .filter(Boolean)
    .join(' ') || undefined;

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

const onPointKey = (event: KeyboardEvent<SVGElement>, open: () => void): void => {
  if (event.key === 'Enter') open();
  const step = STEPS[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const all = [...(event.currentTarget.parentNode?.querySelectorAll<SVGElement>('[tabindex]') ?? [])];
  all[(all.indexOf(event.currentTarget) + step + all.length) % all.length]?.focus();
};

const Points = ({ frame, data, active, onActive, onOpen }: ParetoPlotProps & { readonly frame: Frame }) => {
  const { points } = data;
  const { x, y } = frame;
  const clear = labelled(data, frame);
  const isBeyond = ({ value }: ParetoPoint) => value < frame.values[0] || value > frame.values[1];
  const sideOf = ({ id, cost, label }: ParetoPoint): Side =>
    clear.get(id) ?? (x(cost) < label.length * FIGURE_WIDTH ? 'start' : 'end');
  return (
    <>
      <Silent className="intervals">
        {points.map((point) =>
          point.low === null || point.high === null ? null : (
            <line
              key={point.id}
              className={classOf(point, active)}
              x1={x(point.cost)}
              x2={x(point.cost)}
              y1={y(point.low)}
              y2={y(point.high)}
            />
          ),
        )}
      </Silent>
      <g className="points">
        {points.map((point, i) => (
          // biome-ignore lint/a11y/useSemanticElements: SVG has no link that a keyboard handler of a plot could move between
          <path
            key={point.id}
            className={classOf(point, active)}
            d={isBeyond(point) ? BEYOND : SHAPES[point.provenance]}
            transform={`translate(${x(point.cost).toFixed(1)},${y(point.value).toFixed(1)})`}
            role="link"
            tabIndex={i === 0 ? 0 : -1}
            aria-label={point.text}
            onPointerEnter={() => onActive(point.id)}
            onPointerLeave={() => onActive(null)}
            onFocus={() => onActive(point.id)}
            onBlur={() => onActive(null)}
            onClick={() => onOpen(point.id)}
            onKeyDown={(event) => onPointKey(event, () => onOpen(point.id))}
          />
        ))}
      </g>
      <Silent className="labels">
        {points.map((point) => (
          <text
            key={point.id}
            className={classOf({ ...point, onFront: clear.has(point.id) }, active)}
            x={x(point.cost) + (sideOf(point) === 'end' ? 5 : -5)}
            y={y(point.value) - 9}
            textAnchor={sideOf(point)}
          >
            {point.label}
          </text>
        ))}
      </Silent>
    </>
  );
};

export const ParetoPlot = (props: ParetoPlotProps) => {
  const { data, height, label, active, whole = false } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const frame = useMemo(() => (width === 0 ? null : frameOf(data, whole, width, height)), [data, whole, width, height]);
  return (
    <div ref={box} className="plot" style={{ height }}>
      {frame && (
        // biome-ignore lint/a11y/useSemanticElements: a group of links inside a drawing
        <svg
          role="group"
          aria-label={label}
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          className={active === null ? undefined : 'has-active'}
        >
          <Axes frame={frame} data={data} />
          <Lines frame={frame} data={data} />
          <Points {...props} frame={frame} />
        </svg>
      )}
    </div>
  );
};
