/** What a stub says of itself: enough to be one. */
import type { AboutProcedure } from '@topiary/methods';

/** `axes`: what it makes less of. */
export const about = (
  id: string,
  title: string,
  axes: readonly string[],
  stages: readonly string[],
): AboutProcedure => ({
  kind: 'procedure',
  id,
  title,
  summary: title,
  formula: '',
  paper: null,
  needs: [],
  cannot: null,
  requires: [],
  deterministic: true,
  parameters: [],
  axes: [...axes],
  reaches: [...axes],
  stages: stages.map((stage) => ({ id: stage, title: stage })),
});

export const json = (view: string, title: string, value: unknown) => ({
  view,
  title,
  mediaType: 'application/json',
  bytes: new TextEncoder().encode(JSON.stringify(value)),
});
