/** Pruned networks: a place for a file per speed-up of the board. */
import type { Board } from '@topiary/contracts';
import { useState } from 'react';
import { FieldSet } from '../submit-form/field.js';
import { type About, AboutFields } from './about-fields.js';
import { FileSlot } from './file-slot.js';
import { aboutBody, firstOpen, missingOf, missingSeeds, seedsBody } from './request.js';
import { SeedsField } from './seeds-field.js';
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
  const models = targets.flatMap(({ label, value }) => {
    const file = passed(files.at(label), value);
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
    ...(division === 'closed' ? seedsBody(seeds) : {}),
  };
  const missing = [...missingOf(about, models.length > 0), ...(division === 'closed' ? missingSeeds(seeds) : [])];
  return (
    <SendFiles body={body} missing={missing}>
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
      {division === 'closed' && <SeedsField value={seeds} onChange={setSeeds} />}
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
