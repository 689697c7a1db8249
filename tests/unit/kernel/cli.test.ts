/** The command line as a script uses it: statuses, one sentence for every refusal, reports, folders as roots. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { compileGuest, missingCompiler } from './guests.ts';

const LAUNCHER = fileURLToPath(new URL('../../run/strata.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'strata-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function strata(args: readonly string[], input = ''): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [LAUNCHER, ...args], { input, encoding: 'utf8', env: { ...process.env, INIT_CWD: folder } });
}

const limited = (engine: string): { status: number | null; hostInstructions: number } => {
  const result = strata(['run', compileGuest('sleepless.c'), '--limit', '100003', '--engine', engine, '--report', `report-${engine}`]);
  expect(result.stderr).toBe('strata: Stopped at the limit of 100003 host instructions.\n');
  return { ...JSON.parse(readFileSync(join(folder, `report-${engine}`), 'utf8')), status: result.status };
};

describe('refusals end with 125 and one sentence', () => {
  writeFileSync(join(folder, 'text'), 'not a program\n');
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'cut'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]));
  test.each([
    [[], 0, /^$/],
    [['run'], 125, /run needs a file/],
    [['run', 'none'], 125, /none cannot be read: there is no such file/],
    [['run', '.'], 125, /it is a folder/],
    [['run', 'text'], 125, /not an ELF file/],
    [['run', 'empty'], 125, /empty/],
    [['run', 'cut'], 125, /cut off/],
    [['fly'], 125, /no command fly/],
    [['run', 'text', '--what'], 125, /no option --what/],
    [['run', 'text', '--limit', 'x'], 125, /--limit takes a whole number/],
    [['run', 'text', '--level', 'moon'], 125, /--level is one of/],
    [['run', 'text', '--level', 'hardware'], 125, /not built yet/],
    [['run', 'text', '--level', 'os'], 125, /not an ELF file/],
    [['compare'], 125, /not built yet/],
    [['table'], 125, /not built yet/],
    [['disasm', 'text'], 125, /not an ELF file/],
  ] as const)('strata %j', (args, status, why) => {
    const result = strata(args);
    expect(result.status).toBe(status);
    expect(result.stderr).toMatch(why);
    if (status !== 0) expect(result.stderr).toMatch(/^strata: [^\n]+\n$/);
  });
});

const missing = missingCompiler();
describe.skipIf(missing !== null)(`running${missing === null ? '' : ` (skipped: ${missing} is missing)`}`, () => {
  test("output, arguments and status are the program's", () => {
    expect(strata(['run', compileGuest('bare.S'), '--', 'x'])).toMatchObject({ status: 42, stdout: 'bare\n', stderr: '' });
  });

  test('a fatal signal is 128 + n with a sentence', () => {
    const result = strata(['run', compileGuest('end_divide.c')]);
    expect(result.status).toBe(136);
    expect(result.stderr).toMatch(/^strata: Integer division by zero or overflow at 080[0-9a-f]{5}\.\n$/);
  });

  test('standard input comes through a pipe or from a file', () => {
    const text = '1 2\nline\nthree more words\n';
    writeFileSync(join(folder, 'in'), text);
    const piped = strata(['run', compileGuest('input.c')], text),
      fromFile = strata(['run', compileGuest('input.c'), '--stdin', 'in']);
    expect(piped).toMatchObject({ status: 3, stderr: 'to standard error\n' });
    expect(fromFile.stdout).toBe(piped.stdout);
  });

  test('the limit is exact, and the same in both engines', () => {
    const flat = limited('flat'),
      step = limited('step');
    expect([flat.status, flat.hostInstructions]).toEqual([124, 100003]);
    expect(step).toEqual(flat);
  });

  test('a folder is the root that the program sees, links and permissions too', () => {
    const root = join(folder, 'root');
    mkdirSync(join(root, 'data/empty'), { recursive: true });
    writeFileSync(join(root, 'data/hello.txt'), 'from the folder\n', { mode: 0o640 });
    symlinkSync('hello.txt', join(root, 'data/link'));
    expect(
      strata([
        'run',
        compileGuest('show.c'),
        '--root',
        'root',
        '--',
        '/data/link',
        '/data/hello.txt',
        '/data/empty',
        '/etc/hostname',
        '/root',
      ]),
    ).toMatchObject({
      status: 1,
      stdout:
        '/data/link: 640 from the folder\n/data/hello.txt: 640 from the folder\n/data/empty: directory\n/etc/hostname: 644 strata\n/root: No such file or directory\n',
    });
  });

  test('the trace is JSON lines, or CSV', () => {
    const lines = strata(['trace', compileGuest('bare.S'), '--kinds', 'syscall.return,output'])
      .stdout.trim()
      .split('\n')
      .map((l) => JSON.parse(l) as { kind: string; text?: string });
    expect(lines.map((l) => l.text ?? l.kind)).toEqual(['output', 'write(1, "bare\\n", 5) = 5', 'getpid() = 1', '= -1 ENOSYS']);
    const csv = strata(['trace', compileGuest('bare.S'), '--format', 'csv']).stdout.split('\n');
    expect(csv[0]).toBe('time,retired,kind,data');
    expect(csv.length).toBeGreaterThan(8);
  });

  test('--json gives one object with everything', () => {
    const result = JSON.parse(strata(['run', compileGuest('bare.S'), '--json']).stdout) as Record<string, unknown> & {
      ledger: { units: number }[];
    };
    expect(result).toMatchObject({
      level: 'native',
      mode: 'direct',
      status: 41,
      signal: null,
      sentence: null,
      stdout: 'bare\n',
      stderr: '',
      hostInstructions: 20,
    });
    expect(result.ledger.reduce((sum, e) => sum + e.units, 0)).toBe(result['time']);
  });

  test('disassembly names functions and agrees with the instruction boundaries of the source', () => {
    const text = strata(['disasm', compileGuest('bare.S')]).stdout;
    expect(text).toMatch(/<_start>:\n0804[0-9a-f]{4}: {2}8b 3c 24 +mov edi,DWORD PTR \[esp\]\n/);
    expect(text).toMatch(/<fail>:\n.*mov eax,0x1\n.*mov ebx,0x1\n.*int 0x80\n/);
  });
});
