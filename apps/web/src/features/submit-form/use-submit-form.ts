/** The submit form's behaviour: its state, what it would send, sending it, and where errors belong. */
import { useMutation } from '@tanstack/react-query';
import type { Board, MethodDescription, Problem } from '@topiary/contracts';
import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { ApiError, api } from '../../lib/api.js';
import { uniqueId } from '../../lib/unique.js';
import { initialForm } from './initial.js';
import { fieldOf } from './problem-field.js';
import { PRUNE_FIELDS, TRAINING_FIELDS } from './recipe-fields.js';
import { type Built, buildRequest, type FormState, KINDS, parametersOf, stepsOf } from './state.js';

/** Paths of all fields on screen, to find the one that an error speaks of. */
const fieldPaths = (state: FormState, methods: readonly MethodDescription[]): readonly string[] => [
  'board',
  'title',
  'targets',
  'seeds',
  ...stepsOf(state).flatMap(([path, step]) => [
    `${path}.scope`,
    ...KINDS.map((kind) => `${path}.${kind}`),
    ...KINDS.flatMap((kind) =>
      parametersOf(methods, kind, step.methods[kind]).map(({ id }) => `${path}.params.${kind}.${id}`),
    ),
    ...PRUNE_FIELDS.map(({ id }) => `${path}.prune.${id}`),
    ...(['sparsify', 'finetune'] as const).flatMap((part) => TRAINING_FIELDS.map(({ id }) => `${path}.${part}.${id}`)),
  ]),
];

export interface SubmitForm {
  readonly form: RefObject<HTMLFormElement | null>;
  readonly state: FormState;
  readonly built: Built;
  /** By the field's path; those of the form itself only after an attempt to send it. */
  readonly errors: Readonly<Record<string, string>>;
  readonly incomplete: boolean;
  readonly problem: Problem | null;
  /** The field that the problem belongs to. */
  readonly field: string | null;
  readonly sending: boolean;
  readonly onChange: (change: Partial<FormState>) => void;
  readonly onSubmit: (event: FormEvent) => void;
  readonly forget: () => void;
}

export const useSubmitForm = (boards: readonly Board[], methods: readonly MethodDescription[]): SubmitForm => {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const form = useRef<HTMLFormElement>(null);
  const [state, setState] = useState<FormState>(() => initialForm(search, boards));
  const [pressed, setPressed] = useState(false);
  // One key per content of the form: pressing twice is one submission, a changed form is another.
  const [idempotencyKey, setIdempotencyKey] = useState(uniqueId);
  const built = buildRequest(
    state,
    methods,
    boards.find(({ id }) => id === state.board),
  );
  const send = useMutation({
    mutationFn: () => api.submit(built.body, idempotencyKey),
    onSuccess: ({ id }) => navigate(`/submissions/${id}`),
  });
  const problem = send.error instanceof ApiError ? send.error.problem : null;
  const field = problem && fieldOf(problem, fieldPaths(state, methods));
  const errors = {
    ...(pressed ? built.errors : {}),
    ...(problem && field !== null ? { [field]: problem.detail } : {}),
  };
  const first = Object.keys(errors)[0];

  useEffect(() => {
    if (first === undefined) return;
    const wrong = form.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(first)}"]`);
    wrong?.querySelector<HTMLElement>('input, select')?.focus();
  }, [first]);

  const onChange = (change: Partial<FormState>) => {
    setState((previous) => ({ ...previous, ...change }));
    setIdempotencyKey(uniqueId());
    setPressed(false);
    send.reset();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setPressed(true);
    if (Object.keys(built.errors).length === 0) send.mutate();
  };
  return {
    form,
    state,
    built,
    errors,
    incomplete: pressed && Object.keys(built.errors).length > 0,
    problem,
    field,
    sending: send.isPending,
    onChange,
    onSubmit,
    forget: send.reset,
  };
};
