/** Lanes as a chart: one row for each, a bar for every call, as long as its MACs; steps end together. */
import type { ScheduleFact } from '@topiary/contracts';
import { formatCount } from '../../../lib/format.js';
import { useWidth } from '../../../lib/use-width.js';
import { lanesOf, partsOf } from './data.js';
import { t, tn } from './words.js';

const [HEIGHT, FOOT, LEFT] = [26, 34, 56];

/** As many tints as parts are told apart by; more parts take them in turn. */
const TINTS = 5;

/** As many are listed at once. */
const FEW = 6;

interface PartsProps {
  readonly parts: ReturnType<typeof partsOf>;
  readonly tints: ReadonlyMap<string, number>;
}

const Parts = ({ parts, tints }: PartsProps) => (
  <ul className="lane-parts">
    {parts.map(({ part, macs, calls }) => (
      <li key={part}>
        <span className={`lane-key tint-${tints.get(part)}`} aria-hidden="true" />
        {tn('schedule.part', calls, { part, macs: formatCount(macs) })}
      </li>
    ))}
  </ul>
);

export const Lanes = ({ fact }: { readonly fact: ScheduleFact }) => {
  const [box, width] = useWidth<HTMLDivElement>();
  const chart = lanesOf(fact);
  const parts = partsOf(chart);
  const tints = new Map(parts.map(({ part }, i) => [part, i % TINTS]));
  const bottom = chart.lanes.length * HEIGHT;
  const at = (macs: number) => LEFT + ((width - LEFT - 1) * macs) / Math.max(1, chart.longest);
  const label = t('schedule.lanes', { lanes: chart.lanes.length, steps: fact.steps.length });
  return (
    <>
      <div ref={box} className="lanes-picture" style={{ height: bottom + FOOT }}>
        {width > 0 && (
          <svg role="img" aria-label={label} width={width} height={bottom + FOOT}>
            {chart.lanes.map((lane, i) => (
              <text key={lane} className="lane-name" x={0} y={(i + 0.5) * HEIGHT} dy="0.34em">
                {t('schedule.lane', { lane: lane + 1 })}
              </text>
            ))}
            {chart.bars.map(({ step, lane, part, macs, from }) => (
              <rect
                key={`${step}/${lane}/${from}/${part}`}
                className={`lane-bar tint-${tints.get(part)}`}
                x={at(from)}
                y={chart.lanes.indexOf(lane) * HEIGHT + 3}
                width={Math.max(1, at(from + macs) - at(from) - 1)}
                height={HEIGHT - 6}
              >
                <title>{t('schedule.call', { step: step + 1, part, macs: formatCount(macs) })}</title>
              </rect>
            ))}
            <line className="lane-scale" x1={LEFT} x2={width - 1} y1={bottom + 4} y2={bottom + 4} />
            <text className="lane-name" x={LEFT} y={bottom + 20}>
              {t('schedule.first')}
            </text>
            <text className="lane-name" x={width - 1} y={bottom + 20} textAnchor="end">
              {t('schedule.end', { macs: formatCount(chart.longest) })}
            </text>
          </svg>
        )}
      </div>
      {parts.length > FEW ? (
        <details>
          <summary>{t('schedule.parts', { parts: parts.length })}</summary>
          <Parts parts={parts} tints={tints} />
        </details>
      ) : (
        <Parts parts={parts} tints={tints} />
      )}
    </>
  );
};
