/**
 * A stand-in for the lab's worker with a fixed story, for looking at the page and for unit tests of the client. Never shipped: only
 * tests import it. It answers every request, keeps a position, and sends the fixture's views.
 */
import type { LabPort } from '../../src/client/labClient.ts';
import type { Answer, Envelope, Opened, Position, Push, Request, Result } from '../../src/protocol/messages.ts';
import type { TimelineView, ViewName, Views } from '../../src/protocol/views.ts';
import * as fixture from '../unit/panels/fixtures/checksum.ts';

const END = 11_344;
const PER_GUEST = 12;

const opened = (level: string, mode: string): Opened => ({
  name: 'checksum',
  level,
  mode: mode === '' ? 'translate' : mode,
  hz: 1e8,
  modes: [
    { id: 'interpret', label: 'Interpret' },
    { id: 'translate', label: 'Translate' },
    { id: 'both', label: 'Both' },
  ],
  knobs: [
    { id: 'threshold', label: 'Translate a block after', kind: 'number', value: 8, min: 1, max: 1000, unit: 'runs' },
    { id: 'chain', label: 'Chain blocks', kind: 'switch', value: true },
    { id: 'cache', label: 'Cache size', kind: 'number', value: 64, min: 1, max: 1024, unit: 'KiB', folded: true },
  ],
  eventKinds: [
    { kind: 'translate', label: 'translate', marker: 'translate' },
    { kind: 'chain', label: 'chain', marker: 'chain' },
    { kind: 'syscall', label: 'system call', marker: 'syscall' },
    { kind: 'output', label: 'output', marker: 'output' },
  ],
});

const events: TimelineView['markers'] = [
  { id: 0, kind: 'translate', label: 'translate sum', time: 1500, retired: 1500 },
  { id: 1, kind: 'chain', label: 'chain sum to itself', time: 3950, retired: 3950 },
  { id: 2, kind: 'translate', label: 'translate pass', time: 6650, retired: 6650 },
  { id: 3, kind: 'translate', label: 'translate tail', time: 7900, retired: 7900 },
  { id: 4, kind: 'chain', label: 'all chained', time: 9780, retired: 9780 },
  { id: 5, kind: 'syscall', label: 'write', time: 11_000, retired: 11_000 },
  { id: 6, kind: 'output', label: 'print', time: 11_200, retired: 11_200 },
];
const strip: TimelineView['strip'] = [
  { from: 0, to: 1300, shares: { decode: 0.8, guest: 0.1, dispatch: 0.1 } },
  { from: 1300, to: 1500, shares: { guest: 1 } },
  { from: 1500, to: 3900, shares: { translate: 1 } },
  ...Array.from({ length: 20 }, (_, i) => ({
    from: 3900 + i * 130,
    to: 4030 + i * 130,
    shares: i % 3 === 0 ? { decode: 0.9, guest: 0.1 } : { guest: 0.8, dispatch: 0.2 },
  })),
  { from: 6500, to: 7700, shares: { translate: 0.8, guest: 0.2 } },
  { from: 7700, to: 9700, shares: { translate: 0.9, decode: 0.1 } },
  { from: 9700, to: END - 200, shares: { guest: 0.9, dispatch: 0.1 } },
  { from: END - 200, to: END, shares: { kernel: 1 } },
];
const timeline: TimelineView = {
  end: END,
  complete: true,
  markers: events,
  hidden: 0,
  strip,
  phases: [
    { from: 0, to: 3900, label: 'interpreting' },
    { from: 3950, to: 9600, label: 'mixed, only sum is fast' },
    { from: 9700, to: END, label: 'all in the cache' },
  ],
};

export class LabDouble implements LabPort {
  onmessage: LabPort['onmessage'] = null;
  onerror: LabPort['onerror'] = null;
  onmessageerror: LabPort['onmessageerror'] = null;
  readonly requests: Request[] = [];
  #retired = 0;
  #micro = 0;
  #running: ReturnType<typeof setInterval> | undefined;
  #watched: readonly ViewName[] = [];

