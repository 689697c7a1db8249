/**
 * What only some programs use: System V IPC and the records of network interfaces. Made when somebody first asks (it comes with
 * rest.ts). Invariant: what is saved is null while nothing is there that was not at the start, made or not.
 */
import type { Plain } from '../bits/plain.ts';
import { Ipc } from './ipc/state.ts';
import type { Kernel } from './kernel.ts';
import { Interfaces } from './net/interfaces.ts';

interface Saved {
  readonly ipc: ReturnType<Ipc['save']>;
  readonly interfaces: ReturnType<Interfaces['save']>;
}

export class Seldom {
  readonly ipc: Ipc;
  readonly interfaces = new Interfaces();

  constructor(k: Kernel) {
    this.ipc = new Ipc(k);
  }
  save(): Plain {
    if (this.ipc.isEmpty && this.interfaces.isInitial) return null;
    return { ipc: this.ipc.save(), interfaces: this.interfaces.save() } satisfies Saved as unknown as Plain;
  }
  restore(state: Plain): void {
    const saved = state as unknown as Saved | null;
    if (saved === null) {
      this.ipc.clear();
      this.interfaces.reset();
    } else {
      this.ipc.restore(saved.ipc);
      this.interfaces.restore(saved.interfaces);
    }
  }
}
