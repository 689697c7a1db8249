export type Isa = 'mips' | 'i386';
export const COMPILERS: Readonly<Record<Isa, readonly [string, readonly string[]]>>;
export function guests(): string[];
export function guest(name: string, isa: Isa): string | null;
