/** Curves of base and pruned network in one plot: the base broken and grey, the network whole and green. */
import { axisX, axisY, dot, gridY, line, plot } from '@observablehq/plot';
import { useCallback } from 'react';
import { PlotFigure } from '../../plot/plot-figure.js';
import { t } from './words.js';

export interface Line {
  readonly network: 'network' | 'base';
  /** At 0, .01 … 1. */
  readonly values: readonly number[];
  /** A place on it that is marked; null: none. */
  readonly mark: number | null;
}

interface Props {
  readonly lines: readonly Line[];
  readonly x: string;
  readonly y: string;
}

const HEIGHT = 280;

const pointsOf = ({ values }: Line) => values.map((value, i) => ({ at: i / (values.length - 1), value }));

export const Lines = ({ lines, x, y }: Props) => {
  const draw = useCallback(
    (width: number) =>
      plot({
        width,
        height: HEIGHT,
        marginLeft: 40,
        marginRight: 16,
        marginTop: 22,
        marginBottom: 34,
        x: { domain: [0, 1] },
        y: { domain: [0, 1] },
        marks: [
          gridY({ className: 'grid', ticks: 5 }),
          axisX({ tickSize: 4, ticks: 5, label: x, labelArrow: 'none' }),
          axisY({ tickSize: 0, ticks: 5, label: y, labelArrow: 'none' }),
          ...lines.flatMap((one) => [
            line(pointsOf(one), { x: 'at', y: 'value', className: `line-${one.network}` }),
            ...(one.mark === null
              ? []
              : [
                  dot([pointsOf(one)[Math.round(one.mark * (one.values.length - 1))]!], {
                    x: 'at',
                    y: 'value',
                    r: 4,
                    className: `dot-${one.network}`,
                  }),
                ]),
          ]),
        ],
      }),
    [lines, x, y],
  );
  return <PlotFigure draw={draw} height={HEIGHT} />;
};

/** Which line is whose. */
export const Key = ({ networks }: { readonly networks: readonly Line['network'][] }) => (
  <ul className="line-key">
    {networks.map((network) => (
      <li key={network}>
        <svg className="plot-key" viewBox="0 0 26 8" aria-hidden="true">
          <line className={`line-${network}`} x1="1" x2="25" y1="4" y2="4" />
        </svg>
        {t(network)}
      </li>
    ))}
  </ul>
);
