/** RegNetX (Radosavovic et al. 2020) with torchvision's names: bottlenecks without narrowing, grouped 3×3 convolutions. */
import type { Layers } from './_layers.js';

export interface RegnetX {
  readonly stem: number;
  readonly widths: readonly number[];
  readonly depths: readonly number[];
  /** Channels of one group of the 3×3 convolutions. */
  readonly groupWidth: number;
  readonly classes: number;
}

interface Shape {
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

export const regnetX =
  ({ stem, widths, depths, groupWidth, classes }: RegnetX) =>
  (nn: Layers, input: string): string => {
    const convNorm = (x: string, name: string, channels: number, shape: Shape) =>
      nn.batchNorm(nn.conv(x, `${name}.0`, { channels, ...shape, pad: (shape.kernel - 1) / 2 }), `${name}.1`);

    let x = nn.relu(convNorm(input, 'stem', stem, { kernel: 3, stride: 2 }));
    let from = stem;
    widths.forEach((width, stage) => {
      for (let i = 0; i < depths[stage]!; i += 1) {
        const name = `trunk_output.block${stage + 1}.block${stage + 1}-${i}`;
        const stride = i === 0 ? 2 : 1;
        const shortcut = stride === 1 && from === width ? x : convNorm(x, `${name}.proj`, width, { kernel: 1, stride });
        let y = nn.relu(convNorm(x, `${name}.f.a`, width, { kernel: 1 }));
        y = nn.relu(convNorm(y, `${name}.f.b`, width, { kernel: 3, stride, groups: width / groupWidth }));
        x = nn.relu(nn.add(shortcut, convNorm(y, `${name}.f.c`, width, { kernel: 1 })));
        from = width;
      }
    });
    return nn.linear(nn.globalAveragePool(x), 'fc', classes);
  };
