/** Sends a method to a board: the form on the left, the same request for the command line on the right. */

import { useQuery } from '@tanstack/react-query';
import type { Board, MethodDescription, Problem } from '@topiary/contracts';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { Code } from '../components/copy.js';
import { EmptyNote, ErrorNote, Note } from '../components/notes.js';
import { Page } from '../components/page.js';
import { SignInPanel } from '../components/sign-in-panel.js';
import { Skeleton } from '../components/skeleton.js';
import { CriterionForm } from '../features/submit-files/criterion-form.js';
import { PrunedForm } from '../features/submit-files/pruned-form.js';
import { useWay, type Way, Ways } from '../features/submit-files/ways.js';
import { curlFor, prettyJson } from '../features/submit-form/curl.js';
import { EstimateLine } from '../features/submit-form/estimate-line.js';
import { RecipeFields } from '../features/submit-form/form.js';
import type { Built } from '../features/submit-form/state.js';
import { useSubmitForm } from '../features/submit-form/use-submit-form.js';
import { t } from '../features/submit-form/words.js';
import { boardsQuery, methodsQuery, sessionQuery } from '../lib/queries.js';

const Summary = ({ problem, field }: { readonly problem: Problem; readonly field: string | null }) => (
  <Note tone="bad" title={problem.title}>
    <p>{problem.detail}</p>
    {field === null && <p className="muted">{t('submit.unplaced', { code: problem.code })}</p>}
  </Note>
);

const SameByApi = ({ body }: { readonly body: Built['body'] }) => {
  const [shape, setShape] = useState<'curl' | 'json'>('curl');
  return (
    <aside className="same-by-api">
      <div className="section-head">
        <h2>{t('submit.same')}</h2>
        <fieldset className="switch">
          <legend className="sr-only">{t('submit.same')}</legend>
          {(['curl', 'json'] as const).map((option) => (
            <label key={option} className={option === shape ? 'is-on' : undefined}>
              <input type="radio" name="shape" checked={option === shape} onChange={() => setShape(option)} />
              {t(`submit.${option}`)}
            </label>
          ))}
        </fieldset>
      </div>
      <Code
        text={shape === 'curl' ? curlFor(window.location.origin, body) : prettyJson(body)}
        label={t('submit.same')}
      />
      <p className="muted">
        {t('submit.same.help')} <Link to="/docs">{t('submit.same.guide')}</Link>
      </p>
    </aside>
  );
};

interface FormProps {
  readonly boards: readonly Board[];
  readonly methods: readonly MethodDescription[];
}

const SubmitForm = ({ boards, methods }: FormProps) => {
  const session = useQuery(sessionQuery);
  const { form, state, built, errors, incomplete, problem, field, sending, ...act } = useSubmitForm(boards, methods);
  const board = boards.find(({ id }) => id === state.board);
  const signedOut = session.data?.user === null || problem?.status === 401;
  const steps = state.finetune['steps'] ? Number(state.finetune['steps']) : null;
  return (
    <div className="submit-split">
      <form ref={form} onSubmit={act.onSubmit} noValidate>
        <RecipeFields state={state} onChange={act.onChange} boards={boards} methods={methods} errors={errors} />
        <div role="alert">
          {problem && problem.status !== 401 && <Summary problem={problem} field={field} />}
          {incomplete && <Note tone="bad" title={t('submit.wrong')} />}
        </div>
        {board && <EstimateLine board={board} runs={built.runs} steps={steps} />}
        {signedOut ? (
          <a className="button is-large" href="#owner-key">
            {t('submit.signIn')}
          </a>
        ) : (
          <button type="submit" className="button is-large" disabled={sending}>
            {sending ? t('submit.sending') : t('submit.go')}
          </button>
        )}
      </form>
      {signedOut && (
        <div className="submit-sign-in">
          <SignInPanel onDone={act.forget} />
        </div>
      )}
      <SameByApi body={built.body} />
    </div>
  );
};

const FORMS: Readonly<Record<Way, (props: FormProps) => ReactNode>> = {
  recipe: SubmitForm,
  'pruned-models': PrunedForm,
  criterion: CriterionForm,
};

export default function SubmitPage() {
  const [way, setWay] = useWay();
  const Form = FORMS[way];
  const boards = useQuery(boardsQuery);
  const methods = useQuery(methodsQuery);
  const error = boards.error ?? methods.error;
  const open = boards.data?.items.some(({ state }) => state === 'open');
  return (
    <Page title={t('submit.heading')} lede={t('submit.lede')}>
      {error && <ErrorNote error={error} onRetry={() => void Promise.all([boards.refetch(), methods.refetch()])} />}
      {!error && !(boards.data && methods.data) && <Skeleton rows={6} height={64} />}
      {open === false && (
        <EmptyNote title={t('submit.noBoard')}>
          <Link to="/docs/self-hosting#data-sets-and-closed-boards">{t('board.closed.how')}</Link>
        </EmptyNote>
      )}
      {open && methods.data && boards.data && (
        <>
          <Ways way={way} onChange={setWay} />
          <Form boards={boards.data.items} methods={methods.data.items} />
        </>
      )}
    </Page>
  );
}
