/** The views of gates and schedules read what procedures write; lanes stand beside each other as the costs say. */
import { GatesFact, ScheduleFact } from '@topiary/contracts';
import { type Call, type Pipeline, pipelineCosts } from '@topiary/pipeline';
import { describe, expect, it } from 'vitest';
import { gatesFrom, lanesOf, partsOf, scheduleFrom } from '../../../apps/web/src/features/views/schedule/data.js';
import { gatesFact, scheduleFact } from '../../../packages/methods/src/procedures/_facts.js';
import { narrowDenoiser } from '../../helpers/denoiser-task.js';

const base = narrowDenoiser();
const [call] = base.schedule.stretches[0]!.calls;
const read = ({ bytes }: { readonly bytes: Uint8Array }): unknown => JSON.parse(new TextDecoder().decode(bytes));

/** Two networks of which both are called at first, one after another, then beside each other. */
const lanes = (): Pipeline => {
  const part = base.parts.get(call!.part)!;
  const on = (lane: number, name: string): Call => ({ ...call!, part: name, lane });
  const stretches = [
    { steps: 1, calls: [on(0, 'a'), on(0, 'b')] },
    { steps: 2, calls: [on(0, 'a'), on(1, 'b')] },
  ];
  return {
    parts: new Map([
      ['a', part],
      ['b', part],
    ]),
    schedule: { ...base.schedule, stretches },
  };
};

const TIMESTEPS = [999, 500, 0];

describe('the schedule', () => {
  it('is as long as the longest lane of every step, as the costs count it', () => {
    const fact = read(scheduleFact('Schedule', lanes(), { counter: 'pure', timesteps: TIMESTEPS }));
    expect(ScheduleFact.parse(fact)).toEqual(fact);
    const chart = lanesOf(scheduleFrom(fact)!);
    const costs = pipelineCosts(lanes(), 'pure');
    expect([chart.longest, chart.all]).toEqual([costs.criticalMacs, costs.trajectoryMacs]);
    const macs = pipelineCosts(base, 'pure').macs;
    expect(chart.bars.map(({ lane, from }) => [lane, from / macs])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 2],
      [0, 3],
      [1, 3],
    ]);
    expect(partsOf(chart).map(({ part, calls }) => [part, calls])).toEqual([
      ['a', 3],
      ['b', 3],
    ]);
  });

  it('of a loop without an end of its own is as long as the loop', () => {
    const fact = scheduleFrom(read(scheduleFact('Schedule', base, { counter: 'pure', timesteps: TIMESTEPS })))!;
    expect(fact.steps.map(({ timestep }) => timestep)).toEqual(TIMESTEPS);
  });

  it.each([
    null,
    { steps: [], mask: null },
    { steps: [{ timestep: 1 }], mask: null },
    { steps: [{ timestep: 1, calls: [] }], mask: { rows: ['a'], computed: [[true, false]] } },
    { steps: [{ timestep: 1, calls: [] }], mask: { rows: ['a', 'b'], computed: [[true]] } },
  ])('is nothing where the file is another: %#', (data) => {
    expect(scheduleFrom(data)).toBeNull();
  });
});

describe('gates', () => {
  const content: GatesFact = {
    rows: ['a', 'b'],
    columns: { title: 'step', at: [0, 50, 100] },
    values: [
      [0.5, 0.25, 1 / 3],
      [0.5, 0.75, 2 / 3],
    ],
    share: 'stays',
    kept: [false, true],
  };

  it('are read as they were written, to three digits', () => {
    const fact = read(gatesFact('Gates', content));
    expect(GatesFact.parse(fact)).toEqual(fact);
    expect(gatesFrom(fact)!.values[0]).toEqual([0.5, 0.25, 0.333]);
  });

  it.each([null, {}, { ...content, values: [[1]] }, { ...content, rows: ['a'] }])(
    'are nothing where the file is another: %#',
    (data) => {
      expect(gatesFrom(data)).toBeNull();
    },
  );
});
