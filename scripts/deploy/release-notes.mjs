/** Prints a release's part of CHANGELOG.md: `node scripts/deploy/release-notes.mjs 1.2.3`. Ends with 1 where package.json or the changelog is not ready for it. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** From its heading to the next; null where there is none, or it says that it is not released. */
export const notesOf = (changelog, version) => {
  const [, heading, text] =
    new RegExp(`^## ${version.replaceAll('.', '\\.')}(?= |\\n)(.*)\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(
      changelog,
    ) ?? [];
  return text === undefined || /unreleased/.test(heading) ? null : text.trim();
};

if (process.argv[1] === import.meta.filename) {
  const root = resolve(import.meta.dirname, '../..');
  const version = process.argv[2] ?? '';
  const named = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  const notes = notesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
  if (named !== version || !notes) {
    process.stderr.write(
      named === version
        ? `CHANGELOG.md has no part '## ${version} (date)'\n`
        : `package.json says ${named}, the tag ${version}\n`,
    );
    process.exit(1);
  }
  process.stdout.write(`${notes}\n`);
}
