/** `/openapi.json` from the same schemas that check the requests. */
import swagger from '@fastify/swagger';
import type { App } from '../context.js';
import { transform, transformObject } from '../openapi-document.js';

export const openapi = async (app: App, version: string): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Topiary',
        version,
        description: 'An open benchmark server for methods that make neural networks smaller and faster.',
        contact: { name: 'Whoever runs this server' },
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This server' }],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'A key of your account: `Authorization: Bearer <key>`' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'topiary.session_token',
            description: 'The cookie of a signed-in browser; writes must come from the site itself',
          },
        },
      },
    },
    transform,
    transformObject,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
};
