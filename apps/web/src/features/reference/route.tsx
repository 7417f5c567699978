/** One route, folded to a line until somebody wants it: what it does, what it takes, what it answers, a command. */
import { Code } from '../../components/copy.js';
import { type Answer, curlOf, type Operation, type Route } from './document.js';
import { Fields, Parameters } from './fields.js';
import { t } from './words.js';

const accessText = ({ security }: Operation): string => {
  if (security.length === 0) return t('reference.open');
  return t(security.some((one) => 'key' in one) ? 'reference.key' : 'reference.session');
};

const AnswerPart = ({ status, answer }: { readonly status: string; readonly answer: Answer }) => {
  const { 'application/json': json, ...others } = answer.content ?? {};
  const types = Object.keys(others).join(', ');
  return (
    <section>
      <h4>{t('reference.answer', { status })}</h4>
      {json?.schema && <Fields schema={json.schema} caption={t('reference.answer', { status })} />}
      {types && <p>{t('reference.answer.plain', { types })}</p>}
      {!json && !types && <p>{t('reference.answer.empty')}</p>}
      {json?.example !== undefined && (
        <Code text={JSON.stringify(json.example, null, 2)} label={t('reference.example.answer')} />
      )}
    </section>
  );
};

export const RoutePart = ({ route, open }: { readonly route: Route; readonly open: boolean }) => {
  const { method, path, operation } = route;
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const json = requestBody?.content['application/json'];
  const answers = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
  return (
    <details className="route" id={operationId} open={open}>
      <summary>
        <code className="route-method">{method}</code> <code className="route-path">{path}</code>{' '}
        <span className="route-summary">{summary}</span>
      </summary>
      <div className="stack">
        <p>
          {description} <span className="muted">{accessText(operation)}.</span>
        </p>
        {parameters.length > 0 && (
          <section>
            <h4>{t('reference.parameters')}</h4>
            <Parameters list={parameters} />
          </section>
        )}
        {requestBody && (
          <section>
            <h4>{t('reference.body')}</h4>
            {json?.schema ? (
              <Fields schema={json.schema} caption={t('reference.body')} />
            ) : (
              <p>{t('reference.body.file')}</p>
            )}
          </section>
        )}
        <section>
          <h4>{t('reference.example')}</h4>
          <Code text={curlOf(window.location.origin, route)} label={t('reference.example')} />
        </section>
        {answers.map(([status, answer]) => (
          <AnswerPart key={status} status={status} answer={answer} />
        ))}
      </div>
    </details>
  );
};
