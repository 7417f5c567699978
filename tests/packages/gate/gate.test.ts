import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { isTopiaryError } from '@topiary/errors';
import { admit, CHECKS, check, denseOf, GATE_LIMITS, networkRules } from '@topiary/gate';
import { decode, encode, floats } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { describe, expect, it } from 'vitest';
import { honest, hostileFiles } from '../../helpers/hostile.js';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { random } from '../../helpers/random.js';
import { sample, withoutSamples } from '../../helpers/samples.js';

const base = honest();
const files = hostileFiles();
const named = (start: string) => files.find(({ name }) => name.startsWith(start))!;
const denseFile = (bytes: Uint8Array) => denseOf(canonicalize(decode(bytes)), bytes.length);
const rules = networkRules({ input: [1, 8, 8], classes: 4, batch: 64, dense: denseFile(base) });

describe('an honest file', () => {
  it('passes every check, and its counts are those of the operators', () => {
    const verdict = check(base, rules);
    expect(verdict.faults).toEqual([]);
    expect(verdict.ok).toBe(true);
    expect(verdict.checks.map(({ id, state }) => [id, state])).toEqual(CHECKS.map(({ id }) => [id, 'passed']));
    const { params, pure, published } = count(decode(base));
    expect(verdict.facts).toMatchObject({ bytes: base.length, params, macs: { pure, published } });
  });

  it('runs, as our encoder writes it, with the outputs that its own bytes have in onnxruntime', async () => {
    const { graph } = admit(base, rules);
    const rng = random(3);
    const feeds = { input: floats(Float32Array.from({ length: 5 * 64 }, rng), [5, 1, 8, 8]) };
    const [ours, theirs] = [await runOnnx(encode(graph), feeds), await runOnnx(base, feeds)];
    expect(relativeDistance(ours['logits']!, theirs['logits']!)).toBeLessThan(1e-5);
  });

  it('narrower than the base passes, too', () => {
    expect(check(honest(5), rules).ok).toBe(true);
  });
});

describe('hostile files', () => {
  it.each(files)('$name is refused by its code: $code', ({ bytes, code }) => {
    const verdict = check(bytes, rules);
    expect(verdict.faults.map((fault) => fault.code)).toContain(code);
    expect(verdict.ok).toBe(false);
    const [first] = verdict.faults;
    expect(first!.where).not.toBe('');
    expect(first!.expected).not.toBe('');
    expect(first!.got).not.toBe('');
  });

  it('are told where, what was expected, and what was got', () => {
    expect(check(named('external data at /etc/passwd').bytes, rules).faults[0]).toMatchObject({
      where: 'model.graph.initializer[0]',
      expected: 'every number inside the file',
      got: "external data of tensor 'w'",
    });
  });

  it('too large are refused before anything is read', () => {
    const small = { ...rules, limits: { ...GATE_LIMITS, bytes: base.length - 1 } };
    expect(check(base, small).faults[0]!.code).toBe('TOPIARY_GATE_TOO_LARGE');
  });

  it('cut off at any byte are malformed', () => {
    for (let at = 1; at < base.length; at += at < 200 ? 1 : 97) {
      const [fault] = check(base.subarray(0, at), rules).faults;
      expect(fault?.code).toBe('TOPIARY_GATE_MALFORMED');
    }
  });

  it('several faults are told at once', () => {
    expect(check(named('a sparse initialiser').bytes, rules).faults.map(({ code }) => code)).toEqual([
      'TOPIARY_GATE_EXTERNAL_DATA',
      'TOPIARY_GATE_FORBIDDEN',
    ]);
  });

  it('make `admit` throw the first fault', () => {
    const { bytes, code } = files[0]!;
    expect(() => admit(bytes, rules)).toThrow(expect.objectContaining({ code }));
  });
});

describe.skipIf(withoutSamples())('files that others exported', () => {
  it.each([
    ['exports/vit_tiny.onnx', 32],
    ['exports/convnext_nano.onnx', 64],
    ['exports/mobilenet_v2.onnx', 64],
    ['exports/densenet121.onnx', 64],
    ['exports/efficientnet_b0.onnx', 64],
    ['exports/swin_nano.onnx', 64],
    ['exports/resnet18.onnx', 64],
    ['weights/resnet56-cifar10.onnx', 32],
  ])('%s passes', (name, side) => {
    const verdict = check(
      readFileSync(sample(name)),
      networkRules({ input: [3, side, side], classes: 10, batch: 128, dense: null }),
    );
    expect(verdict.faults).toEqual([]);
  });

  it('with bytes flipped are accepted or refused, and an accepted one loads in onnxruntime', async () => {
    const bytes = readFileSync(sample('weights/resnet20-cifar10.onnx'));
    const cifar = networkRules({ input: [3, 32, 32], classes: 10, batch: 8, dense: denseFile(bytes) });
    const rng = random(17);
    let [accepted, refused] = [0, 0];
    for (let i = 0; i < 60; i += 1) {
      const damaged = Uint8Array.from(bytes);
      for (let k = 0; k < 1 + (i % 3); k += 1) damaged[Math.floor(rng() * 20_000)]! ^= 1 << Math.floor(rng() * 8);
      try {
        const { graph } = admit(damaged, cifar);
        await runOnnx(graph, { [graph.inputs[0]!.name]: floats(new Float32Array(3072), [1, 3, 32, 32]) });
        accepted += 1;
      } catch (error) {
        if (!isTopiaryError(error)) throw error;
        refused += 1;
      }
    }
    expect(accepted).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });
});
