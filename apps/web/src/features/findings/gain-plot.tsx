/** How far above random pruning each method stands: a dot per board and target, a bar for the mean over networks. */
import { axisX, axisY, dot, gridX, plot, ruleX, tickX } from '@observablehq/plot';
import type { Findings } from '@topiary/contracts';
import { useCallback } from 'react';
import { PlotFigure } from '../plot/plot-figure.js';
import { t } from './words.js';

interface Gain {
  readonly id: string;
  readonly value: number;
  readonly text: string;
}
interface Mean {
  readonly id: string;
  readonly value: number;
}

const meansOf = ({ methods }: Findings): Mean[] =>
  methods
    .flatMap(({ id, gain }) => (gain === null ? [] : [{ id, value: gain.value }]))
    .sort((a, b) => b.value - a.value);

const ROW = 22;

/** Height of the drawing: a line per method. */
export const gainHeight = (findings: Findings): number => 60 + ROW * meansOf(findings).length;

const draw = (findings: Findings, width: number) => {
  const means = meansOf(findings);
  const gains = findings.methods.flatMap(({ id, gains: all }) =>
    all.map(
      ({ board, target, value }): Gain => ({ id, value, text: `${id}, ${board}, ${target}: ${value.toFixed(1)}` }),
    ),
  );
  return plot({
    width,
    height: gainHeight(findings),
    marginLeft: Math.min(205, width / 2.2),
    marginBottom: 40,
    y: { domain: means.map(({ id }) => id), type: 'band' },
    x: { inset: 6 },
    marks: [
      gridX({ className: 'grid', ticks: 6 }),
      ruleX([0], { className: 'zero' }),
      axisX({ tickSize: 3, ticks: 6, label: t('findings.gains.x'), labelAnchor: 'right', labelArrow: 'none' }),
      axisY({ tickSize: 0, label: null }),
      dot(gains, { x: 'value', y: 'id', r: 3, className: 'gains', title: 'text' }),
      tickX(means, { x: 'value', y: 'id', className: 'means', insetTop: 3, insetBottom: 3 }),
    ],
  });
};

export default function GainPlot({ findings }: { readonly findings: Findings }) {
  const paint = useCallback((width: number) => draw(findings, width), [findings]);
  return <PlotFigure draw={paint} height={gainHeight(findings)} />;
}
