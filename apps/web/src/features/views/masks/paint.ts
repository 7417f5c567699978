/** Masks over a picture, and the points that they were asked for by. */
import type { MaskedPicture } from '../masks-data.js';

/** Told apart by people who see no red or no green, too (Okabe and Ito). */
const COLOURS = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [204, 121, 167],
  [213, 94, 0],
] as const;
/** Pixels of the drawing for one of the picture: points stay small. */
const SCALE = 4;

/** What is drawn over a picture: masks, and the points that they were asked for by. */
export interface Layer {
  readonly masks: readonly Uint8Array[];
  readonly points: readonly (readonly [number, number])[];
}

export const paint = (canvas: HTMLCanvasElement, { width, height }: MaskedPicture, { masks, points }: Layer): void => {
  [canvas.width, canvas.height] = [SCALE * width, SCALE * height];
  const context = canvas.getContext('2d');
  if (context === null) return;
  masks.forEach((mask, i) => {
    const [r, g, b] = COLOURS[i % COLOURS.length]!;
    context.fillStyle = `rgb(${r} ${g} ${b} / 62%)`;
    mask.forEach((bit, at) => {
      if (bit) context.fillRect(SCALE * (at % width), SCALE * Math.floor(at / width), SCALE, SCALE);
    });
  });
  for (const point of points) {
    context.beginPath();
    context.arc(SCALE * (point[0] + 0.5), SCALE * (point[1] + 0.5), 1.2 * SCALE, 0, 2 * Math.PI);
    context.fillStyle = 'white';
    context.strokeStyle = 'black';
    context.lineWidth = SCALE / 3;
    context.fill();
    context.stroke();
  }
};
