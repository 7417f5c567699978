/** What the overall ranking is of, and how it counts: four choices, all in the address. */
import type { TrackDescription } from '@topiary/contracts';
import type { ReactNode } from 'react';
import type { OverallFilter } from '../../lib/overall-api.js';
import { t } from './words.js';

export const BY = ['borda', 'mean', 'win-rate'] as const;
export type By = (typeof BY)[number];

/** As the address has it, with what it leaves out filled in. */
export interface Chosen {
  readonly by: By;
  readonly track: string;
  readonly target: string | null;
  readonly from: 'here' | 'papers';
  readonly apart: string | null;
}

/** Of several metrics there is no mean. */
export const ALL_TRACKS = 'all';

export const filterOf = ({ by, track, target, from, apart }: Chosen): OverallFilter => ({
  by,
  from,
  ...(track === ALL_TRACKS ? {} : { track }),
  ...(target === null ? {} : { target }),
  ...(apart === null ? {} : { apart }),
});

interface SwitchProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly options: readonly { readonly value: T; readonly title: ReactNode }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

const Switch = <T extends string>({ legend, name, options, value, onChange }: SwitchProps<T>) => (
  <fieldset className="switch">
    <legend>{legend}</legend>
    {options.map((option) => (
      <label key={option.value} className={option.value === value ? 'is-on' : undefined}>
        <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
        {option.title}
      </label>
    ))}
  </fieldset>
);

interface Props {
  readonly chosen: Chosen;
  readonly tracks: readonly TrackDescription[];
  readonly targets: readonly string[];
  readonly onChange: (name: keyof Chosen, value: string | null) => void;
}

export const Choices = ({ chosen, tracks, targets, onChange }: Props) => {
  const fields = tracks.find(({ id }) => id === chosen.track)?.apart.map(({ field }) => field) ?? [];
  const bys = chosen.track === ALL_TRACKS ? BY.filter((by) => by !== 'mean') : BY;
  return (
    <div className="overall-choices">
      <label className="facet">
        <span>{t('overall.track')}</span>
        <select value={chosen.track} onChange={(event) => onChange('track', event.target.value)}>
          {tracks.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
          <option value={ALL_TRACKS}>{t('overall.track.all')}</option>
        </select>
      </label>
      <Switch
        legend={t('overall.from')}
        name="from"
        options={(['here', 'papers'] as const).map((value) => ({ value, title: t(`overall.from.${value}`) }))}
        value={chosen.from}
        onChange={(value) => onChange('from', value)}
      />
      {targets.length > 1 && (
        <Switch
          legend={t('overall.target')}
          name="target"
          options={['', ...targets].map((value) => ({ value, title: value || t('overall.target.all') }))}
          value={chosen.target ?? ''}
          onChange={(value) => onChange('target', value || null)}
        />
      )}
      {fields.length > 0 && (
        <Switch
          legend={t('overall.apart')}
          name="apart"
          options={['', ...fields].map((value) => ({
            value,
            title: value ? t('overall.apart.with', { field: value }) : t('overall.apart.none'),
          }))}
          value={chosen.apart ?? ''}
          onChange={(value) => onChange('apart', value || null)}
        />
      )}
      <Switch
        legend={t('overall.by')}
        name="by"
        options={bys.map((value) => ({ value, title: t(`overall.by.${value}`) }))}
        value={chosen.by}
        onChange={(value) => onChange('by', value)}
      />
    </div>
  );
};
