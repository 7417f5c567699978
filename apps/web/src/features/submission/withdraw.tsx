/** Withdraws a submission, with a reason that all can read. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNote } from '../../components/notes.js';
import { fieldErrors, TextField } from '../../components/text-field.js';
import { api } from '../../lib/api.js';
import { submissionQuery } from '../../lib/queries.js';
import { t } from './words.js';

export const Withdraw = ({ id }: { readonly id: string }) => {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const withdraw = useMutation({
    mutationFn: () => api.withdraw(id, reason),
    onSuccess: () => client.invalidateQueries({ queryKey: submissionQuery(id).queryKey }),
  });
  const errors = fieldErrors(withdraw.error, ['reason']);
  if (!open)
    return (
      <button type="button" className="button is-quiet" onClick={() => setOpen(true)}>
        {t('submission.withdraw')}
      </button>
    );
  return (
    <form
      className="narrow-form"
      onSubmit={(event) => {
        event.preventDefault();
        withdraw.mutate();
      }}
    >
      <TextField
        label={t('submission.withdraw.reason')}
        help={t('submission.withdraw.what')}
        required
        minLength={3}
        maxLength={500}
        value={reason}
        onChange={setReason}
        error={errors.of('reason')}
      />
      {errors.other && <ErrorNote error={errors.other} />}
      <p className="choices">
        <button type="submit" className="button" disabled={withdraw.isPending}>
          {t('submission.withdraw')}
        </button>
        <button type="button" className="button is-quiet" onClick={() => setOpen(false)}>
          {t('submission.withdraw.keep')}
        </button>
      </p>
    </form>
  );
};
