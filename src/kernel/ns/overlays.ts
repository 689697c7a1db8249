/** The overlay file systems of the machine: what they cost, what they copied up, and when. */
import type { Plain } from '../../bits/plain.ts';
import type { Kernel } from '../kernel.ts';
import type { OverlayWatcher } from '../vfs/overlay.ts';
import { containmentCharge, CONTAINMENT_COSTS } from './costs.ts';

export interface CopiedUp {
  readonly fs: number;
  readonly time: number;
  readonly path: string;
  readonly layer: number;
  readonly bytes: number;
  readonly units: number;
}
const MOST = 1000;

export class Overlays {
  copies: readonly CopiedUp[] = [];
  /** How often names were looked for in a layer, and files copied up. */
  counts = { searches: 0, copies: 0, bytes: 0 };
  private readonly k: Kernel;

  constructor(k: Kernel) {
    this.k = k;
  }

  watcher(fs: number): OverlayWatcher {
    return {
      searched: (layers) => {
        this.counts.searches += layers;
        containmentCharge(this.k, 'overlay.layer', layers);
      },
      copiedUp: (path, layer, bytes) => {
        const pages = Math.ceil(bytes / 4096),
          units = CONTAINMENT_COSTS['overlay.copyup'].units + pages * CONTAINMENT_COSTS['overlay.page'].units;
        containmentCharge(this.k, 'overlay.copyup');
        containmentCharge(this.k, 'overlay.page', pages);
        this.counts.copies++;
        this.counts.bytes += bytes;
        this.copies = [...this.copies.slice(-MOST), { fs, time: this.k.machine.time, path, layer, bytes, units }];
        this.k.emit('copy-up', () => ({ path, layer, bytes, units, fs }));
      },
    };
  }

  save(): Plain {
    return { copies: this.copies as unknown as Plain, counts: { ...this.counts } };
  }
  restore(state: Plain): void {
    const s = state as unknown as { copies: readonly CopiedUp[]; counts: Overlays['counts'] };
    this.copies = s.copies;
    this.counts = { ...s.counts };
  }
}
