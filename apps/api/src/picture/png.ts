/** SVG to PNG with the font that comes along: what a machine has installed does not matter. */
import { createRequire } from 'node:module';

const FONTS = ['400Regular/SourceSans3_400Regular.ttf', '600SemiBold/SourceSans3_600SemiBold.ttf'];

/** The library is loaded when the first picture is asked for; it draws in a thread of its own. */
export const toPng = async (svg: string): Promise<Buffer> => {
  const { renderAsync } = await import('@resvg/resvg-js');
  const { resolve } = createRequire(import.meta.url);
  const image = await renderAsync(svg, {
    font: {
      fontFiles: FONTS.map((file) => resolve(`@expo-google-fonts/source-sans-3/${file}`)),
      loadSystemFonts: false,
      defaultFontFamily: 'Source Sans 3',
    },
  });
  return image.asPng();
};
