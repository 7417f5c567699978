/** How a network is called: what each step computes and reuses, and the calls of every step on their lanes. */
import type { ScheduleFact } from '@topiary/contracts';
import type { ViewProps } from '../facts/view.js';
import '../../styles/schedule.css';
import { scheduleFrom } from './schedule/data.js';
import { Grid } from './schedule/grid.js';
import { Lanes } from './schedule/lanes.js';
import { t } from './schedule/words.js';

const Mask = ({ steps, mask }: { readonly steps: ScheduleFact['steps']; readonly mask: ScheduleFact['mask'] & {} }) => {
  const { rows, computed } = mask;
  const at = (step: number) => steps[step]!.timestep ?? step + 1;
  const reused = computed.flat().filter((is) => !is).length;
  return (
    <figure className="figure">
      <Grid
        label={t('schedule.mask', { rows: rows.length, steps: steps.length })}
        rows={rows}
        columns={steps.map((_, step) => at(step))}
        scale={t('schedule.timestep')}
        share={(i, j) => Number(computed[i]![j])}
        say={(i, j) => t(computed[i]![j] ? 'schedule.computed' : 'schedule.reused', { row: rows[i]!, at: at(j) })}
      />
      <figcaption>{t('schedule.saved', { reused, all: computed.flat().length })}</figcaption>
    </figure>
  );
};

export default function Schedule({ data }: ViewProps) {
  const fact = scheduleFrom(data);
  if (fact === null) return <p className="muted">{t('schedule.unreadable')}</p>;
  return (
    <div className="schedule-pictures">
      {fact.mask && <Mask steps={fact.steps} mask={fact.mask} />}
      <figure className="figure">
        <Lanes fact={fact} />
        <figcaption>{t('schedule.text')}</figcaption>
      </figure>
    </div>
  );
}
