/** A picture as a page can show it. */
import type { Pixels } from './boxes.js';

/** Nothing that a person would see is lost. */
const QUALITY = 88;

/** A data URL of a WebP file. */
export const pictureUrl = async ({ width, height, data }: Pixels): Promise<string> => {
  const { default: library } = await import('sharp');
  const plane = width * height;
  const pixels = Uint8Array.from({ length: 3 * plane }, (_, i) => data[(i % 3) * plane + Math.floor(i / 3)]!);
  const file = await library(pixels, { raw: { width, height, channels: 3 } })
    .webp({ quality: QUALITY })
    .toBuffer();
  return `data:image/webp;base64,${file.toString('base64')}`;
};
