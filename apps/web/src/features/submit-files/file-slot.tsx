/** Where a file is dropped or chosen, how far it has come, and what the gate says of it. */
import type { Verdict } from '@topiary/contracts';
import { type DragEvent, useId, useState } from 'react';
import { type ChosenFile, type FileState, isTooSlow } from './use-file.js';
import { t } from './words.js';

const Checks = ({ verdict }: { readonly verdict: Verdict }) => (
  <details className="fold">
    <summary>{t('file.checks')}</summary>
    <ul className="check-lines">
      {verdict.checks.map(({ id, title, state, detail }) => (
        <li key={id} className={`is-${state}`}>
          <strong>{title}</strong> <span className="muted">{t(`file.check.${state}`)}</span>
          {detail !== '' && <p className="muted">{detail}</p>}
        </li>
      ))}
    </ul>
  </details>
);

const speedupOf = ({ speedup }: Verdict, counter: 'pure' | 'published'): string | null =>
  speedup === null ? null : speedup[counter].toFixed(2);

const Outcome = ({ verdict, wanted }: { readonly verdict: Verdict; readonly wanted: number | null }) => {
  const speedup = speedupOf(verdict, 'published');
  if (!verdict.ok) {
    return (
      <>
        <p className="file-bad">{t('file.refused')}</p>
        <ul className="check-lines">
          {verdict.faults.map((fault) => (
            <li key={`${fault.code} ${fault.where} ${fault.got}`}>
              {fault.detail} <code>{fault.code}</code>
            </li>
          ))}
        </ul>
      </>
    );
  }
  if (isTooSlow(verdict, wanted))
    return <p className="file-bad">{t('file.tooSlow', { speedup: speedup ?? '', target: `${wanted}x` })}</p>;
  return <p className="file-good">{speedup === null ? t('file.ok') : t('file.ok.speedup', { speedup })}</p>;
};

const Progress = ({ state, label }: { readonly state: FileState; readonly label: string }) => {
  if (state.phase === 'checking') return <p className="muted">{t('file.checking')}</p>;
  if (state.phase !== 'sending') return null;
  const { phase, share } = state.progress;
  const percent = Math.floor(100 * share);
  return (
    <>
      <progress aria-label={label} max={1} {...(phase === 'hashing' ? {} : { value: share })} />
      <p className="muted">{phase === 'hashing' ? t('file.hashing') : t('file.sending', { percent })}</p>
    </>
  );
};

interface SlotProps {
  readonly label: string;
  readonly chosen: ChosenFile;
  /** The speed-up that this place asks for. */
  readonly wanted?: number;
}

export const FileSlot = ({ label, chosen, wanted }: SlotProps) => {
  const id = useId();
  const [over, setOver] = useState(false);
  const { state, choose, remove } = chosen;
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) choose(file);
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the labelled file input is the first.
    <div
      className={over ? 'file-slot is-over' : 'file-slot'}
      onDrop={onDrop}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
    >
      <div className="file-head">
        <span className="file-label" id={`${id}-label`}>
          {label}
        </span>
        {state.phase !== 'none' && (
          <button type="button" className="button is-quiet is-small" onClick={remove}>
            {t('file.remove')}
          </button>
        )}
      </div>
      {state.phase !== 'none' && <p className="file-name">{state.file.name}</p>}
      <label className="file-choose" htmlFor={id}>
        <span className="button is-quiet is-small">{state.phase === 'none' ? t('file.choose') : t('file.other')}</span>{' '}
        {state.phase === 'none' && <span className="muted">{t('file.drop')}</span>}
      </label>
      <input
        id={id}
        className="sr-only"
        type="file"
        accept=".onnx"
        aria-labelledby={`${id}-label`}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) choose(file);
        }}
      />
      <div aria-live="polite">
        <Progress state={state} label={label} />
        {state.phase === 'checked' && <Outcome verdict={state.verdict} wanted={wanted ?? null} />}
        {state.phase === 'failed' && <p className="file-bad">{state.problem.detail}</p>}
      </div>
      {state.phase === 'failed' && (
        <button type="button" className="button is-quiet is-small" onClick={() => choose(state.file)}>
          {t('file.retry')}
        </button>
      )}
      {state.phase === 'checked' && <Checks verdict={state.verdict} />}
    </div>
  );
};
