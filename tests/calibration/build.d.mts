/** One number for everything that the binary depends on, except the compiler's version. */
export function hashOfSources(): string;
