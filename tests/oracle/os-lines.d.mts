export interface Section {
  readonly name: string;
  readonly place: 'host' | 'container';
  readonly prelude: string;
  readonly commands: readonly string[];
}
export const FIXTURE: Readonly<Record<string, string>>;
export const FIXTURE_MODES: Readonly<Record<string, number>>;
export const FIXTURE_DIRECTORIES: readonly string[];
export const FIXTURE_TIME: string;
export const SECTIONS: Readonly<Record<string, readonly Section[]>>;
