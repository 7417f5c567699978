/** The API's description of itself, held to a public linter (Redocly's), and to what the server really does. */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { OpenAPIV3_1 } from 'openapi-types';
import { beforeAll, describe, expect, it } from 'vitest';
import { describedApi } from '../../../scripts/openapi-of.js';

type Operation = OpenAPIV3_1.OperationObject;

let document: OpenAPIV3_1.Document;
let operations: [name: string, operation: Operation][];
beforeAll(async () => {
  document = await describedApi();
  operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation as Operation] as [string, Operation],
    ),
  );
});

const findings = async (source: unknown) => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const text = JSON.stringify(source);
  return (await lintFromString({ source: text, absoluteRef: '/openapi.json', config })).map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? ''})`,
  );
};

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 in which a public linter finds nothing', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.length).toBeGreaterThan(60);
    expect(await findings(document)).toEqual([]);
  });

  it('is held to a linter that would find an example that contradicts its schema', async () => {
    const broken = structuredClone(document);
    const body = broken.paths!['/api/v1/uploads']!.post!.requestBody as OpenAPIV3_1.RequestBodyObject;
    body.content['application/json']!.example = { bytes: 'many' };
    expect((await findings(broken)).join('\n')).toMatch(/example/);
  });

  it('says of every operation what it is for, in words of its own', () => {
    const wanting = operations
      .filter(([, { operationId, summary, description, tags }]) => !operationId || !summary || !description || !tags)
      .map(([name]) => name);
    expect(wanting).toEqual([]);
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id ?? ''))).toEqual([]);
  });

  it('shows an example of every request in JSON', () => {
    const wanting = operations
      .filter(([, { requestBody }]) => {
        const json = (requestBody as OpenAPIV3_1.RequestBodyObject | undefined)?.content['application/json'];
        return json !== undefined && json.example === undefined;
      })
      .map(([name]) => name);
    expect(wanting).toEqual([]);
  });

  it('names the refusals and the headers of every operation', () => {
    for (const [name, { responses = {} }] of operations) {
      expect(Object.keys(responses), name).toEqual(expect.arrayContaining(['429', 'default']));
      const fine = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect(fine.length, name).toBeGreaterThan(0);
      for (const [, answer] of fine)
        expect(Object.keys((answer as OpenAPIV3_1.ResponseObject).headers ?? {}), name).toContain('RateLimit');
    }
  });
});
