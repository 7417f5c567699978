/** The submit form: board, method with its parameters, target, seeds; everything else folded away with defaults. */
import { useQuery } from '@tanstack/react-query';
import type { Board, MethodDescription, MethodKind } from '@topiary/contracts';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { recipesQuery } from '../../lib/queries.js';
import { FieldFrame, FieldSet, SchemaField } from './field.js';
import type { FieldDescription, Raw } from './fields.js';
import { PRUNE_FIELDS, trainingFields } from './recipe-fields.js';
import { blankForm, type FormState, formFromRecipe, parametersOf, SCOPES } from './state.js';
import { t } from './words.js';

interface Props {
  readonly state: FormState;
  readonly onChange: (change: Partial<FormState>) => void;
  readonly boards: readonly Board[];
  readonly methods: readonly MethodDescription[];
  readonly errors: Readonly<Record<string, string>>;
}

const BoardField = ({ state, onChange, boards, errors }: Props) => {
  const board = boards.find(({ id }) => id === state.board);
  const choose = (id: string) => {
    const offered = boards.find((candidate) => candidate.id === id)?.targets.map(({ label }) => label) ?? [];
    const kept = state.targets.filter((target) => offered.includes(target));
    onChange({ board: id, targets: kept.length > 0 ? kept : offered.slice(0, 1) });
  };
  return (
    <FieldFrame label={t('submit.board')} help={board?.protocol} error={errors['board']} path="board">
      {(aria) => (
        <select value={state.board} onChange={(event) => choose(event.target.value)} {...aria}>
          {boards.map(({ id, title, state: open }) => (
            <option key={id} value={id} disabled={open !== 'open'}>
              {open === 'open' ? title : `${title} (${t('board.state.reported-only')})`}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
};

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
  readonly errors: Props['errors'];
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

/** Fills in methods, parameters and scope as a row of the published tables has them; board, targets and seeds stay. */
const StartField = ({ onChange }: Pick<Props, 'onChange'>) => {
  const recipes = useQuery(recipesQuery).data?.items ?? [];
  const [chosen, setChosen] = useState('');
  const choose = (id: string) => {
    setChosen(id);
    const recipe = recipes.find((candidate) => candidate.id === id)?.recipe;
    const { methods, params, scope, prune, sparsify, finetune } = { ...blankForm, ...formFromRecipe(recipe ?? {}) };
    onChange({
      methods: recipe ? methods : blankForm.methods,
      params,
      scope,
      prune,
      sparsify,
      finetune,
    });
  };
  const help = recipes.find(({ id }) => id === chosen)?.summary ?? t('submit.start.help');
  return (
    <FieldFrame label={t('submit.start')} help={help} error={undefined} path="start">
      {(aria) => (
        <select value={chosen} onChange={(event) => choose(event.target.value)} {...aria}>
          <option value="">{t('submit.start.own')}</option>
          {recipes.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
};

/** A procedure is a whole way of its own: it takes the place of criterion and regularizer, and they of it. */
const choose = (methods: FormState['methods'], kind: MethodKind, id: string | null): FormState['methods'] => {
  if (id === null) return { ...methods, [kind]: null };
  return kind === 'procedure'
    ? { criterion: null, regularizer: null, procedure: id }
    : { ...methods, procedure: null, [kind]: id };
};

const MethodField = ({ kind, state, onChange, methods, errors }: Props & { readonly kind: MethodKind }) => {
  const offered = methods.filter((method) => method.kind === kind);
  const chosen = offered.find(({ id }) => id === state.methods[kind]);
  const path = `recipe.${kind}`;
  const help = chosen && (
    <>
      {chosen.summary} <Link to={`/methods/${kind}/${chosen.id}`}>{t('submit.more')}</Link>
    </>
  );
  return (
    <FieldFrame label={t(`kind.${kind}`)} help={help ?? t(`submit.none.${kind}`)} error={errors[path]} path={path}>
      {(aria) => (
        <select
          value={state.methods[kind] ?? ''}
          onChange={(event) => onChange({ methods: choose(state.methods, kind, event.target.value || null) })}
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

const MethodParameters = ({ kind, state, onChange, methods, errors }: Props & { readonly kind: MethodKind }) => {
  const fields = parametersOf(methods, kind, state.methods[kind]);
  return (
    fields.length > 0 && (
      <div className="nested field-row">
        <Parameters
          fields={fields}
          raw={state.params[kind]}
          path={`recipe.params.${kind}`}
          errors={errors}
          onChange={(raw) => onChange({ params: { ...state.params, [kind]: raw } })}
        />
      </div>
    )
  );
};

const TargetField = ({ state, onChange, boards, errors }: Props) => {
  const offered = boards.find(({ id }) => id === state.board)?.targets ?? [];
  const toggle = (label: string, on: boolean) => {
    const chosen = new Set(state.targets);
    if (on) chosen.add(label);
    else chosen.delete(label);
    onChange({ targets: offered.map((target) => target.label).filter((target) => chosen.has(target)) });
  };
  return (
    <FieldSet label={t('submit.targets')} help={t('submit.targets.help')} error={errors['targets']} path="targets">
      {offered.map(({ label }) => (
        <label key={label} className="choice">
          <input
            type="checkbox"
            checked={state.targets.includes(label)}
            onChange={(event) => toggle(label, event.target.checked)}
          />
          {label}
        </label>
      ))}
    </FieldSet>
  );
};

const ScopeField = ({ state, onChange, errors }: Props) => (
  <FieldSet
    label={t('submit.scope')}
    help={t(`scope.${state.scope}.meaning`)}
    error={errors['recipe.scope']}
    path="recipe.scope"
  >
    {SCOPES.map((scope) => (
      <label key={scope} className="choice">
        <input type="radio" name="scope" checked={state.scope === scope} onChange={() => onChange({ scope })} />
        {t(`scope.${scope}`)}
      </label>
    ))}
  </FieldSet>
);

const Advanced = ({ state, onChange, boards, errors }: Props) => {
  const board = boards.find(({ id }) => id === state.board);
  const wrong = Object.keys(errors).some((path) => /^recipe\.(prune|sparsify|finetune)|^title/.test(path));
  const [open, setOpen] = useState(false);
  // A wrong field unfolds them; they are folded again by the reader alone.
  useEffect(() => {
    if (wrong) setOpen(true);
  }, [wrong]);
  return (
    <details className="advanced" open={open || wrong} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('submit.advanced')}</summary>
      <p className="field-help">{t('submit.advanced.help')}</p>
      <FieldFrame label={t('submit.title')} help={t('submit.title.help')} error={errors['title']} path="title">
        {(aria) => (
          <input
            type="text"
            maxLength={200}
            value={state.title}
            onChange={(event) => onChange({ title: event.target.value })}
            {...aria}
          />
        )}
      </FieldFrame>
      <h3>{t('submit.prune')}</h3>
      <div className="field-grid">
        <Parameters
          fields={PRUNE_FIELDS}
          raw={state.prune}
          path="recipe.prune"
          errors={errors}
          onChange={(prune) => onChange({ prune })}
        />
      </div>
      {state.methods.regularizer !== null && (
        <>
          <h3>{t('submit.sparsify')}</h3>
          <div className="field-grid">
            <Parameters
              fields={trainingFields(board?.sparsify)}
              raw={state.sparsify}
              path="recipe.sparsify"
              errors={errors}
              onChange={(sparsify) => onChange({ sparsify })}
            />
          </div>
        </>
      )}
      <h3>{t('submit.finetune')}</h3>
      <div className="field-grid">
        <Parameters
          fields={trainingFields(board?.finetune)}
          raw={state.finetune}
          path="recipe.finetune"
          errors={errors}
          onChange={(finetune) => onChange({ finetune })}
        />
      </div>
    </details>
  );
};

const SeedsField = ({ state, onChange, errors }: Props) => (
  <FieldFrame label={t('submit.seeds')} help={t('submit.seeds.help')} error={errors['seeds']} path="seeds">
    {(aria) => (
      <input
        type="text"
        inputMode="numeric"
        value={state.seeds}
        onChange={(event) => onChange({ seeds: event.target.value })}
        {...aria}
      />
    )}
  </FieldFrame>
);

export const RecipeFields = (props: Props) => {
  const has = (kind: MethodKind) => props.methods.some((method) => method.kind === kind);
  return (
    <>
      <div className="field-row">
        <BoardField {...props} />
        <StartField onChange={props.onChange} />
      </div>
      <div className="field-row">
        <MethodField kind="criterion" {...props} />
        <ScopeField {...props} />
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
      <div className="field-row">
        <TargetField {...props} />
        <SeedsField {...props} />
      </div>
      <Advanced {...props} />
    </>
  );
};
