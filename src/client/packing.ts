/** Program texts in links are deflated. The library comes when the first such text is met: most links name a program. */
type Packing = Pick<typeof import('fflate'), 'deflateSync' | 'inflateSync'>;

let library: Packing | null = null;

export async function loadPacking(): Promise<void> {
  library ??= await import('fflate');
}
/** Null before it is loaded. */
export const packing = (): Packing | null => library;
