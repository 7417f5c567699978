/** The control of a plan: the same widths, other channels. */

import { count } from '@topiary/ops';
import { applyPlan, findGroups, plan, shuffled } from '@topiary/pruning';
import { buildModel, materialize, modelOf, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';

describe.each(['resnet-tiny-padded', 'resnet-tiny', 'vit-tiny', 'mobilenet-tiny'])('of %s', (id) => {
  const graph = materialize(buildModel(modelOf(id)), 3);
  const dependencies = findGroups(graph, { heads: true });
  const random = randomFrom(`shuffle/${id}`);
  const scores = new Map(
    dependencies.groups.map((group) => [group.id, Float64Array.from({ length: group.channels }, () => random.unit())]),
  );
  const found = plan(dependencies, scores, { target: { value: 2, counter: 'published' }, protection: 0.1 });
  const control = shuffled(dependencies, found, () => random.unit());

  it('every part of a group keeps as many channels as in the plan', () => {
    for (const group of dependencies.groups) {
      const [here, there] = [control, found].map(({ kept }) => new Set(kept.get(group.id)));
      for (const { channels } of group.strata) {
        const left = (set: Set<number>) => Array.from(channels).filter((k) => set.has(k)).length;
        expect(left(here!), group.id).toBe(left(there!));
      }
    }
  });

  it('costs what the plan costs, to the last multiply-accumulate', () => {
    const [a, b] = [found, control].map((one) => count(applyPlan(graph, dependencies, one).graph));
    expect([b!.params, b!.pure, b!.published]).toEqual([a!.params, a!.pure, a!.published]);
  });

  it('keeps other channels: as many in common as chance has it, not all', () => {
    const total = [...found.kept.values()].reduce((n, kept) => n + kept.length, 0);
    const common = [...found.kept].reduce((n, [group, kept]) => {
      const set = new Set(control.kept.get(group));
      return n + kept.filter((k) => set.has(k)).length;
    }, 0);
    expect(common).toBeLessThan(0.9 * total);
  });
});
