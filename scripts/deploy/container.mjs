/**
 * A poor man's container: a root folder of its own in which commands of an image run under their own paths, user and
 * environment. System programs are this machine's; everything that an image brings is in the folder.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SHARED = ['usr', 'bin', 'sbin', 'lib', 'lib64'];
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const must = (command, args) => {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
};

export class Container {
  /** `etc`: the folder whose users and settings it has; this machine's, or that of an image. */
  constructor(root, etc = '/etc') {
    this.root = root;
    this.env = { PATH, HOME: '/root' };
    this.user = null;
    this.workdir = '/';
    for (const name of [...SHARED, 'dev', 'proc', 'tmp', 'run', 'root', 'home'])
      mkdirSync(join(root, name), { recursive: true });
    for (const name of SHARED) if (existsSync(`/${name}`)) must('mount', ['--rbind', `/${name}`, join(root, name)]);
    if (!existsSync(join(root, 'etc'))) must('cp', ['-a', etc, join(root, 'etc')]);
    must('mount', ['--rbind', '/dev', join(root, 'dev')]);
    must('mount', ['-t', 'proc', 'proc', join(root, 'proc')]);
    must('chmod', ['1777', join(root, 'tmp')]);
  }

  mount(inside, outside, readOnly = false) {
    const target = join(this.root, inside);
    mkdirSync(target, { recursive: true });
    mkdirSync(outside, { recursive: true });
    must('mount', ['--bind', outside, target]);
    if (readOnly) must('mount', ['-o', 'remount,bind,ro', target]);
  }

  hosts(names) {
    writeFileSync(join(this.root, 'etc/hosts'), `127.0.0.1 localhost ${names.join(' ')}\n`);
  }

  #words(command) {
    // As Docker does: the image's user, no way to more rights, no capability left.
    const user =
      this.user === null
        ? []
        : [
            'setpriv',
            `--reuid=${this.user}`,
            `--regid=${this.user}`,
            '--clear-groups',
            '--no-new-privs',
            '--inh-caps=-all',
          ];
    return [
      'chroot',
      this.root,
      ...user,
      'env',
      '-i',
      `--chdir=${this.workdir}`,
      ...Object.entries(this.env).map(([name, value]) => `${name}=${value}`),
      ...command,
    ];
  }

  /** Runs a command to its end; throws with what it said where it fails. */
  run(command, { quiet = false } = {}) {
    const [program, ...args] = this.#words(command);
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0 && !quiet) throw new Error(`${command.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
    return { status, stdout, stderr };
  }

  /** The same without holding up this process, which reads what others say meanwhile. */
  async call(command) {
    let said = '';
    const child = this.start(command, (text) => {
      said += text;
    });
    const code = await new Promise((done) => child.once('close', done));
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${said}`);
    return said;
  }

  start(command, onLine) {
    const [program, ...args] = this.#words(command);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onLine);
    return child;
  }
}
