/** The head of a page as whoever runs no scripts sees it: search machines, previews of links, feed readers. */

export interface Head {
  readonly title: string;
  /** Above the screen, where the title of the window says less. */
  readonly heading?: string;
  readonly description: string;
  /** Address of the page without what only changes its view. */
  readonly path: string;
  /** Of a picture of 1200 x 630. */
  readonly picture?: string;
  readonly feed?: string;
  /** schema.org, as JSON-LD. */
  readonly data?: object;
  /** Not for search machines: forms, searches, what belongs to one person. */
  readonly hidden?: true;
  /** What a reader without scripts can open instead. */
  readonly plain?: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (found) => ENTITIES[found]!);

/** No word of it may end the element. */
const scriptText = (data: object): string => JSON.stringify(data).replaceAll('<', '\\u003c');

const meta = (name: 'name' | 'property', key: string, content: string): string =>
  `<meta ${name}="${key}" content="${escapeHtml(content)}" />`;

/** As the site writes it in the window's title. */
const fullTitle = (title: string): string => (title === 'Topiary' ? title : `${title} · Topiary`);

export const headTags = (head: Head, site: string): string => {
  const url = `${site}${head.path}`;
  const title = fullTitle(head.title);
  const picture = head.picture === undefined ? null : `${site}${head.picture}`;
  return [
    `<title>${escapeHtml(title)}</title>`,
    meta('name', 'description', head.description),
    ...(head.hidden ? [meta('name', 'robots', 'noindex')] : []),
    `<link rel="canonical" href="${escapeHtml(url)}" />`,
    meta('property', 'og:site_name', 'Topiary'),
    meta('property', 'og:type', 'website'),
    meta('property', 'og:title', head.title),
    meta('property', 'og:description', head.description),
    meta('property', 'og:url', url),
    ...(picture === null
      ? []
      : [
          meta('property', 'og:image', picture),
          meta('property', 'og:image:width', '1200'),
          meta('property', 'og:image:height', '630'),
          meta('property', 'og:image:alt', `Plot of ${head.title}`),
        ]),
    meta('name', 'twitter:card', picture === null ? 'summary' : 'summary_large_image'),
    ...(head.feed
      ? [
          `<link rel="alternate" type="application/atom+xml" title="${escapeHtml(head.title)}" href="${escapeHtml(head.feed)}" />`,
        ]
      : []),
    ...(head.data ? [`<script type="application/ld+json">${scriptText(head.data)}</script>`] : []),
  ].join('\n    ');
};

/** What the built page has in the place of a head and of a screen, and says to who runs no scripts. */
const TITLE = /<title>[^<]*<\/title>/;
const DESCRIPTION = /\s*<meta name="description"[^>]*>/;
const HEADING = /<h1>[^<]*<\/h1>/;
const LEDE = /(<div class="lede">)[^<]*(<\/div>)/;
const NOSCRIPT = /<noscript>[^<]*<\/noscript>/;

const noscript = ({ title, plain }: Head): string =>
  `<noscript>This site needs JavaScript. ${
    plain ? `<a href="${escapeHtml(plain)}">${escapeHtml(title)} as a plain table</a>, or ` : ''
  }the same numbers at <a href="/api/v1/boards">/api/v1/boards</a> as JSON.</noscript>`;

/** The site's page with the head of one of its addresses; `preloads`: tags for what its screen will need. */
export const withHead = (page: string, head: Head, site: string, preloads = ''): string =>
  page
    .replace(DESCRIPTION, '')
    .replace(TITLE, () => headTags(head, site) + preloads)
    .replace(HEADING, () => `<h1>${escapeHtml(head.heading ?? head.title)}</h1>`)
    .replace(LEDE, (_, open: string, close: string) => `${open}${escapeHtml(head.description)}${close}`)
    .replace(NOSCRIPT, () => noscript(head));
