/** One curve of a training run, drawn as it comes: the raw values faint, their running mean on top. */
import { axisX, axisY, dot, gridY, line, plot } from '@observablehq/plot';
import { useCallback } from 'react';
import { t } from '../../lib/i18n.js';
import { PlotFigure } from './plot-figure.js';
import { smooth } from './smooth.js';

export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

interface Props {
  readonly points: readonly CurvePoint[];
  readonly title: string;
  readonly height: number;
  /** The last step that is planned, if known: the axis then shows how far the run is. */
  readonly steps?: number | undefined;
}

export default function CurvePlot({ points, title, height, steps }: Props) {
  const draw = useCallback(
    (width: number) => {
      const noisy = points.length > 40;
      const means = smooth(points.map(({ value }) => value));
      const mean = points.map(({ step }, i) => ({ step, value: means[i]! }));
      const last = points[points.length - 1];
      const shape = { x: 'step', y: 'value' } as const;
      return plot({
        width,
        height,
        marginLeft: 40,
        marginRight: 12,
        marginTop: 22,
        marginBottom: 34,
        x: { domain: [0, Math.max(steps ?? 0, last?.step ?? 0, 1)] },
        y: { nice: true, ...(points.length === 0 ? { domain: [0, 1] } : {}) },
        marks: [
          gridY({ className: 'grid', ticks: 4 }),
          axisX({ tickSize: 4, ticks: 5, label: t('plot.step'), labelArrow: 'none' }),
          axisY({ tickSize: 0, ticks: 4, label: title, labelArrow: 'none' }),
          ...(noisy ? [line([...points], { ...shape, className: 'curve-raw' })] : []),
          line(noisy ? mean : [...points], { ...shape, className: 'curve' }),
          ...(points.length > 0 && points.length <= 40
            ? [dot([...points], { ...shape, r: 2.5, className: 'curve-dot' })]
            : []),
        ],
      });
    },
    [points, title, height, steps],
  );
  return <PlotFigure draw={draw} height={height} />;
}
