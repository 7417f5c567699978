/** Words of a detector's views. */
import { counter, translator } from '../../../lib/i18n.js';
import { detector } from '../../../messages/en/detector.js';

export const t = translator(detector);
export const tn = counter(detector);

interface On {
  readonly split: 'test' | 'showcase';
  readonly pictures: number;
}

/** Which pictures a number is of. */
export const onText = ({ split, pictures }: On): string => t(`on.${split}`, { pictures: tn('pictures', pictures) });

/** 0 … 1 as percent with one decimal; null: a dash. */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '–' : (100 * share).toFixed(1);
