/** Mean rank in papers against mean rank here, one dot per method. */
import { axisX, axisY, dot, line, plot, text } from '@observablehq/plot';
import type { Findings } from '@topiary/contracts';
import { useCallback } from 'react';
import { PlotFigure } from '../plot/plot-figure.js';
import { type Labelled, labelPoints, type Point, rankPoints, type Side } from './rank-points.js';
import { t } from './words.js';

const PLACES: Readonly<Record<Side, { textAnchor: 'start' | 'middle' | 'end'; dx: number; dy: number }>> = {
  right: { textAnchor: 'start', dx: 8, dy: -1 },
  left: { textAnchor: 'end', dx: -8, dy: -1 },
  above: { textAnchor: 'middle', dx: 0, dy: -12 },
  below: { textAnchor: 'middle', dx: 0, dy: 12 },
};

const labels = (points: readonly Labelled[]) =>
  Object.entries(PLACES).map(([side, place]) =>
    text(
      points.filter((point) => point.side === side),
      { x: 'published', y: 'ours', text: 'id', className: 'labels is-all', ...place },
    ),
  );

const draw = (points: readonly Point[], width: number, height: number) => {
  const most = Math.ceil(Math.max(...points.flatMap(({ published, ours }) => [published, ours])));
  const domain = [most + 0.5, 0.5];
  return plot({
    width,
    height,
    marginLeft: 40,
    marginRight: 16,
    marginBottom: 44,
    x: { domain, inset: 8 },
    y: { domain, inset: 8 },
    marks: [
      axisX({ tickSize: 3, ticks: 6, label: t('findings.ranks.x'), labelAnchor: 'center', labelArrow: 'none' }),
      axisY({ tickSize: 3, ticks: 6, label: t('findings.ranks.y'), labelArrow: 'none' }),
      line(
        domain.map((rank) => [rank, rank]),
        { className: 'random-line' },
      ),
      dot([...points], { x: 'published', y: 'ours', r: 4.5, className: 'points' }),
      ...labels(labelPoints(points, { perX: (width - 72) / most, perY: (height - 80) / most })),
    ],
  });
};

export default function RankPlot({ findings, height }: { readonly findings: Findings; readonly height: number }) {
  const paint = useCallback((width: number) => draw(rankPoints(findings), width, height), [findings, height]);
  return <PlotFigure draw={paint} height={height} />;
}
