/** What search machines for data sets read (schema.org): a board is a data set that can be downloaded. */
import type { Board, MethodDescription } from '@topiary/contracts';
import { addressOf, trackOf } from '@topiary/tracks/catalogue';

const CONTEXT = 'https://schema.org';

/** SPDX has a page for every licence that it names. */
export const licenceUrl = (id: string): string => `https://spdx.org/licenses/${id}.html`;

const creator = (site: string) => ({ '@type': 'Organization', name: 'Topiary', url: site });

export const boardData = (board: Board, site: string, licence: string): object => {
  const address = addressOf(board);
  const track = trackOf(board);
  const table = `${site}/api/v1/boards/${address}/leaderboard`;
  return {
    '@context': CONTEXT,
    '@type': 'Dataset',
    name: `Topiary: ${board.title}`,
    description: `Leaderboard of methods that make a neural network smaller. ${board.protocol} Every row has its recipe, seeds, machine and interval.`,
    url: `${site}/boards/${address}`,
    identifier: address,
    version: board.version,
    license: licenceUrl(licence),
    isAccessibleForFree: true,
    creator: creator(site),
    measurementTechnique: board.protocol,
    variableMeasured: [...track.metrics, ...track.axes].map(({ title, unit }) => ({
      '@type': 'PropertyValue',
      name: title,
      ...(unit ? { unitText: unit } : {}),
    })),
    ...(board.lastActivity ? { dateModified: board.lastActivity } : {}),
    distribution: [
      { '@type': 'DataDownload', encodingFormat: 'text/csv', contentUrl: `${table}?format=csv` },
      { '@type': 'DataDownload', encodingFormat: 'application/json', contentUrl: table },
    ],
  };
};

export const catalogueData = (site: string): object => ({
  '@context': CONTEXT,
  '@type': 'WebSite',
  name: 'Topiary',
  url: `${site}/`,
  potentialAction: {
    '@type': 'SearchAction',
    target: `${site}/search?q={query}`,
    'query-input': 'required name=query',
  },
});

export const methodData = ({ kind, id, title, summary, paper }: MethodDescription, site: string): object => ({
  '@context': CONTEXT,
  '@type': 'TechArticle',
  headline: title,
  description: summary,
  url: `${site}/methods/${kind}/${id}`,
  ...(paper ? { citation: { '@type': 'ScholarlyArticle', name: paper.title, url: paper.url } } : {}),
});
