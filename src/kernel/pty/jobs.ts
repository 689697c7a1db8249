/** Who a terminal belongs to: sessions, the process group in the foreground, hanging up (credentials(7), Linux's drivers/tty/tty_jobctrl.c). */
import { CAP, capable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { controllingTty, isBackground, mayRead } from '../files.ts';
import { groupMembers, isOrphaned, threadsOf } from '../groups.ts';
import type { Kernel } from '../kernel.ts';
import { has, ignores, send, SIGCONT, SIGHUP, SIGTTOU } from '../signals.ts';
import { Block, type OpenFile, type Process } from '../task.ts';
import type { Tty } from '../tty.ts';

/** A change from the background stops the process, unless it does not want to hear of that. */
export function changeFromBackground(k: Kernel, p: Process, tty: Tty): void {
  if (!isBackground(tty, p) || ignores(p, SIGTTOU) || has(p.signals.blocked, SIGTTOU)) return;
  if (isOrphaned(k, p.pgid)) fail('EIO');
  for (const q of groupMembers(k, p.pgid)) send(k, q, SIGTTOU);
  // Made again when the process goes on.
  throw new Block({ kind: 'until', time: k.machine.time }, 'stopped');
}
export function stopFromBackground(k: Kernel, tty: Tty): void {
  if (k.current) changeFromBackground(k, k.current, tty);
}

function toGroup(k: Kernel, group: number, ...signals: readonly number[]): void {
  if (group !== 0) for (const p of groupMembers(k, group)) for (const signal of signals) send(k, p, signal);
}

/** TIOCSCTTY. */
export function takeTerminal(k: Kernel, p: Process, tty: Tty, file: OpenFile, force: number): number {
  if (tty.session === p.sid && p.sid === p.tgid && !p.noTerminal) return 0;
  if (p.sid !== p.tgid || controllingTty(k, p)) fail('EPERM');
  if (tty.session !== 0 && !(force === 1 && capable(k, p, CAP.SYS_ADMIN))) fail('EPERM');
  if (!mayRead(file) && !capable(k, p, CAP.SYS_ADMIN)) fail('EPERM');
  acquire(k, p, tty);
  return 0;
}
function acquire(k: Kernel, p: Process, tty: Tty): void {
  tty.session = p.sid;
  tty.foreground = p.pgid;
  for (const t of threadsOf(k, p)) t.noTerminal = false;
}

/** Opening a terminal gives it to a leader of a session that has none, if nobody has it (tty_open_proc_set_tty). */
export function acquireByOpening(k: Kernel, p: Process, tty: Tty): void {
  if (p.sid === p.tgid && tty.session === 0 && !controllingTty(k, p)) acquire(k, p, tty);
}

/** TIOCNOTTY: a leader gives it up for the whole session. */
export function giveUpTerminal(k: Kernel, p: Process, tty: Tty): number {
  if (controllingTty(k, p) !== tty) fail('ENOTTY');
  if (p.sid !== p.tgid) for (const t of threadsOf(k, p)) t.noTerminal = true;
  else {
    const { foreground } = tty;
    tty.session = tty.foreground = 0;
    toGroup(k, foreground, SIGHUP, SIGCONT);
  }
  return 0;
}

/**
 * The terminal hangs up: whoever has it open finds nothing there any more, its session loses it, and the session's leader hears SIGHUP;
 * when that ends for it, the group that was in the foreground hears it too.
 */
export function hangUp(k: Kernel, tty: Tty): void {
  for (const file of k.files.values()) if (file.tty === tty.id) file.hungUp = true;
  const { session, foreground } = tty,
    leader = session === 0 ? undefined : k.processes.get(session);
  tty.session = tty.foreground = 0;
  k.changes++;
  if (!leader || leader.sid !== session || leader.noTerminal || leader.state === 'zombie') return;
  leader.oldForeground = foreground;
  send(k, leader, SIGHUP);
  send(k, leader, SIGCONT);
}
