/** `strata run` and `strata trace`: a level runs a program to its end; output is passed on as it comes. */
import { readSync, writeFileSync, writeSync } from 'node:fs';
import type { Event, Exit, Running } from '../levels/level.ts';
import type { Stop } from '../machine/types.ts';
import type { Options } from './options.ts';
import { boot, chooseLevel, here, readProgram } from './program.ts';
import { reportOf } from './report.ts';

/** Host instructions between two looks at the output. */
const SLICE = 20_000_000;

export const LIMIT_STATUS = 124;
const MACHINE_STATUS = 125;

/** Passes on what is new. A reader that went away (EPIPE) is no error: there is nobody to tell. */
class Output {
  private out = 0;
  private err = 0;
  private readonly running: Running;
  private readonly toOut: (bytes: Uint8Array) => void;

  constructor(running: Running, toOut: (bytes: Uint8Array) => void) {
    this.running = running;
    this.toOut = toOut;
  }

  flush(): void {
    const { stdout, stderr } = this.running;
    if (stdout.length > this.out) this.toOut(stdout.subarray(this.out));
    if (stderr.length > this.err) writeAll(2, stderr.subarray(this.err));
    this.out = stdout.length;
    this.err = stderr.length;
  }
}

export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') continue;
      if (code === 'EPIPE') return;
      throw error;
    }
  }
}

/** Some bytes of the real standard input; null at its end. */
function readInput(): Uint8Array | null {
  const buffer = new Uint8Array(65536);
  for (;;) {
    try {
      const n = readSync(0, buffer);
      return n === 0 ? null : buffer.slice(0, n);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF' || code === 'EISDIR' || code === 'EBADF') return null;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

interface Ended {
  readonly status: number;
  readonly sentence: string | null;
}

/** Runs to the end, to the limit, or to where nothing can go on. */
function runToEnd(running: Running, limit: number, output: Output): Ended {
  const { machine } = running;
  for (;;) {
    const stop: Stop = machine.run({ retired: Math.min(limit, machine.retired + SLICE) });
    output.flush();
    const { exit } = running;
    if (exit) return endOf(exit);
    if (machine.retired >= limit) return { status: LIMIT_STATUS, sentence: `Stopped at the limit of ${limit} host instructions.` };
    if (running.waitsForInput) running.input(readInput());
    else if (stop.why === 'shutdown') return { status: MACHINE_STATUS, sentence: `The machine stopped: ${stop.reason}.` };
  }
}

const endOf = (exit: Exit): Ended => ({ status: exit.status, sentence: exit.sentence });

export function runCommand(options: Options): number {
  const program = readProgram(options),
    level = chooseLevel(options, program);
  const running = boot(options, program, level);
  const captured: Uint8Array[] = [];
  const output = new Output(running, options.json ? (bytes) => captured.push(bytes.slice()) : (bytes) => writeAll(1, bytes));
  const ended = runToEnd(running, options.limit, output);
  const report = reportOf(program.name, level.name, options.mode ?? level.defaultMode, running, ended.status, ended.sentence);
  if (options.report !== null) writeFileSync(here(options.report), `${JSON.stringify(report, null, 2)}\n`);
  if (options.json) {
    const stdout = Buffer.concat(captured),
      stderr = Buffer.from(running.stderr);
    writeAll(
      1,
      Buffer.from(`${JSON.stringify({ ...report, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') }, null, 2)}\n`),
    );
  }
  if (ended.sentence !== null) writeAll(2, Buffer.from(`strata: ${ended.sentence}\n`));
  return ended.status;
}

/** Events as lines on standard output; the guest's own output goes to standard error, so that the two do not mix. */
export function traceCommand(options: Options): number {
  const program = readProgram(options),
    level = chooseLevel(options, program);
  const running = boot(options, program, level);
  const lines: string[] = options.format === 'csv' ? ['time,retired,kind,data'] : [];
  const wanted = options.kinds && new Set(options.kinds);
  const flush = (): void => {
    if (lines.length > 0) writeAll(1, Buffer.from(`${lines.join('\n')}\n`));
    lines.length = 0;
  };
  running.onEvent = (event) => {
    if (wanted && !wanted.has(event.kind)) return;
    lines.push(
      options.format === 'csv'
        ? csvLine(event)
        : JSON.stringify({ time: event.time, retired: event.retired, kind: event.kind, ...plainJson(event.data) }),
    );
    if (lines.length > 10_000) flush();
  };
  const ended = runToEnd(running, options.limit, new Output(running, (bytes) => writeAll(2, bytes)));
  flush();
  if (ended.sentence !== null) writeAll(2, Buffer.from(`strata: ${ended.sentence}\n`));
  return ended.status;
}

/** Bytes are written as text; everything else is JSON already. */
function plainJson(data: Event['data']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value]),
  );
}

const quote = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function csvLine(event: Event): string {
  return [String(event.time), String(event.retired), event.kind, JSON.stringify(plainJson(event.data))].map(quote).join(',');
}
