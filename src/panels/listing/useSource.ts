/** The source text of what is open: the worker knows that of assembly; for a supplied program it is fetched with its line table. */
import { useEffect, useMemo, useState } from 'react';
import { fetchLines, fetchSource, findProgram } from '../../client/programs.ts';
import { useSession } from '../../client/stores.ts';
import type { ListingView } from '../../protocol/views.ts';
import { fromListing, fromTable, type SourceText } from './sources.ts';

interface Fetched {
  readonly id: string;
  readonly path: string;
  readonly text: string;
  readonly lines: unknown;
}

export function useSource(view: ListingView | null): SourceText | null {
  const source = useSession((s) => s.source),
    level = useSession((s) => s.level);
  const id = source?.kind === 'supplied' ? source.id : null;
  const [fetched, setFetched] = useState<Fetched | null>(null);
  useEffect(() => {
    const program = id === null ? null : findProgram(id);
    if (program === null || id === null) return;
    let wanted = true;
    void Promise.all([fetchSource(program), fetchLines(program, level)]).then(
      ([text, lines]) => {
        if (wanted && text !== null) setFetched({ id, path: program.source, text, lines });
      },
      () => {}, // without its source a program is shown by its instructions alone
    );
    return () => {
      wanted = false;
    };
  }, [id, level]);
  return useMemo(() => {
    if (view === null) return null;
    return fromListing(view) ?? (fetched !== null && fetched.id === id ? fromTable(fetched.path, fetched.text, fetched.lines, view) : null);
  }, [view, fetched, id]);
}
