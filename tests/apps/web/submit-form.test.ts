/** The submit form: fields from schemas, the request, its curl line (run by a real shell), errors at the right field. */
import { execFileSync } from 'node:child_process';
import {
  CreateSubmission,
  type MethodDescription,
  Recipe,
  TARGET_LABEL,
  type TrackDescription,
  Training,
} from '@topiary/contracts';
import { boardOf, fillRecipe } from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';
import { againBody } from '../../../apps/web/src/features/submission/again.js';
import { curlFor, prettyJson, shellQuote } from '../../../apps/web/src/features/submit-form/curl.js';
import { estimate } from '../../../apps/web/src/features/submit-form/estimate.js';
import { type FieldDescription, limits, readField, stepOf } from '../../../apps/web/src/features/submit-form/fields.js';
import { formAddress, initialForm } from '../../../apps/web/src/features/submit-form/initial.js';
import { fieldOf } from '../../../apps/web/src/features/submit-form/problem-field.js';
import {
  PRUNE_FIELDS,
  pruneFields,
  TRAINING_FIELDS,
  trainingFields,
} from '../../../apps/web/src/features/submit-form/recipe-fields.js';
import {
  blankForm,
  blankStep,
  buildRequest,
  type FormState,
  formFromRecipe,
  readSeeds,
} from '../../../apps/web/src/features/submit-form/state.js';
import {
  axesFor,
  isTargetLabel,
  offeredTargets,
  readRatio,
  targetLabel,
} from '../../../apps/web/src/features/submit-form/targets.js';

const taylor: MethodDescription = {
  kind: 'criterion',
  id: 'taylor',
  title: 'Taylor',
  summary: '',
  formula: '',
  paper: null,
  needs: ['gradients'],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [
    { id: 'order', title: 'Order', meaning: '', type: 'integer', default: 1, min: 1, max: 2 },
    { id: 'epsilon', title: 'Epsilon', meaning: '', type: 'number', default: 0.001, min: 0 },
    { id: 'absolute', title: 'Absolute', meaning: '', type: 'boolean', default: true },
    { id: 'reduce', title: 'Reduce', meaning: '', type: 'choice', default: 'mean', choices: ['mean', 'sum'] },
  ],
};
const [order, epsilon, absolute, reduce] = taylor.parameters as [
  FieldDescription,
  FieldDescription,
  FieldDescription,
  FieldDescription,
];

const form = (change: Partial<FormState>): FormState => ({
  ...blankForm,
  board: 'classification.resnet-tiny.shapes32',
  methods: { criterion: 'taylor', regularizer: null, procedure: null },
  ...change,
});

describe('a field made from a parameter description', () => {
  it('reads what was typed, and the default when nothing was', () => {
    expect(readField(order, undefined)).toEqual({ ok: true, value: 1 });
    expect(readField(order, ' 2 ')).toEqual({ ok: true, value: 2 });
    expect(readField(epsilon, '1e-5')).toEqual({ ok: true, value: 1e-5 });
    expect(readField(epsilon, '0,5')).toEqual({ ok: true, value: 0.5 });
    expect(readField(absolute, 'false')).toEqual({ ok: true, value: false });
    expect(readField(reduce, 'sum')).toEqual({ ok: true, value: 'sum' });
  });
  it.each([
    [order, '1.5'],
    [order, '3'],
    [epsilon, '-1'],
    [epsilon, 'small'],
    [reduce, 'max'],
  ] as const)('refuses %o with %s', (field, raw) => expect(readField(field, raw).ok).toBe(false));
  it('says its limits in words', () => {
    expect(limits(order)).toBe('From 1 to 2.');
    expect(limits(epsilon)).toBe('At least 0.');
    expect(limits(reduce)).toBeNull();
    expect([stepOf(order), stepOf(epsilon)]).toEqual([1, 'any']);
  });
});

describe('the recipe’s own fields', () => {
  const recipe = Recipe.parse({});
  it('have the defaults of the API', () => {
    const defaults = (fields: readonly FieldDescription[]) => Object.fromEntries(fields.map((f) => [f.id, f.default]));
    // what the API leaves open the board decides
    expect(defaults(PRUNE_FIELDS)).toEqual({ ...recipe.prune, steps: null });
    const { prune } = boardOf('classification.vit-tiny.shapes32');
    expect(defaults(pruneFields(prune))).toMatchObject({ solve: 'first-crossing', steps: 10, protection: 0.1 });
    expect(TRAINING_FIELDS.map(({ id }) => id).sort()).toEqual(Object.keys(Training.shape).sort());
    const { finetune } = boardOf('classification.resnet-tiny.shapes32');
    expect(defaults(trainingFields(finetune))).toEqual(finetune);
    const filled = fillRecipe(boardOf('classification.resnet-tiny.shapes32'), {});
    expect([blankForm.methods.criterion, blankForm.scope]).toEqual([filled.criterion, filled.scope]);
  });
  it('allow what the API allows at both ends, and nothing beyond', () => {
    const parts = { prune: PRUNE_FIELDS, sparsify: TRAINING_FIELDS, finetune: TRAINING_FIELDS };
    for (const [part, fields] of Object.entries(parts)) {
      for (const { id, min, max, choices } of fields) {
        const accepts = (value: unknown) => Recipe.safeParse({ [part]: { [id]: value } }).success;
        for (const choice of choices ?? []) expect([id, choice, accepts(choice)]).toEqual([id, choice, true]);
        if (min === undefined || max === undefined) continue;
        expect([id, accepts(min), accepts(max)]).toEqual([id, true, true]);
        expect([id, accepts(min - 1), accepts(max * 2)]).toEqual([id, false, false]);
      }
    }
  });
});

