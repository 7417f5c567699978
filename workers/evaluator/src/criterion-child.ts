/** The process that runs an uploaded scoring graph, behind limits: it sees weights and statistics, one item at a time. */
import { canonicalize } from '@topiary/canonical';
import { admit, criterionRules } from '@topiary/gate';
import type { ScoredItem } from '@topiary/methods';
import { floats, type Graph } from '@topiary/onnx';
import { type CompileOptions, compile, type Session } from '@topiary/runtime';
import { serve } from '@topiary/sandbox/child';

let original: Graph | null = null;
let options: CompileOptions = {};
/** One session for each M; K stays open. */
const sessions = new Map<number, Promise<Session>>();

const open = (request: { readonly model: Uint8Array; readonly compile: CompileOptions }): readonly string[] => {
  original = admit(request.model, criterionRules()).original;
  options = request.compile;
  return original.inputs.map(({ name }) => name);
};

const compileFor = (numbers: number): Promise<Session> => {
  const symbols = original!.inputs.flatMap(({ shape }) => shape.slice(1).filter((dim) => typeof dim === 'string'));
  const sizes = Object.fromEntries(symbols.map((symbol) => [symbol, numbers]));
  return compile(canonicalize(original!, { sizes }), { ...options, level: 'all', lowMemory: true });
};

const score = async ({ places, numbers, inputs }: ScoredItem): Promise<Float32Array> => {
  const session = sessions.get(numbers) ?? compileFor(numbers);
  sessions.set(numbers, session);
  const feeds = Object.entries(inputs).map(([name, data]) => [
    name,
    floats(data, name === 'activation_mean' ? [places] : [places, numbers]),
  ]);
  const results = await (await session).run(Object.fromEntries(feeds));
  return Object.values(results)[0]!.data as Float32Array;
};

serve({ open, score });
