/** What a run leaves of its network for pages to draw: what each layer costs, and its graph. */
import { z } from 'zod';

/** Channels that a layer asks for, and those that the kernels compute in their place. */
const Asked = z.tuple([z.number().int(), z.number().int()]);

const Cost = z.object({
  output: z.array(z.union([z.number(), z.string()])).describe('Shape of what comes out'),
  params: z.number(),
  macs: z.number().describe('Pure count, one example'),
  computed: z.number().describe('The same with the channels that the kernels fill up'),
  kernel: z
    .object({
      inputs: Asked,
      outputs: Asked,
      plain: z
        .enum(['fours', 'groups'])
        .nullable()
        .describe(
          'Why it is computed in plain layout, which takes longer: channels that do not come in fours, groups that fill no blocks',
        ),
    })
    .nullable()
    .describe('Of a convolution, where the kernels work in blocks of channels'),
});
export type LayerCostFact = z.infer<typeof Cost>;

/** View `layers`: the layers of base and network by their names, in the order in which they run. */
export const LayersFact = z.object({
  block: z.number().int().describe('Channels per block of the kernels; 0: they know none'),
  layers: z.array(
    z.object({
      layer: z.string(),
      ops: z.array(z.string()),
      base: Cost.nullable().describe('Null: not in the base'),
      left: Cost.nullable().describe('Null: gone'),
    }),
  ),
});
export type LayersFact = z.infer<typeof LayersFact>;

/** View `graph`: the nodes of the network in the order in which they run. */
export const GraphFact = z.object({
  inputs: z.array(z.object({ name: z.string(), shape: z.string() })),
  outputs: z.array(z.string()),
  nodes: z.array(
    z.object({
      name: z.string(),
      op: z.string(),
      inputs: z.array(z.string()).describe('Values that other nodes make, or that come in'),
      weights: z.array(z.object({ name: z.string(), dims: z.array(z.number().int()) })),
      outputs: z.array(z.string()),
      shape: z.string().describe('Of the first output'),
      macs: z.number().describe('Pure count, one example'),
      attributes: z.string(),
    }),
  ),
});
export type GraphFact = z.infer<typeof GraphFact>;