describe('the request', () => {
  it('is accepted by the API’s schema and says only what differs from the defaults', () => {
    const state = form({
      params: { criterion: { order: '2', reduce: 'mean' }, regularizer: {}, procedure: {} },
      finetune: { lr: '0.05', steps: '' },
      seeds: '0 1, 2',
      targets: ['2x', '4x'],
      title: ' mine ',
    });
    const { body, errors, runs } = buildRequest(state, [taylor]);
    expect(errors).toEqual({});
    expect(runs).toBe(6);
    expect(body.recipe).toEqual({
      criterion: 'taylor',
      scope: 'global',
      params: { criterion: { order: 2 } },
      finetune: { lr: 0.05 },
    });
    const parsed = CreateSubmission.parse(body);
    expect(parsed).toMatchObject({ title: 'mine', targets: ['2x', '4x'], seeds: [0, 1, 2] });
  });
  it('names every wrong field by its path', () => {
    const state = form({
      board: '',
      targets: [],
      seeds: 'x',
      params: { criterion: { order: '7' }, regularizer: {}, procedure: {} },
      prune: { protection: '2' },
    });
    expect(Object.keys(buildRequest(state, [taylor]).errors).sort()).toEqual([
      'board',
      'recipe.params.criterion.order',
      'recipe.prune.protection',
      'seeds',
      'targets',
    ]);
  });
  it('comes back as it was from a stored recipe', () => {
    const stored = Recipe.parse({ criterion: 'taylor', scope: 'local', params: { criterion: { order: 2 } } });
    const again = buildRequest(form(formFromRecipe(stored)), [taylor]).body;
    expect(CreateSubmission.parse(again)).toMatchObject({ recipe: stored });
  });
  it('has a procedure with its parameters, and neither scope nor pruning beside it', () => {
    const halve: MethodDescription = { ...taylor, kind: 'procedure', id: 'halve', axes: ['steps', 'macs'] };
    const state = form({
      methods: { criterion: null, regularizer: null, procedure: 'halve' },
      params: { criterion: {}, regularizer: {}, procedure: { order: '2' } },
      prune: { protection: '2' },
      targets: ['free', 'steps:2.5x'],
    });
    const { body, errors } = buildRequest(state, [taylor, halve]);
    expect(errors).toEqual({});
    expect(body.recipe).toEqual({ criterion: null, procedure: 'halve', params: { procedure: { order: 2 } } });
    expect(CreateSubmission.parse(body)).toMatchObject({ targets: ['free', 'steps:2.5x'] });
  });
  it('has further steps, each with errors of its own, and comes back with them', () => {
    const second = { ...blankStep, methods: { criterion: 'taylor', regularizer: null, procedure: null } };
    const wrong = { ...second, params: { ...second.params, criterion: { order: '7' } } };
    expect(Object.keys(buildRequest(form({ next: [second, wrong] }), [taylor]).errors)).toEqual([
      'next.1.params.criterion.order',
    ]);
    const { body } = buildRequest(form({ next: [{ ...second, finetune: { steps: '5' } }] }), [taylor]);
    expect(body.next).toEqual([{ criterion: 'taylor', scope: 'global', finetune: { steps: 5 } }]);
    const parsed = CreateSubmission.parse(body) as Extract<CreateSubmission, { kind: 'recipe' }>;
    const stored = { ...parsed.recipe, next: parsed.next };
    const again = buildRequest(form(formFromRecipe(stored)), [taylor]).body;
    expect(CreateSubmission.parse(again)).toMatchObject({ recipe: parsed.recipe, next: parsed.next });
    const sent = againBody({ kind: 'recipe', board: 'b', recipe: stored, targets: ['2x'], seeds: [0] });
    expect(CreateSubmission.parse(sent)).toMatchObject({ next: parsed.next });
  });
  it('offers the board’s targets, what was asked beside them, and `free` to methods that decide by themselves', () => {
    const board = { targets: [{ axis: 'macs', value: 2, label: '2x' }] };
    const free = { criterion: null, regularizer: null, procedure: 'halve' };
    expect(offeredTargets(form({ targets: ['params:3x'] }), board)).toEqual(['2x', 'params:3x']);
    expect(offeredTargets(form({ methods: free, targets: ['2x'] }), board)).toEqual(['2x', 'free']);
    expect(offeredTargets(form({ next: [{ ...blankStep, methods: free }], targets: [] }), board)).toContain('free');
  });
  it('names a target on the axes that its steps change, as the API reads it', () => {
    const halve: MethodDescription = { ...taylor, kind: 'procedure', id: 'halve', axes: ['steps'] };
    const axes = ['macs', 'params', 'steps', 'latency'].map((id) => ({ id, perMachine: id === 'latency' }));
    const track = { axes, targetAxis: 'macs' } as unknown as TrackDescription;
    const free = { criterion: null, regularizer: null, procedure: 'halve' };
    expect(axesFor(form({}), [taylor, halve], track).map(({ id }) => id)).toEqual(['macs', 'params', 'steps']);
    expect(axesFor(form({ methods: free }), [taylor, halve], track).map(({ id }) => id)).toEqual(['steps']);
    expect([targetLabel(3, 'macs', track), targetLabel(2.5, 'params', track)]).toEqual(['3x', 'params:2.5x']);
    expect(['2', '2,5x', '1', '11', 'x', ''].map(readRatio)).toEqual([2, 2.5, null, null, null, null]);
    for (const label of ['free', '2x', 'params:2.5x', 'x', '2', 'P:2x'])
      expect([label, isTargetLabel(label)]).toEqual([label, TARGET_LABEL.test(label)]);
  });
  it('is carried by an address', () => {
    const open = { id: 'b', state: 'open', targets: [{ label: '2x' }, { label: '4x' }] } as never;
    const sent = { board: 'b', recipe: { criterion: 'taylor' }, targets: [{ label: '4x' }], seeds: [3, 4] };
    const search = new URLSearchParams(formAddress(sent).split('?')[1]);
    expect(initialForm(search, [open])).toMatchObject({ board: 'b', targets: ['4x'], seeds: '3, 4' });
    expect(initialForm(new URLSearchParams('recipe={'), [open]).methods).toEqual(blankForm.methods);
    expect(initialForm(new URLSearchParams('procedure=p'), [open]).methods).toEqual({
      criterion: null,
      regularizer: null,
      procedure: 'p',
    });
  });
  it('reads seeds', () => {
    expect(readSeeds('2, 1 2')).toEqual([2, 1]);
    expect([readSeeds(''), readSeeds('-1'), readSeeds('1.5'), readSeeds(String(2 ** 31))]).toEqual(Array(4).fill(null));
  });
});

