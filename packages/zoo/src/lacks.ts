/** What methods may require and models lack, by family; a model of no family here has everything. */
import type { NetworkTrait } from '@topiary/contracts';

const FAMILIES: readonly { readonly ids: RegExp; readonly lack: readonly NetworkTrait[] }[] = [
  { ids: /^(convnext|swin|sam)-/, lack: ['batch-norm', 'rows'] },
  { ids: /^(vit|deit|dit|sit|u-vit|mar)-/, lack: ['batch-norm', 'maps', 'rows'] },
];

export const lacksOfModel = (id: string): readonly NetworkTrait[] =>
  FAMILIES.find(({ ids }) => ids.test(id))?.lack ?? [];
