/** The yardstick of `npm run bench:api`: Fastify with one route, and one that sends as many bytes as asked. Prints its port. */
import Fastify from 'fastify';

const app = Fastify();
app.get('/', async () => ({ hello: 'world' }));
const bodies = new Map();
app.get('/bytes/:n', async ({ params: { n } }) => {
  if (!bodies.has(n)) bodies.set(n, Buffer.alloc(Number(n), 'x'));
  return bodies.get(n);
});
await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${app.server.address().port}\n`);