describe('the curl line', () => {
  const body = {
    kind: 'recipe',
    title: 'it\'s $HOME `x` \\ "q"',
    targets: ['2x', '4x'],
    seeds: [0],
    recipe: { lr: 0.5 },
  };
  it('gives the same request when a shell runs it', () => {
    // `curl` becomes a function that prints its arguments, so that the shell's own quoting is what is tested.
    const script = `curl() { for a in "$@"; do printf '%s\\0' "$a"; done; }\nTOPIARY_KEY=secret\n${curlFor('http://h:1', body)}`;
    const args = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(args.slice(0, 6)).toEqual([
      '-X',
      'POST',
      'http://h:1/api/v1/submissions',
      '-H',
      'Authorization: Bearer secret',
      '-H',
    ]);
    expect(JSON.parse(args.at(-1) ?? '')).toEqual(body);
  });
  it('keeps short lists on a line', () => expect(prettyJson(body)).toContain('"targets": ["2x", "4x"]'));
  it('survives brackets inside strings', () => {
    const odd = { a: '[\n  1\n]', b: [['x', ']'], []] };
    expect(JSON.parse(prettyJson(odd))).toEqual(odd);
  });
  it('quotes quotes', () => expect(shellQuote("a'b")).toBe(`'a'\\''b'`));
});

describe('an error of the server', () => {
  const fields = [
    'board',
    'targets',
    'seeds',
    'recipe.criterion',
    'recipe.params.criterion.order',
    'recipe.finetune.lr',
  ];
  it.each([
    ['TOPIARY_API_VALIDATION', 'body/recipe/finetune/lr', 'recipe.finetune.lr'],
    ['TOPIARY_API_VALIDATION', 'targets.0', 'targets'],
    ['TOPIARY_METHODS_PARAMETER', 'criterion taylor, parameter order', 'recipe.params.criterion.order'],
    ['TOPIARY_METHODS_UNKNOWN', 'nothing known', 'recipe.criterion'],
    ['TOPIARY_TRACKS_BOARD_CLOSED', undefined, 'board'],
    ['TOPIARY_API_INTERNAL', 'the database', null],
  ])('%s at %s', (code, where, expected) =>
    expect(fieldOf({ code, ...(where === undefined ? {} : { where }) }, fields)).toBe(expected),
  );
});

describe('the estimate', () => {
  const board = { estimateSeconds: 20, finetune: { steps: 400 } } as never;
  const status = { queue: { waiting: 2, active: 1 }, workers: [{}, {}] } as never;
  it('shares runs and queue among the workers', () => {
    expect(estimate(board, 6, null, status)).toEqual({ runSeconds: 20, totalSeconds: 60, waitSeconds: 30 });
    expect(estimate(board, 1, 800, undefined)).toEqual({ runSeconds: 40, totalSeconds: 40, waitSeconds: 0 });
    expect(estimate(board, 1, 0, undefined).runSeconds).toBe(5);
  });
});
