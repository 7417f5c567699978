/**
 * A root folder with nothing in it but what the child runs: node, the bundle, the packages that it names, and the
 * system's libraries, all read-only. Made inside a mount namespace of the child's own by the programs of util-linux;
 * outside of that namespace nothing changes.
 */
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Where the dynamic linker looks; GPU providers load the vendor's libraries from there. */
const LIBRARIES = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/cuda', '/etc/ld.so.cache'];
/** How many processors there are, and their kind. */
const ABOUT_CPUS = '/sys/devices/system/cpu';
/** What runs inside before node does. */
const TOOLS = ['umount', 'setpriv', 'prlimit'];

/**
 * $1 is an empty folder; then come entries of three words up to `--`, then the command. `link`: a symbolic link;
 * `read`: a file or folder, read-only; `device`: a device node.
 */
const SCRIPT = `set -e
umask 022
PATH="$PATH:/usr/sbin:/sbin"
root=$1
shift
mount -t tmpfs -o mode=755,size=1m,nr_inodes=4k box "$root"
while [ "$1" != -- ]; do
  kind=$1 path=$2 from=$3
  shift 3
  mkdir -p "$root\${path%/*}"
  if [ "$kind" = link ]; then ln -s "$from" "$root$path"; continue; fi
  if [ -d "$from" ]; then mkdir -p "$root$path"; else : > "$root$path"; fi
  mount --rbind "$from" "$root$path"
  if [ "$kind" = read ]; then mount -o remount,bind,ro,nosuid,nodev "$root$path"; fi
done
shift
mkdir "$root/proc" "$root/before"
# Where a container hides parts of its own, it permits no other; then there is none.
mount -t proc -o nosuid,nodev,noexec proc "$root/proc" 2>/dev/null || :
mount -o remount,bind,ro,nosuid "$root"
cd "$root"
pivot_root . before
umount -l /before
unset OLDPWD PWD
exec "$@"`;

type Entry = readonly ['link' | 'read' | 'device', path: string, from: string];

const system = (path: string): readonly Entry[] => {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink() ? [['link', path, readlinkSync(path)]] : [['read', path, path]];
};

const findTool = (name: string): readonly Entry[] => {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  return found === undefined ? [] : [['read', found, realpathSync(found)]];
};

/** Imports of what a bundler left outside, as it writes them: statements on lines of their own, and calls. */
const IMPORTS = /^import\b[^'"\n]*["']([^'"\n]+)["'];?$|\bimport\(["']([^'"\n]+)["']\)/gm;

/** Names of the packages that a bundle imports. */
const packagesOf = (module: string): readonly string[] =>
  [...readFileSync(module, 'utf8').matchAll(IMPORTS)]
    .map(([, plain, late]) => plain ?? late ?? '')
    .filter((name) => /^[@\w]/.test(name) && !name.startsWith('node:'))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));

const isPackage = (folder: string, name: string): boolean =>
  existsSync(join(folder, 'node_modules', name, 'package.json'));

/** The folder of a package as Node finds it from another folder; null where there is none. */
const packageFrom = (folder: string, name: string): string | null => {
  for (let at = folder; ; at = dirname(at)) {
    if (isPackage(at, name)) return join(at, 'node_modules', name);
    if (at === dirname(at)) return null;
  }
};

/** The packages of a bundle and what they depend on, by folder. */
const packageFolders = (module: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const add = (from: string, names: readonly string[]): void => {
    for (const name of names) {
      const folder = packageFrom(from, name);
      if (folder === null || found.has(folder)) continue;
      found.add(folder);
      const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        readonly dependencies?: Readonly<Record<string, string>>;
      };
      add(folder, Object.keys(dependencies));
    }
  };
  add(dirname(module), packagesOf(module));
  return found;
};

const devices = (): readonly Entry[] =>
  readdirSync('/dev')
    .filter((name) => name.startsWith('nvidia') && lstatSync(join('/dev', name)).isCharacterDevice())
    .map((name) => ['device', join('/dev', name), join('/dev', name)] as const);

/** A folder comes before what lies in it, and is not named again. */
const outermost = (entries: readonly Entry[]): readonly Entry[] => {
  const sorted = [...entries].sort(([, a], [, b]) => a.length - b.length);
  return sorted.filter(
    ([, path], i) =>
      !sorted.slice(0, i).some(([kind, folder]) => kind !== 'link' && `${path}/`.startsWith(`${folder}/`)),
  );
};

let empty: string | null = null;

/** An empty folder to mount upon; nothing is ever written into it. */
const emptyFolder = (): string => {
  if (empty !== null && existsSync(empty)) return empty;
  const made = mkdtempSync(join(tmpdir(), 'topiary-box-'));
  empty = made;
  process.once('exit', () => {
    try {
      rmdirSync(made);
    } catch {
      // whoever cleans the folder of temporary files was faster
    }
  });
  return made;
};

/** The program and arguments that make the root folder for a bundle (one file); the command to run inside follows. */
export const boxed = (bundle: string): readonly string[] => {
  const module = realpathSync(bundle);
  const node = realpathSync(process.execPath);
  const extra = (process.env.LD_LIBRARY_PATH ?? '').split(delimiter).filter((path) => path.startsWith('/'));
  const entries: readonly Entry[] = [
    ...[...LIBRARIES, ...extra, ABOUT_CPUS].flatMap(system),
    ...TOOLS.flatMap(findTool),
    ['read', node, node],
    ['read', module, module],
    ...[...packageFolders(module)].map((path): Entry => ['read', path, realpathSync(path)]),
    ...devices(),
  ];
  return ['sh', '-c', SCRIPT, 'box', emptyFolder(), ...outermost(entries).flat(), '--'];
};
