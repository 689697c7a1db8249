/**
 * What only some programs use: System V IPC, the records of network interfaces, pressure, who watches files, what was changed of a devpts. Made when somebody first asks (it comes
 * with rest.ts). Invariant: what is saved is null while nothing is there that was not at the start, made or not.
 */
import type { Plain } from '../bits/plain.ts';
import { Ipc } from './ipc/state.ts';
import type { Kernel } from './kernel.ts';
import { Inotify } from './inotify.ts';
import { Interfaces } from './net/interfaces.ts';
import { Pressure } from './pressure.ts';
import type { Attributes } from './vfs/types.ts';

interface Saved {
  readonly ipc: ReturnType<Ipc['save']>;
  readonly interfaces: ReturnType<Interfaces['save']>;
  readonly pressure: Plain;
  readonly inotify: Plain;
  readonly devpts: Seldom['devpts'];
}

export class Seldom {
  readonly ipc: Ipc;
  readonly interfaces = new Interfaces();
  readonly pressure: Pressure;
  readonly inotify: Inotify;
  /** What was changed of directories and masters' devices in a devpts, by file system and inode (pty/devpts.ts). Replaced, never changed. */
  devpts: Readonly<Record<string, Attributes>> = {};

  constructor(k: Kernel) {
    this.ipc = new Ipc(k);
    this.pressure = new Pressure(k);
    this.inotify = new Inotify(k);
  }
  save(): Plain {
    const pressure = this.pressure.save();
    if (this.ipc.isEmpty && this.interfaces.isInitial && pressure === null && this.inotify.isInitial && !Object.keys(this.devpts).length)
      return null;
    return {
      ipc: this.ipc.save(),
      interfaces: this.interfaces.save(),
      pressure,
      inotify: this.inotify.save(),
      devpts: this.devpts,
    } satisfies Saved as unknown as Plain;
  }
  restore(state: Plain): void {
    const saved = state as unknown as Saved | null;
    if (saved === null) {
      this.ipc.clear();
      this.interfaces.reset();
      this.pressure.clear();
      this.inotify.restore(null);
      this.devpts = {};
    } else {
      this.ipc.restore(saved.ipc);
      this.interfaces.restore(saved.interfaces);
      this.pressure.restore(saved.pressure);
      this.inotify.restore(saved.inotify);
      this.devpts = saved.devpts;
    }
  }
}
