/** `topiary explain`: what a network costs layer by layer, what can leave it together, and what cannot and why. No server. */
import { defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';

export const Explain = defineCommand({
  name: 'explain',
  summary: 'says what a network costs, which channels leave together, and which cannot leave and why',
  operands: '<file.onnx>',
  options: { heads: { type: 'boolean', help: 'whole attention heads may leave, too' } },
  examples: ['topiary explain net.onnx', 'topiary explain net.onnx --json | jq .stays'],
  run: async ({ json, out }, operands, { heads = false }) => {
    const [file] = operands;
    if (file === undefined || operands.length > 1) throw new UsageError('explain takes one file');
    const { explainNetwork } = await import('../local/explain-network.js');
    const explained = await explainNetwork(file, heads);
    out(json ? `${JSON.stringify(explained.json)}\n` : explained.text);
    return EXIT.ok;
  },
});
