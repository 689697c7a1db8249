/** The worker handle: each request settles once; a failing worker rejects all of them with one sentence. */
import { describe, expect, it } from 'vitest';
import { LabClient, LabRefusal, WORKER_FAILED, type LabPort } from '../../../src/client/labClient.ts';
import type { Answer, Envelope, Push } from '../../../src/protocol/messages.ts';

class Port implements LabPort {
  onmessage: LabPort['onmessage'] = null;
  onerror: LabPort['onerror'] = null;
  onmessageerror: LabPort['onmessageerror'] = null;
  sent: Envelope[] = [];
  ended = false;
  postMessage(message: Envelope): void {
    this.sent.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  say(data: Answer | Push): void {
    this.onmessage?.({ data } as MessageEvent<Answer | Push>);
  }
}

describe('LabClient', () => {
  it('matches answers to requests by id, in any order', async () => {
    const port = new Port();
    const lab = new LabClient(port);
    const first = lab.request({ op: 'pause' });
    const second = lab.request({ op: 'assemble', text: '' });
    const [a, b] = port.sent;
    port.say({ id: b!.id, ok: true, result: { op: 'assembled', diagnostics: [] } });
    port.say({ id: a!.id, ok: true, result: { op: 'done' } });
    port.say({ id: a!.id, ok: false, why: 'too late' });
    expect(await first).toEqual({ op: 'done' });
    expect(await second).toEqual({ op: 'assembled', diagnostics: [] });
  });

  it('passes refusals on in their own words, with diagnostics', async () => {
    const port = new Port();
    const lab = new LabClient(port);
    const asked = lab.request({ op: 'pause' });
    const diagnostics = [{ line: 3, column: 1, endColumn: 5, severity: 'error' as const, message: 'no' }];
    port.say({ id: port.sent[0]!.id, ok: false, why: 'No program is open.', diagnostics });
    await expect(asked).rejects.toMatchObject({ name: 'LabRefusal', message: 'No program is open.', diagnostics });
  });

  it('gives pushes to the listener', () => {
    const port = new Port();
    const lab = new LabClient(port);
    const pushes: Push[] = [];
    lab.onPush = (push) => pushes.push(push);
    port.say({ push: 'failed', why: 'x' });
    expect(pushes).toEqual([{ push: 'failed', why: 'x' }]);
  });

  it('says one sentence when the worker fails, and stays dead', async () => {
    const port = new Port();
    const lab = new LabClient(port);
    const said: string[] = [];
    lab.onFailure = (why) => said.push(why);
    const asked = lab.request({ op: 'pause' });
    port.onerror?.({} as ErrorEvent);
    port.onerror?.({} as ErrorEvent);
    await expect(asked).rejects.toEqual(new LabRefusal(WORKER_FAILED));
    await expect(lab.request({ op: 'pause' })).rejects.toBeInstanceOf(LabRefusal);
    expect(said).toEqual([WORKER_FAILED]);
    expect(port.ended).toBe(true);
  });
});
