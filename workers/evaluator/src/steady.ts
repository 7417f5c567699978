/** Apart from what measures: the process that waits for a run asks it, too, and loads no runtime. */
import type { Result } from '@topiary/contracts';

/** Results of version 1 do not say how calm the machine was. */
export const isSteady = ({ drift, steady }: NonNullable<Result['latency']>): boolean =>
  drift === undefined || steady === true;
