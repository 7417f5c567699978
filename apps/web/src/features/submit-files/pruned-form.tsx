/** Pruned networks: a place for a file per speed-up of the board. */
import type { Board } from '@topiary/contracts';
import { useState } from 'react';
import { FieldFrame, FieldSet } from '../submit-form/field.js';
import { readSeeds } from '../submit-form/state.js';
import { type About, AboutFields } from './about-fields.js';
import { FileSlot } from './file-slot.js';
import { aboutBody, firstOpen, missingOf } from './request.js';
import { SendFiles } from './send-files.js';
import { passed, useFiles } from './use-file.js';
import { t } from './words.js';

const DIVISIONS = ['closed', 'open'] as const;

export const PrunedForm = ({ boards }: { readonly boards: readonly Board[] }) => {
  const [about, setAbout] = useState<About>(() => ({ board: firstOpen(boards), method: '', paper: '', licence: '' }));
  const [division, setDivision] = useState<(typeof DIVISIONS)[number]>('closed');
  const [seeds, setSeeds] = useState('0');
  const files = useFiles({ board: about.board, kind: 'network' });
  const targets = boards.find(({ id }) => id === about.board)?.targets ?? [];
  const models = targets.flatMap(({ label }) => {
    const file = passed(files.at(label));
    return file === null ? [] : [{ target: label, file }];
  });
  const change = (some: Partial<About>) => {
    // What was checked beside one base network says nothing of another.
    if (some.board !== undefined) files.reset();
    setAbout((before) => ({ ...before, ...some }));
  };
  const body = {
    kind: 'pruned-models' as const,
    ...aboutBody(about),
    division,
    models,
    ...(division === 'closed' ? { seeds: readSeeds(seeds) ?? [0] } : {}),
  };
  return (
    <SendFiles body={body} missing={missingOf(about, models.length > 0)}>
      <AboutFields about={about} boards={boards} onChange={change} />
      <FieldSet
        label={t('files.division')}
        help={t(`files.division.${division}.meaning`)}
        error={undefined}
        path="division"
      >
        {DIVISIONS.map((one) => (
          <label key={one} className="choice">
            <input type="radio" name="division" checked={division === one} onChange={() => setDivision(one)} />
            {t(`files.division.${one}`)}
          </label>
        ))}
      </FieldSet>
      {division === 'closed' && (
        <FieldFrame label={t('submit.seeds')} help={t('submit.seeds.help')} error={undefined} path="seeds">
          {(aria) => (
            <input inputMode="numeric" value={seeds} onChange={(event) => setSeeds(event.target.value)} {...aria} />
          )}
        </FieldFrame>
      )}
      <fieldset className="field">
        <legend>{t('files.networks')}</legend>
        <p className="field-help">{t('files.networks.help')}</p>
        <div className="file-slots">
          {targets.map(({ label, value }) => (
            <FileSlot
              key={label}
              label={t('files.target', { target: label })}
              chosen={files.at(label)}
              wanted={value}
            />
          ))}
        </div>
      </fieldset>
    </SendFiles>
  );
};
