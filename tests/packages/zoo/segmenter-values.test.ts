/** Segment Anything's parts compute what their description says: windows, distances, tokens and pictures, in plain loops. */
import { canonicalize } from '@topiary/canonical';
import { standard } from '@topiary/lowering';
import { decode, encode, floats, type Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { infer } from '@topiary/runtime';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { directionsOf } from '../../../packages/zoo/src/segmenters/_prompts.js';
import { NARROW, narrowParts } from '../../helpers/segmenter.js';
import { decodedByHand, encodedByHand, reader } from './segmenter-reference.js';

/** Tables, biases and scales begin as zeros and ones, which would hide what they do. */
const shaken = (graph: Graph): Graph => {
  const random = randomFrom(`shaken/${graph.name}`);
  const initializers = [...graph.initializers].map(([name, one]) => {
    const { source } = one;
    if (!name.includes('.') || source.kind !== 'data' || !/_(encoder|decoder)\./.test(name))
      return [name, one] as const;
    const data = Float32Array.from(source.data as Float32Array, (value) => value + random.between(-0.2, 0.2));
    return [name, { ...one, source: { kind: 'data' as const, data } }] as const;
  });
  return { ...graph, initializers: new Map(initializers) };
};

const { encoder, prompts, decoder } = narrowParts(3);
const random = randomFrom('values');
const noise = (...dims: readonly number[]) =>
  floats(
    Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => random.between(-1, 1)),
    dims,
  );

/** [1, C, cells…] as rows of cells. */
const cellsOf = (data: ArrayLike<number>, channels: number): number[][] => {
  const cells = data.length / channels;
  return Array.from({ length: cells }, (_, i) => Array.from({ length: channels }, (__, c) => data[c * cells + i]!));
};

const expectNear = (got: ArrayLike<number>, wanted: readonly number[], digits = 4): void => {
  expect(got).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) expect(got[i]!).toBeCloseTo(value, digits);
};

describe('the image encoder', () => {
  it('attends in windows with padded tokens, over everything where it is told, by rows and columns of distances', async () => {
    const graph = shaken(encoder);
    const image = noise(1, 3, 64, 64);
    const { embedding } = await infer(graph, { image });
    const wanted = encodedByHand(graph, image.data as Float32Array, NARROW);
    const got = cellsOf(embedding!.data as Float32Array, 16);
    for (const [cell, row] of wanted.entries()) expectNear(got[cell]!, row, 3);
  });
});

describe('a trained file', () => {
  it.each([
    ['encoder', encoder],
    ['prompts', prompts],
    ['decoder', decoder],
  ] as const)('of the %s is read as it was written, tables of positions included', (_, part) => {
    const graph = shaken(part);
    const read = canonicalize(decode(encode(standard(graph))));
    expect(read.nodes.map(({ op, name }) => `${op} ${name}`)).toEqual(
      graph.nodes.map(({ op, name }) => `${op} ${name}`),
    );
    expect(count(read).params).toBe(count(graph).params);
  });
});

describe('the mask decoder', () => {
  it('lets tokens and picture attend to each other, enlarges the picture and multiplies it by what the tokens say', async () => {
    const graph = shaken(decoder);
    const [embedding, positions, dense] = [noise(1, 16, 4, 4), noise(1, 16, 4, 4), noise(1, 16, 4, 4)];
    const sparse = noise(1, 2, 16);
    const { masks, iou } = await infer(graph, { embedding, positions, dense, sparse });
    const told = {
      embedding: cellsOf(embedding.data as Float32Array, 16),
      positions: cellsOf(positions.data as Float32Array, 16),
      dense: cellsOf(dense.data as Float32Array, 16),
      sparse: [0, 1].map((t) => [...(sparse.data as Float32Array).slice(16 * t, 16 * (t + 1))]),
    };
    const wanted = decodedByHand(graph, told, 2);
    expectNear(masks!.data as Float32Array, wanted.masks.flat(), 3);
    expectNear(iou!.data as Float32Array, wanted.iou, 3);
  });
});

describe('the encoder of prompts', () => {
  const said = (points: readonly number[], labels: readonly number[], given = 0) =>
    infer(prompts, {
      points: floats(Float32Array.from(points), [1, 2, 2]),
      labels: floats(Float32Array.from(labels), [1, 2]),
      mask: noise(1, 1, 16, 16),
      given: floats(Float32Array.of(given), [1, 1]),
    });
  const vectors = reader(prompts, 'prompt_encoder').matrix('point_embeddings');
  const [gx, gy] = directionsOf(16);
  /** sin and cos of 2π (x Gx + y Gy), the middle of the pixel from -1 to 1. */
  const sines = (x: number, y: number): number[] => {
    const at = (value: number) => (2 * (value + 0.5)) / 64 - 1;
    const angles = Array.from(gx, (g, c) => 2 * Math.PI * (at(x) * g + at(y) * gy[c]!));
    return [...angles.map(Math.sin), ...angles.map(Math.cos)];
  };

  it('says where a point is and what it means; one that is none has no place', async () => {
    const { sparse } = await said([10, 20, 0, 0], [1, -1]);
    const rows = sparse!.data as Float32Array;
    expectNear(
      rows.slice(0, 16),
      sines(10, 20).map((value, c) => value + vectors[2]![c]!),
    );
    expectNear(rows.slice(16), vectors[0]!);
  });

  it.each([
    [0, 1],
    [2, 3],
    [3, 4],
  ])('adds to a place of label %d row %d of what is learned', async (label, row) => {
    const { sparse } = await said([33, 5, 0, 0], [label, -1]);
    expectNear(
      (sparse!.data as Float32Array).slice(0, 16),
      sines(33, 5).map((value, c) => value + vectors[row]![c]!),
    );
  });

  it('places the cells of the picture, and says so where there is no earlier mask', async () => {
    const { positions, dense } = await said([0, 0, 0, 0], [1, -1]);
    const cells = cellsOf(positions!.data as Float32Array, 16);
    // the middle of cell (column 3, row 1) of 16 pixels
    expectNear(cells[7]!, sines(3 * 16 + 7.5, 1 * 16 + 7.5));
    const none = reader(prompts, 'prompt_encoder').vector('no_mask_embed');
    for (const cell of cellsOf(dense!.data as Float32Array, 16)) expectNear(cell, none, 5);
    const { dense: read } = await said([0, 0, 0, 0], [1, -1], 1);
    expect(cellsOf(read!.data as Float32Array, 16)[0]![0]).not.toBeCloseTo(none[0]!, 2);
  });
});
