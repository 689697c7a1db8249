export function programs(): string[];
export function hashOfSources(name: string): string;