  postMessage({ id, request }: Envelope): void {
    this.requests.push(request);
    const answer = this.#answer(id, request);
    // As it stands now: what comes afterwards is not in it.
    const update = this.#updated();
    setTimeout(() => {
      if (request.op !== 'assemble') this.#send(update);
      this.#send(answer);
    }, 0);
  }

  terminate(): void {
    clearInterval(this.#running);
  }

  #send(message: Answer | Push): void {
    this.onmessage?.({ data: message } as MessageEvent<Answer | Push>);
  }

  #answer(id: number, request: Request): Answer {
    if (request.op === 'open' && request.source.kind === 'file')
      return { id, ok: false, why: `${request.source.name} is not an ELF file: it does not begin with 7F 45 4C 46.` };
    return { id, ok: true, result: this.#do(request) };
  }

  #do(request: Request): Result {
    clearInterval(this.#running);
    this.#running = undefined;
    const to = (retired: number): void => {
      this.#retired = Math.max(0, Math.min(END, Math.round(retired)));
      this.#micro = 0;
    };
    switch (request.op) {
      case 'open':
        to(0);
        return { op: 'opened', opened: opened(request.options.level, request.options.mode) };
      case 'seek':
        if (request.event !== undefined) to(events.filter((e) => e.kind === request.event?.kind)[request.event.nth - 1]?.retired ?? END);
        else to(request.retired ?? request.time ?? (request.guest ?? 0) * PER_GUEST);
        this.#micro = request.micro ?? 0;
        break;
      case 'step':
        to(
          this.#retired +
            request.direction * ({ micro: 1, host: 1, instruction: PER_GUEST, block: 60, event: 1000 } as const)[request.grain],
        );
        break;
      case 'run':
        this.#running = setInterval(() => {
          to(this.#retired + 200);
          if (this.#retired >= END) {
            clearInterval(this.#running);
            this.#running = undefined;
          }
          this.#send(this.#updated());
        }, 16);
        break;
      case 'watch':
        this.#watched = Object.keys(request.views) as ViewName[];
        break;
      case 'assemble':
        return {
          op: 'assembled',
          diagnostics: request.text.includes('oops')
            ? [{ line: 1, column: 1, endColumn: 5, severity: 'error', message: '“oops” is no instruction' }]
            : [],
        };
      case 'export':
        return { op: 'exported', name: 'checksum.csv', bytes: new Uint8Array([65]) };
    }
    return { op: 'done' };
  }

  position(): Position {
    const ended = this.#retired >= END;
    return {
      state: ended ? 'ended' : this.#running === undefined ? 'paused' : 'running',
      retired: this.#retired,
      time: this.#retired,
      guestRetired: Math.floor(this.#retired / PER_GUEST),
      micro: this.#micro,
      knownTime: END,
      knownRetired: END,
      exit: ended ? { status: 0, sentence: null } : null,
      reason: '',
    };
  }

  #updated(): Push {
    const all: Partial<Views> = {
      listing: fixture.listing,
      counts: fixture.counts,
      forms: fixture.forms,
      cache: fixture.cache,
      cost: fixture.cost,
      registers: fixture.registers,
      memory: fixture.memory,
      ledger: fixture.ledger,
      rival: fixture.rival,
      timeline,
      caption: {
        done: 'The host ran the translated block `sum` once: 10 host instructions for 5 MIPS instructions. It never left the code cache.',
        next: 'Jump from `+1c` back to `+00` through the chained exit, and load the next word, `3`.',
      },
      console: { text: this.#retired > 11_200 ? 'checksum 1280\n' : '', typed: [], errors: '', before: 0, errorsBefore: 0, waiting: false },
    };
    const views = Object.fromEntries(this.#watched.filter((name) => name in all).map((name) => [name, all[name]])) as Partial<Views>;
    return { push: 'update', position: this.position(), views };
  }
}
