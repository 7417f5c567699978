/** The settings of all boards as one file, that may be kept under version control: look at it, check it, apply it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { ErrorNote } from '../../components/notes.js';
import { adminApi } from '../../lib/admin-api.js';
import { t, tn } from './words.js';

export const BoardFile = ({ yaml }: { readonly yaml: string }) => {
  const client = useQueryClient();
  const field = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? yaml;
  const apply = useMutation({
    mutationFn: (check: boolean) => adminApi.applyBoards({ yaml: text, check }),
    onSuccess: async ({ applied }) => {
      if (!applied) return;
      await Promise.all(['admin', 'boards', 'leaderboard'].map((key) => client.invalidateQueries({ queryKey: [key] })));
      setTyped(null);
    },
  });
  const changes = apply.data?.changes ?? [];
  const said = { boards: changes.map(({ board }) => board).join(', ') };
  return (
    <details className="fold">
      <summary>{t('boardsAdmin.file')}</summary>
      <p className="section-lede">{t('boardsAdmin.file.text')}</p>
      <div className="field">
        <label htmlFor={field}>{t('boardsAdmin.file.label')}</label>
        <textarea
          id={field}
          className="code"
          rows={12}
          spellCheck={false}
          value={text}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      {apply.error && <ErrorNote error={apply.error} />}
      <p className="choices">
        <button
          type="button"
          className="button is-quiet is-small"
          disabled={apply.isPending}
          onClick={() => apply.mutate(true)}
        >
          {t('boardsAdmin.file.check')}
        </button>
        <button
          type="button"
          className="button is-small"
          disabled={apply.isPending}
          onClick={() => apply.mutate(false)}
        >
          {t('boardsAdmin.file.apply')}
        </button>
      </p>
      <p role="status">
        {apply.data &&
          (changes.length === 0
            ? t('boardsAdmin.file.nothing')
            : tn(apply.data.applied ? 'boardsAdmin.file.did' : 'boardsAdmin.file.would', changes.length, said))}
      </p>
    </details>
  );
};
