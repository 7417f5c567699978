/**
 * The server writes heading and first line into the page, which style alone can paint; scripts that fetched as eagerly would
 * take half of a slow line from it.
 */
import type { Plugin } from 'vite';

export const behindPaint = (): Plugin => ({
  name: 'scripts come behind the first paint',
  transformIndexHtml: {
    order: 'post',
    handler: (html) =>
      html.replace(
        /<(script type="module"|link rel="modulepreload") crossorigin/g,
        '<$1 fetchpriority="low" crossorigin',
      ),
  },
});
