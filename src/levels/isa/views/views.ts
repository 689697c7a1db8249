/** The views of the ISA level by name. Computing one changes nothing; unchanged ones are the same object again. */
import type { Plain } from '../../level.ts';
import type { RunningIsa } from '../running.ts';
import { cacheView } from './cache.ts';
import { costView } from './cost.ts';
import { countsView } from './counts.ts';
import { formsView } from './forms.ts';
import { ListingMaker } from './listing.ts';
import { memoryView } from './memory.ts';
import { registersView } from './registers.ts';

export type Parameters = { readonly [key: string]: Plain | undefined };

export class LevelViews {
  private readonly running: RunningIsa;
  private readonly listing: ListingMaker;
  constructor(running: RunningIsa) {
    this.running = running;
    this.listing = new ListingMaker(running);
  }

  view(name: string, parameters: Parameters): Plain | null {
    return (this.make(name, parameters) ?? null) as Plain | null;
  }
  private make(name: string, parameters: Parameters): unknown {
    const { running } = this;
    switch (name) {
      case 'listing':
        return this.listing.view();
      case 'counts':
        return countsView(running, parameters);
      case 'forms':
        return formsView(running, parameters);
      case 'cache':
        return cacheView(running);
      case 'cost':
        return costView(running);
      case 'registers':
        return registersView(running, parameters);
      case 'memory':
        return memoryView(running, parameters);
      default:
        return null;
    }
  }
}
