/** The fields of one step: who does the work, by which parameters, in which scope, and how it trains. */
import type { Board, MethodDescription, MethodKind } from '@topiary/contracts';
import { Link } from 'react-router';
import { FieldFrame, FieldSet, SchemaField } from './field.js';
import type { FieldDescription, Raw } from './fields.js';
import { pruneFields, trainingFields } from './recipe-fields.js';
import { parametersOf, SCOPES, type StepState } from './state.js';
import { t } from './words.js';

export interface StepProps {
  readonly step: StepState;
  /** Of the step in the request. */
  readonly path: string;
  readonly onChange: (change: Partial<StepState>) => void;
  readonly methods: readonly MethodDescription[];
  readonly board: Board | undefined;
  readonly errors: Readonly<Record<string, string>>;
}

const Parameters = ({
  fields,
  raw,
  path,
  errors,
  onChange,
}: {
  readonly fields: readonly FieldDescription[];
  readonly raw: Raw;
  readonly path: string;
  readonly errors: StepProps['errors'];
  readonly onChange: (raw: Raw) => void;
}) =>
  fields.map((field) => (
    <SchemaField
      key={field.id}
      field={field}
      path={`${path}.${field.id}`}
      raw={raw[field.id]}
      error={errors[`${path}.${field.id}`]}
      onChange={(text) => onChange({ ...raw, [field.id]: text })}
    />
  ));

/** A procedure is a whole way of its own: it takes the place of criterion and regularizer, and they of it. */
const choose = (methods: StepState['methods'], kind: MethodKind, id: string | null): StepState['methods'] => {
  if (id === null) return { ...methods, [kind]: null };
  return kind === 'procedure'
    ? { criterion: null, regularizer: null, procedure: id }
    : { ...methods, procedure: null, [kind]: id };
};

const MethodField = ({
  kind,
  step,
  path: parent,
  onChange,
  methods,
  errors,
}: StepProps & { readonly kind: MethodKind }) => {
  const offered = methods.filter((method) => method.kind === kind);
  const chosen = offered.find(({ id }) => id === step.methods[kind]);
  const path = `${parent}.${kind}`;
  const help = chosen && (
    <>
      {chosen.summary} <Link to={`/methods/${kind}/${chosen.id}`}>{t('submit.more')}</Link>
    </>
  );
  return (
    <FieldFrame label={t(`kind.${kind}`)} help={help ?? t(`submit.none.${kind}`)} error={errors[path]} path={path}>
      {(aria) => (
        <select
          value={step.methods[kind] ?? ''}
          onChange={(event) => onChange({ methods: choose(step.methods, kind, event.target.value || null) })}
          {...aria}
        >
          <option value="">{t('submit.none')}</option>
          {offered.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
};

const MethodParameters = ({
  kind,
  step,
  path: parent,
  onChange,
  methods,
  errors,
}: StepProps & { readonly kind: MethodKind }) => {
  const fields = parametersOf(methods, kind, step.methods[kind]);
  return (
    fields.length > 0 && (
      <div className="nested field-row">
        <Parameters
          fields={fields}
          raw={step.params[kind]}
          path={`${parent}.params.${kind}`}
          errors={errors}
          onChange={(raw) => onChange({ params: { ...step.params, [kind]: raw } })}
        />
      </div>
    )
  );
};

const ScopeField = ({ step, path, onChange, errors }: StepProps) => (
  <FieldSet
    label={t('submit.scope')}
    help={t(`scope.${step.scope}.meaning`)}
    error={errors[`${path}.scope`]}
    path={`${path}.scope`}
  >
    {SCOPES.map((scope) => (
      <label key={scope} className="choice">
        <input
          type="radio"
          name={`${path}.scope`}
          checked={step.scope === scope}
          onChange={() => onChange({ scope })}
        />
        {t(`scope.${scope}`)}
      </label>
    ))}
  </FieldSet>
);

/** A procedure has no scope of its own, and nothing to prune by. */
export const StepFields = (props: StepProps) => {
  const has = (kind: MethodKind) => props.methods.some((method) => method.kind === kind);
  const isCriterion = props.step.methods.criterion !== null;
  return (
    <>
      <div className="field-row">
        <MethodField kind="criterion" {...props} />
        {isCriterion && <ScopeField {...props} />}
      </div>
      <MethodParameters kind="criterion" {...props} />
      {(has('regularizer') || has('procedure')) && (
        <div className="field-row">
          {has('regularizer') && <MethodField kind="regularizer" {...props} />}
          {has('procedure') && <MethodField kind="procedure" {...props} />}
        </div>
      )}
      <MethodParameters kind="regularizer" {...props} />
      <MethodParameters kind="procedure" {...props} />
    </>
  );
};

const Group = ({
  title,
  fields,
  raw,
  part,
  ...props
}: StepProps & {
  readonly title: string;
  readonly fields: readonly FieldDescription[];
  readonly raw: Raw;
  readonly part: 'prune' | 'sparsify' | 'finetune';
}) => (
  <>
    <h3>{title}</h3>
    <div className="field-grid">
      <Parameters
        fields={fields}
        raw={raw}
        path={`${props.path}.${part}`}
        errors={props.errors}
        onChange={(changed) => props.onChange({ [part]: changed })}
      />
    </div>
  </>
);

/** What is folded away: how the cut is planned, and the trainings. */
export const StepTraining = (props: StepProps) => {
  const { step, board } = props;
  return (
    <>
      {step.methods.criterion !== null && (
        <Group {...props} title={t('submit.prune')} fields={pruneFields(board?.prune)} raw={step.prune} part="prune" />
      )}
      {step.methods.regularizer !== null && (
        <Group
          {...props}
          title={t('submit.sparsify')}
          fields={trainingFields(board?.sparsify)}
          raw={step.sparsify}
          part="sparsify"
        />
      )}
      <Group
        {...props}
        title={t('submit.finetune')}
        fields={trainingFields(board?.finetune)}
        raw={step.finetune}
        part="finetune"
      />
    </>
  );
};
