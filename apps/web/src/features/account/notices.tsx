/** Who is told when a submission ends: the person by mail, programs by webhook. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CreatedWebhook, Delivery, NoticeSettings, Webhook } from '@topiary/contracts';
import { useEffect, useRef, useState } from 'react';
import { Code } from '../../components/copy.js';
import { Ago } from '../../components/figures.js';
import { ErrorNote, Note } from '../../components/notes.js';
import { Section } from '../../components/page.js';
import { Table } from '../../components/table.js';
import { fieldErrors, TextField } from '../../components/text-field.js';
import { deliveriesQuery, noticesApi, noticesQuery, webhooksQuery } from '../../lib/account-api.js';
import { useSearchParam } from '../../lib/url.js';
import { t } from './notice-words.js';

const statusOf = ({ state, status, error }: Delivery): string => {
  const text = t(`notices.${state}`);
  return error === null ? `${text}${status === null ? '' : `, ${status}`}` : `${text}: ${error}`;
};

const Deliveries = ({ id }: { readonly id: string }) => {
  const { data, error } = useQuery(deliveriesQuery(id));
  if (error) return <ErrorNote error={error} />;
  if (!data) return null;
  if (data.items.length === 0) return <p className="muted">{t('notices.nothing')}</p>;
  return (
    <Table caption={t('notices.sent')} heads={[t('notices.when'), t('notices.event'), t('notices.outcome')]}>
      {data.items.map((one) => (
        <tr key={one.id}>
          <th scope="row">
            <Ago iso={one.createdAt} />
          </th>
          <td>{one.event}</td>
          <td>{statusOf(one)}</td>
        </tr>
      ))}
    </Table>
  );
};

const Hook = ({ hook, onRemove }: { readonly hook: Webhook; readonly onRemove: () => void }) => {
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const trial = useMutation({
    mutationFn: () => noticesApi.tryWebhook(hook.id),
    onSuccess: (list) => {
      client.setQueryData(deliveriesQuery(hook.id).queryKey, list);
      setOpen(true);
    },
  });
  return (
    <details className="fold" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{hook.url}</summary>
      <p className="choices">
        <button
          type="button"
          className="button is-quiet is-small"
          disabled={trial.isPending}
          onClick={() => trial.mutate()}
        >
          {t('notices.try')}
        </button>
        <button
          type="button"
          className="button is-quiet is-small"
          onClick={() => window.confirm(t('notices.remove.sure', { url: hook.url })) && onRemove()}
        >
          {t('notices.remove')}
        </button>
      </p>
      {trial.error && <ErrorNote error={trial.error} />}
      {open && <Deliveries id={hook.id} />}
    </details>
  );
};

const AddHook = ({ onAdded }: { readonly onAdded: (hook: CreatedWebhook) => void }) => {
  const [url, setUrl] = useState('');
  const add = useMutation({
    mutationFn: () => noticesApi.addWebhook(url),
    onSuccess: (hook) => {
      setUrl('');
      onAdded(hook);
    },
  });
  const errors = fieldErrors(add.error, ['url']);
  return (
    <form
      className="narrow-form"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <TextField
        label={t('notices.url')}
        help={t('notices.url.help')}
        type="text"
        required
        value={url}
        onChange={setUrl}
        error={errors.of('url')}
      />
      {errors.other && <ErrorNote error={errors.other} />}
      <button type="submit" className="button is-quiet" disabled={add.isPending}>
        {t('notices.add')}
      </button>
    </form>
  );
};

/** The link of the mail leads here with its proof, which is used once. */
const useProof = (onChanged: (settings: NoticeSettings) => void) => {
  const [proof, setProof] = useSearchParam('proof');
  const used = useRef(false);
  const prove = useMutation({
    mutationFn: (given: string) => noticesApi.change({ mailAtEnd: true, proof: given }),
    onSuccess: onChanged,
    onSettled: () => setProof(''),
  });
  const { mutate } = prove;
  useEffect(() => {
    if (!proof || used.current) return;
    used.current = true;
    mutate(proof);
  }, [proof, mutate]);
  return prove.error;
};

const Mails = () => {
  const client = useQueryClient();
  const { data } = useQuery(noticesQuery);
  const keep = (settings: NoticeSettings) => client.setQueryData(noticesQuery.queryKey, settings);
  const change = useMutation({ mutationFn: noticesApi.change, onSuccess: keep });
  const proofError = useProof(keep);
  const error = change.error ?? proofError;
  if (!data?.mails) return null;
  return (
    <>
      <label className="choice">
        <input
          type="checkbox"
          checked={data.mailAtEnd}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ mailAtEnd: event.target.checked })}
        />
        {t('notices.mail')}
      </label>
      {data.proofSent && <Note tone="good" title={t('notices.proof')} />}
      {error && <ErrorNote error={error} />}
    </>
  );
};

export default function Notices() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(webhooksQuery);
  const [added, setAdded] = useState<CreatedWebhook | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: webhooksQuery.queryKey, exact: true });
  const remove = useMutation({ mutationFn: noticesApi.removeWebhook, onSuccess: refresh });
  return (
    <Section title={t('notices.title')} id="notices">
      <p className="section-text">{t('notices.text')}</p>
      <Mails />
      {added && (
        <div role="status">
          <Note tone="good" title={t('notices.secret')}>
            <p>{t('notices.secret.text')}</p>
            <Code text={added.secret} label={t('notices.secret')} />
          </Note>
        </div>
      )}
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {remove.error && <ErrorNote error={remove.error} />}
      {data?.items.map((hook) => (
        <Hook key={hook.id} hook={hook} onRemove={() => remove.mutate(hook.id)} />
      ))}
      <AddHook
        onAdded={(hook) => {
          setAdded(hook);
          void refresh();
        }}
      />
    </Section>
  );
}
