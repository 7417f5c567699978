/** The request of the form as commands for a shell: with curl, and with the project's own command line. */

/** Single quotes keep everything but themselves. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Short arrays and objects on one line, as a person would write them. */
export const prettyJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/\[\s+((?:[^[\]{}]|\n)*?)\s+\]/g, (_, inner: string) => {
    const line = inner.replace(/\s*\n\s*/g, ' ');
    return `[${line}]`;
  });

export const curlFor = (origin: string, body: unknown): string =>
  [
    `curl -X POST ${origin}/api/v1/submissions \\`,
    '  -H "Authorization: Bearer $TOPIARY_KEY" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d ${shellQuote(prettyJson(body))}`,
  ].join('\n');

export const cliFor = (origin: string, body: unknown): string =>
  [`topiary submit --url ${origin} --follow --recipe - <<'JSON'`, prettyJson(body), 'JSON'].join('\n');
