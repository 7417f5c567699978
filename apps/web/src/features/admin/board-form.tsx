/** What organisers say of one board: title, note, closing, targets, columns. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BoardSettings, BoardSettingsItem } from '@topiary/contracts';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { ErrorNote } from '../../components/notes.js';
import { TextField } from '../../components/text-field.js';
import { adminApi } from '../../lib/admin-api.js';
import { t } from './words.js';

interface BoxesProps {
  readonly legend: string;
  readonly help?: string;
  readonly options: readonly { readonly id: string; readonly title: string }[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

const Boxes = ({ legend, help, options, chosen, onChange }: BoxesProps) => (
  <fieldset className="field">
    <legend>{legend}</legend>
    <p className="choices">
      {options.map(({ id, title }) => (
        <label key={id} className="choice">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={({ target }) =>
              onChange(
                options.map((one) => one.id).filter((one) => (one === id ? target.checked : chosen.includes(one))),
              )
            }
          />
          {title}
        </label>
      ))}
    </p>
    {help && <p className="field-help">{help}</p>}
  </fieldset>
);

interface Draft {
  readonly title: string;
  readonly note: string;
  readonly closed: string;
  readonly targets: readonly string[];
  /** Null: the usual columns. */
  readonly metrics: readonly string[] | null;
  readonly unlisted: boolean;
}

const draftOf = ({ settings, targets }: BoardSettingsItem): Draft => ({
  title: settings?.title ?? '',
  note: settings?.note ?? '',
  closed: settings?.closed ?? '',
  targets: settings?.targets ?? targets,
  metrics: settings?.metrics ?? null,
  unlisted: settings?.unlisted ?? false,
});

const text = <K extends string>(name: K, value: string): Partial<Record<K, string>> =>
  value.trim() === '' ? {} : ({ [name]: value.trim() } as Record<K, string>);

/** What says nothing is left out. */
export const settingsOf = (draft: Draft, all: readonly string[]): BoardSettings => ({
  ...text('title', draft.title),
  ...text('note', draft.note),
  ...text('closed', draft.closed),
  ...(draft.targets.length === all.length ? {} : { targets: [...draft.targets] }),
  ...(draft.metrics === null ? {} : { metrics: [...draft.metrics] }),
  ...(draft.unlisted ? { unlisted: true as const } : {}),
});

interface Props {
  readonly item: BoardSettingsItem;
  readonly onDone: (saved: boolean) => void;
}

export const BoardForm = ({ item, onDone }: Props) => {
  const client = useQueryClient();
  const note = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  // the button that opened it stands further down
  useEffect(() => heading.current?.focus(), []);
  const [draft, setDraft] = useState(() => draftOf(item));
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: () => adminApi.setBoard(item.board, settingsOf(draft, item.targets)),
    onSuccess: async () => {
      await Promise.all(['admin', 'boards', 'leaderboard'].map((key) => client.invalidateQueries({ queryKey: [key] })));
      onDone(true);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="stack board-form" onSubmit={submit} aria-label={t('boardsAdmin.editing', { board: item.title })}>
      <h3 ref={heading} tabIndex={-1}>
        {t('boardsAdmin.editing', { board: item.title })}
      </h3>
      <p className="muted">{t('boardsAdmin.protocol')}</p>
      <TextField
        label={t('boardsAdmin.field.title')}
        help={t('boardsAdmin.field.title.help', { title: item.title })}
        value={draft.title}
        maxLength={120}
        onChange={(title) => set({ title })}
      />
      <div className="field">
        <label htmlFor={note}>{t('boardsAdmin.field.note')}</label>
        <textarea
          id={note}
          rows={2}
          maxLength={600}
          value={draft.note}
          aria-describedby={`${note}-help`}
          onChange={(event) => set({ note: event.target.value })}
        />
        <p id={`${note}-help`} className="field-help">
          {t('boardsAdmin.field.note.help')}
        </p>
      </div>
      <TextField
        label={t('boardsAdmin.field.closed')}
        help={t('boardsAdmin.field.closed.help')}
        value={draft.closed}
        maxLength={300}
        onChange={(closed) => set({ closed })}
      />
      <Boxes
        legend={t('boardsAdmin.field.targets')}
        options={item.targets.map((id) => ({ id, title: id }))}
        chosen={draft.targets}
        onChange={(targets) => set({ targets })}
      />
      <label className="choice">
        <input
          type="checkbox"
          checked={draft.metrics === null}
          onChange={({ target }) => set({ metrics: target.checked ? null : [] })}
        />
        {`${t('boardsAdmin.field.metrics')}: ${t('boardsAdmin.field.metrics.usual').toLowerCase()}`}
      </label>
      {draft.metrics !== null && (
        <Boxes
          legend={t('boardsAdmin.field.metrics')}
          help={t('boardsAdmin.field.metrics.help')}
          options={item.metrics}
          chosen={draft.metrics}
          onChange={(metrics) => set({ metrics })}
        />
      )}
      <label className="choice">
        <input type="checkbox" checked={draft.unlisted} onChange={({ target }) => set({ unlisted: target.checked })} />
        {t('boardsAdmin.field.unlisted')}
      </label>
      {save.error && <ErrorNote error={save.error} />}
      <p className="choices">
        <button type="submit" className="button is-small" disabled={save.isPending || draft.targets.length === 0}>
          {t('boardsAdmin.save')}
        </button>
        <button type="button" className="button is-quiet is-small" onClick={() => onDone(false)}>
          {t('boardsAdmin.cancel')}
        </button>
      </p>
    </form>
  );
};
