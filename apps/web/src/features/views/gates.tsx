/** Masks over time: how a choice formed, or what was mixed into what, as a grid of shares. */
import type { ViewProps } from '../facts/view.js';
import '../../styles/schedule.css';
import { gatesFrom } from './schedule/data.js';
import { Grid } from './schedule/grid.js';
import { t } from './schedule/words.js';

const percent = (share: number): string => (100 * share).toFixed(0);

export default function Gates({ data }: ViewProps) {
  const fact = gatesFrom(data);
  if (fact === null) return <p className="muted">{t('gates.unreadable')}</p>;
  const { rows, columns, values, share, kept } = fact;
  return (
    <figure className="figure">
      <Grid
        label={t('gates.picture', { rows: rows.length, columns: columns.at.length })}
        rows={rows}
        columns={columns.at}
        scale={columns.title}
        share={(i, j) => values[i]![j]!}
        say={(i, j) =>
          t('gates.cell', {
            row: rows[i]!,
            scale: columns.title,
            at: columns.at[j]!,
            value: percent(values[i]![j]!),
          })
        }
        marked={kept}
      />
      <figcaption>
        {t('gates.text', { share })} {kept && t('gates.kept')}
      </figcaption>
    </figure>
  );
}
