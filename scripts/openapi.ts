/**
 * Writes the OpenAPI document of this code.
 * Command: node dist/openapi.mjs <file.json> (the set-up runs it before it makes the typed client)
 */
import { writeFile } from 'node:fs/promises';
import { describedApi } from './openapi-of.js';

await writeFile(process.argv[2]!, JSON.stringify(await describedApi(), null, 2));
