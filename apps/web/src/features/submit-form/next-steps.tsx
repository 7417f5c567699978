/** Further steps of a recipe: each begins with what the one before made, and their budgets add up. */
import type { Board, MethodDescription } from '@topiary/contracts';
import { blankStep, type FormState, MOST_NEXT, type StepState } from './state.js';
import { StepFields, StepTraining } from './step-fields.js';
import { t } from './words.js';

interface Props {
  readonly state: FormState;
  readonly onChange: (change: Partial<FormState>) => void;
  readonly board: Board | undefined;
  readonly methods: readonly MethodDescription[];
  readonly errors: Readonly<Record<string, string>>;
}

/** The steps keep no names of their own: they are told apart by their place. */
const NextStep = ({
  at,
  step,
  state,
  onChange,
  ...props
}: Props & { readonly at: number; readonly step: StepState }) => {
  const path = `next.${at}`;
  const change = (some: Partial<StepState>) =>
    onChange({ next: state.next.map((one, i) => (i === at ? { ...one, ...some } : one)) });
  const isWrong = Object.keys(props.errors).some((name) => name.startsWith(`${path}.`));
  return (
    <fieldset className="next-step">
      <legend>{t('submit.step', { n: at + 2 })}</legend>
      <StepFields {...props} step={step} path={path} onChange={change} />
      <details className="advanced" open={isWrong || undefined}>
        <summary>{t('submit.advanced')}</summary>
        <StepTraining {...props} step={step} path={path} onChange={change} />
      </details>
      <button
        type="button"
        className="button is-quiet is-small"
        onClick={() => onChange({ next: state.next.filter((_, i) => i !== at) })}
      >
        {t('submit.step.remove', { n: at + 2 })}
      </button>
    </fieldset>
  );
};

export const NextSteps = (props: Props) => {
  const { state, onChange } = props;
  return (
    <>
      {state.next.map((step, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
        <NextStep key={at} {...props} at={at} step={step} />
      ))}
      {state.next.length < MOST_NEXT && (
        <p className="add-step">
          <button
            type="button"
            className="button is-quiet is-small"
            onClick={() => onChange({ next: [...state.next, blankStep] })}
          >
            {t('submit.step.add')}
          </button>
          <span className="field-help">{t('submit.step.help')}</span>
        </p>
      )}
    </>
  );
};
