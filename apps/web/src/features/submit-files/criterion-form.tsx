/** An own criterion: one scoring graph, the inputs that it may have, and an example that makes one. */
import type { Board } from '@topiary/contracts';
import { useState } from 'react';
import { Code } from '../../components/copy.js';
import { FieldSet } from '../submit-form/field.js';
import { SCOPES } from '../submit-form/state.js';
import { type About, AboutFields } from './about-fields.js';
import { FileSlot } from './file-slot.js';
import { aboutBody, firstOpen, missingOf, missingSeeds, seedsBody } from './request.js';
import { SeedsField } from './seeds-field.js';
import { SendFiles } from './send-files.js';
import { passed, useFiles } from './use-file.js';
import { t } from './words.js';

const PORTS = [
  { name: 'weight', shape: '[K, M]', meaning: 'files.inputs.weight' },
  { name: 'gradient', shape: '[K, M]', meaning: 'files.inputs.gradient' },
  { name: 'activation_mean', shape: '[K]', meaning: 'files.inputs.activation_mean' },
  { name: 'score', shape: '[K]', meaning: 'files.inputs.score' },
] as const;

const EXAMPLE = `import torch

class Score(torch.nn.Module):
    def forward(self, weight, gradient):
        return (weight * gradient).abs().sum(dim=1)

torch.onnx.export(
    Score(), (torch.randn(8, 27), torch.randn(8, 27)), 'score.onnx',
    input_names=['weight', 'gradient'], output_names=['score'],
    dynamic_axes={'weight': {0: 'K', 1: 'M'}, 'gradient': {0: 'K', 1: 'M'}, 'score': {0: 'K'}},
    dynamo=False)`;

const Inputs = () => (
  <table className="plain-table">
    <caption className="field-label">{t('files.inputs')}</caption>
    <thead>
      <tr>
        <th scope="col">{t('files.inputs.name')}</th>
        <th scope="col">{t('files.inputs.meaning')}</th>
      </tr>
    </thead>
    <tbody>
      {PORTS.map(({ name, shape, meaning }) => (
        <tr key={name}>
          <th scope="row">
            <code>
              {name} {shape}
            </code>
          </th>
          <td>{t(meaning)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

export const CriterionForm = ({ boards }: { readonly boards: readonly Board[] }) => {
  const [about, setAbout] = useState<About>(() => ({ board: firstOpen(boards), method: '', paper: '', licence: '' }));
  const [scope, setScope] = useState<(typeof SCOPES)[number]>('global');
  const [targets, setTargets] = useState<readonly string[]>(['2x']);
  const [seeds, setSeeds] = useState('0');
  const files = useFiles({ board: about.board, kind: 'criterion' });
  const offered = boards.find(({ id }) => id === about.board)?.targets ?? [];
  const chosen = offered.map(({ label }) => label).filter((label) => targets.includes(label));
  const file = passed(files.at('score'));
  const toggle = (label: string, on: boolean) =>
    setTargets(on ? [...targets, label] : targets.filter((target) => target !== label));
  const body = {
    kind: 'criterion' as const,
    ...aboutBody(about),
    file: file ?? '…',
    recipe: { scope },
    targets: chosen,
    ...seedsBody(seeds),
  };
  const missing = [
    ...missingOf(about, file !== null),
    ...(chosen.length > 0 ? [] : [t('files.missing.targets')]),
    ...missingSeeds(seeds),
  ];
  return (
    <SendFiles body={body} missing={missing}>
      <AboutFields about={about} boards={boards} onChange={(some) => setAbout((before) => ({ ...before, ...some }))} />
      <fieldset className="field">
        <legend>{t('files.scoring')}</legend>
        <p className="field-help">{t('files.scoring.help')}</p>
        <div className="file-slots">
          <FileSlot label={t('files.scoring')} chosen={files.at('score')} />
        </div>
      </fieldset>
      <Inputs />
      <details className="fold">
        <summary>{t('files.example')}</summary>
        <Code text={EXAMPLE} label={t('files.example')} />
      </details>
      <FieldSet label={t('submit.scope')} help={t(`scope.${scope}.meaning`)} error={undefined} path="recipe.scope">
        {SCOPES.map((one) => (
          <label key={one} className="choice">
            <input type="radio" name="scope" checked={scope === one} onChange={() => setScope(one)} />
            {t(`scope.${one}`)}
          </label>
        ))}
      </FieldSet>
      <div className="field-row">
        <FieldSet label={t('submit.targets')} help={t('submit.targets.help')} error={undefined} path="targets">
          {offered.map(({ label }) => (
            <label key={label} className="choice">
              <input
                type="checkbox"
                checked={targets.includes(label)}
                onChange={(event) => toggle(label, event.target.checked)}
              />
              {label}
            </label>
          ))}
        </FieldSet>
        <SeedsField value={seeds} onChange={setSeeds} />
      </div>
    </SendFiles>
  );
};
