export function busybox(architecture: 'i386' | 'mipsel'): string;
export function busyboxIfAny(architecture: 'i386' | 'mipsel'): string | null;
export function kernel(): { image: string; modules: string[] };
