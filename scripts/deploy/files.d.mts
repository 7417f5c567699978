export function interpolate(text: string, env: Readonly<Record<string, string | undefined>>): string;
export function readCompose(path: string, env?: Readonly<Record<string, string | undefined>>): unknown;
export function composeVariables(path: string): string[];
export function readEnvFile(path: string): { name: string; value: string; comment: string }[];
export function readDockerfile(
  path: string,
): { from: string; name: string; steps: { instruction: string; rest: string }[] }[];
