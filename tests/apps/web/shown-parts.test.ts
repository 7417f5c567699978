/** What a run shows, the numbers of an axis, and small parts of the site. */
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../apps/web/src/features/facts/registry.js';
import { isPublished, shownOf } from '../../../apps/web/src/features/facts/shown.js';
import { smooth } from '../../../apps/web/src/features/plot/smooth.js';
import { blameOf } from '../../../apps/web/src/features/submission/failure.js';
import { axisScale } from '../../../apps/web/src/lib/format.js';
import { matches } from '../../../apps/web/src/lib/match.js';

describe('what a run shows', () => {
  const artefact = (kind: string, more: object = {}) => ({
    kind,
    sha256: kind.repeat(2),
    bytes: 1,
    mediaType: 'application/json',
    ...more,
  });
  const artefacts = [artefact('wave', { title: 'A noised wave' }), artefact('correct'), artefact('answers')];
  const widths = [{ layer: 'a', axis: 0, before: 4, after: 2 }];

  it('is its widths and the artefacts that a view draws, and never its answers', () => {
    const all = shownOf({ widths, artefacts }, () => true);
    expect(all.map(({ kind, title }) => [kind, title])).toEqual([
      ['widths', null],
      ['wave', 'A noised wave'],
    ]);
    expect(shownOf({ widths: [], artefacts }, () => false)).toEqual([]);
    expect(artefacts.map(isPublished)).toEqual([true, false, false]);
  });
  it('is drawn by the file that has the name of its kind', () => {
    expect(viewOf('widths')).not.toBeNull();
    expect(viewOf('no-such-view')).toBeNull();
  });
});

describe('the numbers of an axis', () => {
  it('stand on one scale, with as many figures as the axis says', () => {
    const plain = { unit: '', digits: 3 };
    expect(axisScale(plain, [1_304_000, 652_000]).write(652_000)).toBe('0.65');
    expect(axisScale({ unit: 'B', digits: 3 }, [2048, 1024])).toMatchObject({ unit: 'kB' });
    expect(axisScale({ unit: 'ms', digits: 3 }, [1300, 0.27]).write(0.27)).toBe('0.270');
    expect(axisScale(plain, [1, 0.375]).write(0.375)).toBe('0.375');
    expect(axisScale(plain, [50, 12]).write(12)).toBe('12');
  });
});

describe('small parts', () => {
  it('a running mean keeps lines straight and does not lag', () => {
    const ramp = Array.from({ length: 30 }, (_, i) => 3 * i + 1);
    for (const [i, value] of smooth(ramp).entries()) expect(value).toBeCloseTo(ramp[i]!, 10);
    expect(smooth([])).toEqual([]);
  });
  it('search wants every word', () => {
    expect(matches('resnet CIFAR', 'ResNet-20 on CIFAR-10')).toBe(true);
    expect(matches('resnet imagenet', 'ResNet-20', null, undefined)).toBe(false);
    expect(matches(null, 'anything')).toBe(true);
  });
  it('blame follows the status as the API assigns it', () =>
    expect([400, 404, 409, 422, 503, 500].map((status) => blameOf({ status }))).toEqual([
      'caller',
      'caller',
      'caller',
      'caller',
      'operator',
      'topiary',
    ]));
});
