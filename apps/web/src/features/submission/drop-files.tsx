/** Gives up the files of a submission that has ended: asked twice, since nothing brings them back. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNote } from '../../components/notes.js';
import { api } from '../../lib/api.js';
import { submissionQuery } from '../../lib/queries.js';
import { t } from './words.js';

export const DropFiles = ({ id }: { readonly id: string }) => {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const drop = useMutation({
    mutationFn: () => api.dropFiles(id),
    onSuccess: () => client.invalidateQueries({ queryKey: submissionQuery(id).queryKey }),
  });
  if (!open)
    return (
      <button type="button" className="button is-quiet" onClick={() => setOpen(true)}>
        {t('submission.files.drop')}
      </button>
    );
  return (
    <section className="narrow-form" aria-label={t('submission.files.drop')}>
      <p>{drop.isSuccess ? t('submission.files.gone') : t('submission.files.what')}</p>
      {drop.error && <ErrorNote error={drop.error} />}
      {!drop.isSuccess && (
        <p className="choices">
          <button type="button" className="button" disabled={drop.isPending} onClick={() => drop.mutate()}>
            {t('submission.files.drop')}
          </button>
          <button type="button" className="button is-quiet" onClick={() => setOpen(false)}>
            {t('submission.files.keep')}
          </button>
        </p>
      )}
    </section>
  );
};
