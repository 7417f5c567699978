/** Mean rank in papers against mean rank here, one dot per method. */
import { axisX, axisY, dot, line, plot, text } from '@observablehq/plot';
import type { Findings } from '@topiary/contracts';
import { useCallback } from 'react';
import { PlotFigure } from '../plot/plot-figure.js';
import { type Point, rankPoints } from './rank-points.js';
import { t } from './words.js';

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
      text([...points], {
        x: 'published',
        y: 'ours',
        text: 'id',
        className: 'labels is-all',
        textAnchor: 'start',
        dx: 8,
        dy: -1,
      }),
    ],
  });
};

export default function RankPlot({ findings, height }: { readonly findings: Findings; readonly height: number }) {
  const paint = useCallback((width: number) => draw(rankPoints(findings), width, height), [findings, height]);
  return <PlotFigure draw={paint} height={height} />;
}
