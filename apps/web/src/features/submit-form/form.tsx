/** The submit form: board, method with its parameters, target, seeds; everything else folded away with defaults. */
import { useQuery } from '@tanstack/react-query';
import type { Board, MethodDescription } from '@topiary/contracts';
import { useEffect, useState } from 'react';
import { recipesQuery } from '../../lib/queries.js';
import { FieldFrame } from './field.js';
import { NextSteps } from './next-steps.js';
import { PrivateField } from './private-field.js';
import { blankForm, type FormState, formFromRecipe, usualScope } from './state.js';
import { StepFields, StepTraining } from './step-fields.js';
import { TargetField } from './targets-field.js';
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
    const chosen = boards.find((candidate) => candidate.id === id);
    const offered = chosen?.targets.map(({ label }) => label) ?? [];
    const kept = state.targets.filter((target) => offered.includes(target));
    onChange({
      board: id,
      targets: kept.length > 0 ? kept : offered.slice(0, 1),
      // what nobody has touched follows the board
      ...(state.scope === usualScope(board) ? { scope: usualScope(chosen) } : {}),
    });
  };
  return (
    <FieldFrame label={t('submit.board')} help={board?.protocol} error={errors['board']} path="board">
      {(aria) => (
        <select value={state.board} onChange={(event) => choose(event.target.value)} {...aria}>
          {boards.map(({ id, title, closed, state: open }) => (
            <option key={id} value={id} disabled={open !== 'open'}>
              {open === 'open' ? title : `${title} (${t(closed ? 'board.state.closed' : 'board.state.reported-only')})`}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
};

/** Fills in methods, parameters and scope as a row of the published tables has them; board, targets and seeds stay. */
const StartField = ({ board, onChange }: Pick<Props, 'onChange'> & { readonly board: Board | undefined }) => {
  const recipes = useQuery(recipesQuery).data?.items ?? [];
  const [chosen, setChosen] = useState('');
  const choose = (id: string) => {
    setChosen(id);
    const recipe = recipes.find((candidate) => candidate.id === id)?.recipe;
    const { methods, params, scope, prune, sparsify, finetune } = { ...blankForm, ...formFromRecipe(recipe ?? {}) };
    onChange({
      methods: recipe ? methods : blankForm.methods,
      params,
      scope: recipe && !recipe['scope'] ? usualScope(board) : scope,
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

const Advanced = ({ state, onChange, boards, methods, errors }: Props) => {
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
      <StepTraining step={state} path="recipe" onChange={onChange} methods={methods} board={board} errors={errors} />
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
  const { state, onChange, boards, methods, errors } = props;
  const board = boards.find(({ id }) => id === state.board);
  return (
    <>
      <div className="field-row">
        <BoardField {...props} />
        <StartField board={board} onChange={onChange} />
      </div>
      <StepFields step={state} path="recipe" onChange={onChange} methods={methods} board={board} errors={errors} />
      <NextSteps {...props} board={board} />
      <div className="field-row">
        <TargetField state={state} onChange={onChange} board={board} methods={methods} error={errors['targets']} />
        <SeedsField {...props} />
      </div>
      <PrivateField value={state.isPrivate} onChange={(isPrivate) => onChange({ isPrivate })} />
      <Advanced {...props} />
    </>
  );
};
