/** The list of supplied programs: what fits a search, in which groups, and the words for a file that is too large. Pure. */
export interface Offered {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly look: string;
  readonly language: string;
}
export interface ProgramsScene {
  readonly groups: readonly { readonly title: string; readonly programs: readonly Offered[] }[];
  readonly says: string;
}

const GROUPS: Readonly<Record<string, string>> = { assembly: 'Written in assembly', c: 'Compiled from C' };

/** Every word of the search is in the title, the description or the language. */
export function layout(programs: readonly Offered[], search: string): ProgramsScene {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== '');
  const fits = (p: Offered): boolean => {
    const text = `${p.title} ${p.description} ${p.look} ${p.language} ${p.id}`.toLowerCase();
    return words.every((w) => text.includes(w));
  };
  const found = programs.filter(fits);
  const languages = [...new Set(found.map((p) => p.language))];
  return {
    groups: languages.map((language) => ({ title: GROUPS[language] ?? language, programs: found.filter((p) => p.language === language) })),
    says:
      found.length === programs.length
        ? `${found.length} programs`
        : found.length === 0
          ? 'No program fits.'
          : `${found.length} of ${programs.length} programs`,
  };
}

/** Larger files are not programs for a machine of this size. */
export const LARGEST_FILE = 16 * 1024 * 1024;

/** One sentence when a file cannot be opened for its size; null when it can. */
export function tooLarge(name: string, bytes: number): string | null {
  if (bytes === 0) return `${name} is empty, so there is nothing to run.`;
  if (bytes <= LARGEST_FILE) return null;
  return `${name} has ${(bytes / 1024 / 1024).toFixed(1)} MiB; programs of up to ${LARGEST_FILE / 1024 / 1024} MiB can be opened here.`;
}
