/** What the picture of the code cache consists of. */
import type { Label } from '../shared/text.ts';

export interface BlockNode {
  readonly id: number;
  /** Guest address: what the page selects. */
  readonly address: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly name: string;
  readonly where: string;
  readonly state: string;
  readonly translated: boolean;
  readonly current: boolean;
  readonly chosen: boolean;
  /** Steps of the heat bar and how many are lit; one step when the block is translated. */
  readonly heat: { readonly steps: number; readonly lit: number };
  /** Compact nodes leave the second line out. */
  readonly compact: boolean;
  readonly title: string;
}

/** A heavy arc from block to block, or a stub between a block and the dispatcher. */
export interface Arc {
  readonly id: string;
  readonly path: string;
  readonly taken: boolean;
  readonly head: { readonly x: number; readonly y: number; readonly angle: number };
}
export interface Stub {
  readonly id: string;
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly out: boolean;
  readonly taken: boolean;
}

export interface CacheScene {
  readonly width: number;
  readonly height: number;
  /** Size of the drawing before zoom; larger than the panel when there are many blocks. */
  readonly content: { readonly width: number; readonly height: number };
  /** Scale at which all of it is seen. */
  readonly fit: number;
  readonly nodes: readonly BlockNode[];
  readonly arcs: readonly Arc[];
  readonly stubs: readonly Stub[];
  readonly lanes: readonly { readonly id: string; readonly path: string }[];
  readonly dispatcher: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly lines: readonly Label[];
  };
  readonly labels: readonly Label[];
  readonly store: { readonly x: number; readonly y: number; readonly width: number; readonly used: number; readonly text: string };
  readonly says: string;
}

export interface CacheOptions {
  /** Guest address of the chosen block. */
  readonly chosen: number | null;
}
