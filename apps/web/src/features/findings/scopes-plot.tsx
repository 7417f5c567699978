/** Accuracy against MACs left at one setting on one network, a line per scope. */
import { axisX, axisY, dot, gridY, line, plot, ruleX } from '@observablehq/plot';
import type { ScopeCurve } from '@topiary/contracts';
import { useCallback } from 'react';
import { PlotFigure } from '../plot/plot-figure.js';
import { t } from './words.js';

interface Props {
  readonly curves: readonly ScopeCurve[];
  readonly height: number;
}

/** A shape per scope, named in words beside the pictures, so that colour is a help only. */
const SYMBOLS = { isomorphic: 'circle', global: 'triangle', local: 'square' } as const;

const draw = (curves: readonly ScopeCurve[], width: number, height: number) => {
  const points = curves.flatMap(({ scope, points: all }) => all.map((point) => ({ scope, ...point })));
  return plot({
    width,
    height,
    marginLeft: 36,
    marginRight: 16,
    marginBottom: 40,
    x: { inset: 8 },
    y: { inset: 8, nice: true },
    symbol: { domain: Object.keys(SYMBOLS), range: Object.values(SYMBOLS) },
    marks: [
      gridY({ className: 'grid', ticks: 5 }),
      axisX({ tickSize: 3, ticks: 5, label: t('findings.scopes.x'), labelAnchor: 'center', labelArrow: 'none' }),
      axisY({ tickSize: 0, ticks: 5, label: t('findings.scopes.y'), labelArrow: 'none' }),
      ruleX(points, { x: 'share', y1: 'low', y2: 'high', className: 'intervals' }),
      ...curves.map(({ scope, points: all }) =>
        line([...all], { x: 'share', y: 'value', className: `scope-line is-${scope}` }),
      ),
      dot(points, { x: 'share', y: 'value', symbol: 'scope', r: 4, className: 'scope-dots' }),
    ],
  });
};

export default function ScopesPlot({ curves, height }: Props) {
  const paint = useCallback((width: number) => draw(curves, width, height), [curves, height]);
  return <PlotFigure draw={paint} height={height} />;
}
