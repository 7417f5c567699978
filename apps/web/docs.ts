/**
 * The documents in `docs/` as modules of the site: Markdown is read when the site is built, so nobody loads a reader of it.
 * `virtual:docs` lists the pages in their order, `virtual:docs-text` is what the search looks through, and each page is a
 * chunk of its own.
 */
import { readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { Marked, type Token } from 'marked';
import type { Plugin } from 'vite';
import type { DocPage, DocPart } from './src/features/docs/page.js';

export const DOCS = resolve(import.meta.dirname, '../../docs');

/** In the order in which one reads them; a file that is missing here is on no page, and a test says so. */
export const ORDER = [
  'tutorial',
  'concepts',
  'protocol',
  'solver-study',
  'python',
  'methods',
  'api-cookbook',
  'self-hosting',
  'boards',
  'scaling',
  'runbook',
  'features',
  'faq',
] as const;

/** As GitHub makes them of headings, so that links work in both places. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const plain = (tokens: readonly Token[] = []): string =>
  tokens
    .map((token) => ('tokens' in token && token.tokens ? plain(token.tokens) : 'text' in token ? token.text : ''))
    .join('');

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

/** Other documents are pages; a file of the project has no address on a server, so its path is what is shown. */
const linkOf = (href: string): string | null => {
  if (/^(https?:|\/|#)/.test(href)) return href;
  const [path = '', hash] = href.split('#');
  const id = /^([a-z-]+)\.md$/.exec(posix.normalize(path))?.[1];
  if (id === undefined || !(ORDER as readonly string[]).includes(id)) return null;
  return `/docs/${id}${hash ? `#${hash}` : ''}`;
};

const marked = new Marked({
  gfm: true,
  renderer: {
    heading({ tokens, depth }) {
      const id = anchorOf(plain(tokens));
      return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    link({ href, tokens }) {
      const to = linkOf(href);
      const words = this.parser.parseInline(tokens);
      return to === null
        ? `${words} <span class="muted">(${escaped(href.replace(/^(\.\.\/)+/, ''))})</span>`
        : `<a href="${escaped(to)}">${words}</a>`;
    },
    /** A drawing of the document's own folder becomes a part of the page. */
    image({ href, text }) {
      if (!/^[a-z-]+\.svg$/.test(href))
        throw new Error(`docs: expected a drawing beside the document, got ${href} (${text})`);
      return `<span class="doc-picture">${readFileSync(join(DOCS, href), 'utf8').trim()}</span>`;
    },
    table({ header, rows }) {
      const heads = header.map((cell) => this.parser.parseInline(cell.tokens));
      const cells = (row: typeof header) =>
        row.map(
          ({ tokens }, i) =>
            `<td data-label="${escaped(plain(header[i]?.tokens))}">${this.parser.parseInline(tokens)}</td>`,
        );
      const body = rows.map((row) => `<tr>${cells(row).join('')}</tr>`).join('\n');
      const head = `<tr>${heads.map((text) => `<th>${text}</th>`).join('')}</tr>`;
      return `<div class="doc-table" role="region" aria-label="Table" tabindex="0"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>\n`;
    },
  },
});

/** Remarks of the source (markers of what is made by a script) stay in the source. */
const isRemark = (token: Token): boolean => token.type === 'html' && /^<!--/.test(token.raw);

/** One document: its title, first paragraph, chapters, and its text as prose and code in turns. */
export const pageOf = (id: string, source: string): DocPage => {
  const tokens = marked.lexer(source).filter((token) => token.type !== 'space' && !isRemark(token));
  const [heading, first] = tokens;
  if (heading?.type !== 'heading' || heading.depth !== 1 || first?.type !== 'paragraph')
    throw new Error(`docs/${id}.md: expected a title and one paragraph that says what it is for`);
  const parts: DocPart[] = [];
  let prose: Token[] = [];
  const close = () => {
    if (prose.length > 0) parts.push({ html: marked.parser(prose) });
    prose = [];
  };
  for (const token of tokens.slice(2)) {
    if (token.type !== 'code') {
      prose.push(token);
      continue;
    }
    close();
    parts.push({ code: token.text, language: token.lang?.split(' ')[0] ?? '' });
  }
  close();
  const chapters = tokens.flatMap((token) =>
    token.type === 'heading' && token.depth === 2
      ? [{ id: anchorOf(plain(token.tokens)), title: plain(token.tokens) }]
      : [],
  );
  return { id, title: plain(heading.tokens), summary: plain(first.tokens), chapters, parts };
};

export const readPage = (id: string): DocPage => pageOf(id, readFileSync(join(DOCS, `${id}.md`), 'utf8'));

/** What the search looks through: each chapter with its words. */
const searchable = ({ id, title, chapters, parts }: DocPage) => {
  const text = parts
    .map((part) => ('html' in part ? part.html.replace(/<h2 id="([^"]+)">/g, '\u0000$1\u0000<h2>') : part.code))
    .join('\n')
    .replace(/<[^>]+>/g, ' ');
  const [start = '', ...rest] = text.split('\u0000');
  const words = new Map<string, string>();
  for (let i = 0; i < rest.length; i += 2) words.set(rest[i]!, rest[i + 1]!.replace(/\s+/g, ' ').trim());
  return {
    id,
    title,
    text: start.replace(/\s+/g, ' ').trim(),
    chapters: chapters.map((c) => ({ ...c, text: words.get(c.id) ?? '' })),
  };
};

const json = (value: unknown): string => `export default ${JSON.stringify(value)};`;

export const docs = (): Plugin => ({
  name: 'docs',
  resolveId: (id) => (id.startsWith('virtual:docs') ? `\0${id}` : null),
  load(id) {
    if (!id.startsWith('\0virtual:docs')) return null;
    for (const page of ORDER) this.addWatchFile(join(DOCS, `${page}.md`));
    const page = id.split('/')[1];
    if (page !== undefined) return json(readPage(page));
    if (id.endsWith('-text')) return json(ORDER.map((each) => searchable(readPage(each))));
    const entries = ORDER.map((each) => {
      const { title, summary } = readPage(each);
      return `{ ...${JSON.stringify({ id: each, title, summary })}, load: () => import('virtual:docs/${each}') }`;
    });
    return `export default [${entries.join(',\n')}];`;
  },
});
