/** What every method declares, whatever its kind: the plain part that the site shows and that forms are made from. */
import type { MethodDescription, MethodKind, ParameterDescription } from '@topiary/contracts';

export type ParameterValue = number | string | boolean;
export type Params = Readonly<Record<string, ParameterValue>>;

/** No field is optional: "nothing" is said with null or an empty list. */
export type About<K extends MethodKind> = { readonly kind: K } & Readonly<Omit<MethodDescription, 'kind'>>;

/** The plain description inside a method object. */
export const describe = (method: MethodDescription): MethodDescription => ({
  kind: method.kind,
  id: method.id,
  title: method.title,
  summary: method.summary,
  formula: method.formula,
  paper: method.paper,
  needs: [...method.needs],
  cannot: method.cannot,
  requires: [...method.requires],
  deterministic: method.deterministic,
  parameters: method.parameters.map((parameter) => ({ ...parameter })),
  ...(method.deviations === undefined ? {} : { deviations: method.deviations.map((deviation) => ({ ...deviation })) }),
  ...(method.axes === undefined ? {} : { axes: method.axes && [...method.axes] }),
  ...(method.reaches === undefined ? {} : { reaches: method.reaches && [...method.reaches] }),
  ...(method.takesStatistics === undefined ? {} : { takesStatistics: method.takesStatistics }),
  ...(method.stages === undefined ? {} : { stages: [...method.stages] }),
});

export const choice = (
  id: string,
  title: string,
  meaning: string,
  choices: readonly [string, ...string[]],
): ParameterDescription => ({ id, title, meaning, type: 'choice', default: choices[0], choices: [...choices] });

export const flag = (id: string, title: string, meaning: string): ParameterDescription => ({
  id,
  title,
  meaning,
  type: 'boolean',
  default: false,
});

/** Values read back from checked params; the description guarantees the type, so a mismatch is our own mistake. */
export const textOf = (params: Params, id: string): string => String(params[id]);
export const isSet = (params: Params, id: string): boolean => params[id] === true;
