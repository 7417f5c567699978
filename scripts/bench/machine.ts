/** The machine and its rate: float32 MatMul of 1024³ in onnxruntime, the roof that training is measured against. */
import { cpus, totalmem } from 'node:os';
import { floats } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { compile } from '@topiary/runtime';
import { timed } from './clock.js';
import type { Clock } from './peer.js';
import { summarize } from './summary.js';

const SIZE = 1024;

export const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
});

/** Billions of floating-point operations per second, at the median of `repetitions`. */
export const matMulRate = async (threads: number, clock: Clock, repetitions = 15): Promise<number> => {
  const b = createBuilder();
  const shape = [SIZE, SIZE];
  b.output(b.op('MatMul', [b.input('x', 'float32', shape), b.input('y', 'float32', shape)]), 'z');
  const session = await compile(b.build('matmul'), { threads, provider: 'cpu' });
  const matrix = floats(
    Float32Array.from({ length: SIZE * SIZE }, (_, i) => Math.sin(i)),
    shape,
  );
  const times: number[] = [];
  for (let i = 0; i <= repetitions; i += 1) {
    const time = await timed(clock, () => session.run({ x: matrix, y: matrix }));
    if (i > 0) times.push(time);
  }
  await session.release();
  return (2 * SIZE ** 3) / summarize(times).medianMs / 1e6;
};
