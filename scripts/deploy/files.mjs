/** Dockerfile, compose file and .env.example as data, for the scripts and tests that look after them. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `$$`, as Compose replaces them. */
export const interpolate = (text, env) =>
  text.replace(/\$(?:(\$)|\{(\w+)(?::([-?])([^}]*))?\})/g, (_, dollar, name, kind, rest) => {
    if (dollar) return '$';
    const value = env[name] ?? '';
    if (value !== '' || kind === undefined) return value;
    if (kind === '-') return rest;
    throw new Error(`${name}: ${rest}`);
  });

const walk = (value, change) => {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, change)]));
};

/** The compose file with its anchors merged and its variables replaced. */
export const readCompose = (path, env = {}) =>
  walk(parse(readFileSync(path, 'utf8'), { merge: true, logLevel: 'error' }), (text) => interpolate(text, env));

/** Names of the variables that the compose file reads. */
export const composeVariables = (path) =>
  [...new Set([...readFileSync(path, 'utf8').matchAll(/\$\{(\w+)/g)].map((match) => match[1]))].sort();

/** Names and values of an env file, with the comment above each. */
export const readEnvFile = (path) => {
  let comment = [];
  const found = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line.startsWith('#')) comment.push(line.slice(1).trim());
    else if (line === '') comment = [];
    else {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (!name) throw new Error(`${path}: not a variable: ${line}`);
      found.push({ name, value, comment: comment.join(' ') });
    }
  }
  return found;
};

/** Stages of a Dockerfile: name, what each begins from, and its instructions in order. */
export const readDockerfile = (path) => {
  const lines = readFileSync(path, 'utf8').replace(/\\\n/g, ' ').split('\n');
  const stages = [];
  for (const line of lines.map((text) => text.trim()).filter((text) => text !== '' && !text.startsWith('#'))) {
    const [, instruction, rest] = /^(\w+)\s+(.*)$/.exec(line);
    if (instruction === 'FROM') {
      const [, from, name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest);
      stages.push({ from, name: name ?? String(stages.length), steps: [] });
    } else stages.at(-1).steps.push({ instruction, rest });
  }
  return stages;
};
