/** Home: the tower, what each cut asks and gets, and one request on its way down. Enter a level from it. */
import { useEffect, type ReactNode } from 'react';
import { useRoute } from '../client/url.ts';
import { TowerPanel } from '../panels/tower/Panel.tsx';
import { answered, LEVELS, STEPS, type LevelWords } from '../panels/tower/levels.ts';
import type { TowerScene } from '../panels/tower/layout.ts';
import { followPrint, goToStep, lastStep, moveStep, pausePrint, toggleCut, useTower } from '../panels/tower/state.ts';
import { Words } from '../panels/caption/Panel.tsx';
import { Icon } from '../ui/icons.tsx';
import { useCommands } from '../ui/keys.ts';
import { Mark } from '../ui/patterns.tsx';
import { Button, Popup } from '../ui/widgets.tsx';
import { HELP } from './commands.ts';
import { HelpButton, ThemeMenu } from './TopBar.tsx';
import { useLayout } from './useLayout.ts';
import './home.css';

const togglePlaying = (): void => (useTower.getState().playing ? pausePrint() : followPrint());

export default function HomePage(): ReactNode {
  const layout = useLayout();
  const linked = useRoute((r) => (r.link.page === 'home' ? r.link.step : null));
  useEffect(() => {
    if (linked !== null) goToStep(linked);
  }, [linked]);
  useCommands([
    { id: 'step', label: 'Step', group: 'Following one print', keys: ['ArrowRight'], run: () => moveStep(1) },
    { id: 'back', label: 'Step back', group: 'Following one print', keys: ['ArrowLeft'], run: () => moveStep(-1) },
    { id: 'play', label: 'Play, pause', group: 'Following one print', keys: [' '], run: togglePlaying },
    { id: 'start', label: 'To the start', group: 'Following one print', keys: ['Home'], run: () => goToStep(0) },
    { id: 'end', label: 'To the end', group: 'Following one print', keys: ['End'], run: () => goToStep(lastStep()) },
    HELP,
  ]);
  return (
    <div className={`home ${layout}`}>
      <header className="home-top">
        <span className="word">
          <Mark size={34} />
          Strata
        </span>
        <nav aria-label="Page">
          <ThemeMenu />
          <HelpButton />
        </nav>
      </header>
      <main>
        <section className="intro">
          <h1>
            Five places
            <br />
            to cut a<br />
            computer.
          </h1>
          <p>A program asks, the machine answers. Every request crosses the same interfaces on the way down.</p>
          <p>
            Slide a layer into one of them and everything above it keeps running, no longer knowing what lies below.{' '}
            <b>That layer is virtualization.</b>
          </p>
          <p className="calls">
            <Button className="on" onPress={togglePlaying}>
              <FollowLabel />
            </Button>
            <a className="btn" href="#/isa">
              Lab 1
            </a>
            <a className="btn" href="#/os">
              Lab 3
            </a>
          </p>
          <Figures />
          <p className="sub">
            Everything in a lab really executes on one small IA-32 computer, counted in host instructions. Labs 1 and 3 are built; the other
            three are not there yet.
          </p>
        </section>
        <section className="tower-part" aria-label="The computer and its five possible cuts">
          <p className="tower-head">
            <b>The computer, and five possible cuts</b>
            <span>one request on its way</span>
          </p>
          <TowerPanel wide={layout !== 'narrow'}>{(scene) => <Levels scene={scene} wide={layout !== 'narrow'} />}</TowerPanel>
        </section>
      </main>
      <Foot />
    </div>
  );
}

function FollowLabel(): ReactNode {
  return useTower((s) => s.playing) ? 'Pause' : 'Follow one print';
}

/** Figure 3.1: the same computer before and after. */
function Figures(): ReactNode {
  return (
    <div className="figures">
      <figure>
        <div className="stack">
          <span>Application</span>
          <span>Host OS</span>
          <span className="rock">Hardware</span>
        </div>
        <figcaption>Fig. 3.1(a) before</figcaption>
      </figure>
      <figure>
        <div className="stack after">
          <span className="pair">
            <i>Apps</i>
            <i>Apps</i>
          </span>
          <span className="pair">
            <i>Guest OS</i>
            <i>Guest OS</i>
          </span>
          <span className="layer">Virtualization layer</span>
          <span className="rock">Hardware, host OS</span>
        </div>
        <figcaption>Fig. 3.1(b) after</figcaption>
      </figure>
    </div>
  );
}

/** What each level is, beside its sill. On narrow pages they follow the picture. */
function Levels({ scene, wide }: { readonly scene: TowerScene; readonly wide: boolean }): ReactNode {
  const cut = useTower((s) => s.cut);
  return (
    <div className="levels">
      {LEVELS.map((level, i) => (
        <article
          key={level.n}
          className={cut !== null && cut !== level.n ? 'closed' : ''}
          aria-labelledby={`level-${level.n}`}
          style={
            {
              '--ink-l': `var(--l${level.n}-ink)`,
              '--lv': `var(--l${level.n})`,
              ...(wide ? { top: scene.rows[i]!, left: scene.core + 50 } : {}),
            } as Record<string, string | number>
          }
        >
          <LevelHead level={level} />
          <p className="ask">
            <span className="tick">asks</span>
            <span>
              <code>{level.asks}</code>
              <br />
              <small>{level.asksMeans}</small>
            </span>
          </p>
          <p className="get">
            <span className="tick">
              <Arrow /> gets
            </span>
            <span>
              <code className="b">{level.gets}</code>
              <br />
              <small>{level.getsMeans}</small>
            </span>
          </p>
        </article>
      ))}
    </div>
  );
}

function LevelHead({ level }: { readonly level: LevelWords }): ReactNode {
  const here = useTower((s) => s.cut === level.n);
  return (
    <header>
      <h2 id={`level-${level.n}`}>
        <span className="visually-hidden">{level.n} </span>
        {level.title}
      </h2>
      <span className="enter">
        <Button className="quiet" aria-pressed={here} onPress={() => toggleCut(level.n)}>
          {here ? 'Take the layer out' : 'Slide a layer in'}
        </Button>
        {level.lab === null ? (
          <span className="sub">lab not built yet</span>
        ) : (
          <a className="btn on" href={level.lab}>
            Enter lab
          </a>
        )}
      </span>
      <span className="systems">
        <span>{level.systems}</span>
        <Notes level={level} />
      </span>
    </header>
  );
}

function Notes({ level }: { readonly level: LevelWords }): ReactNode {
  if (level.notes.length === 0) return null;
  return (
    <Popup
      label={`Notes on ${level.title}`}
      trigger={
        <Button className="quiet note">
          note<span className="visually-hidden"> on {level.title}</span>
        </Button>
      }
    >
      <div className="note-text">
        {level.notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </div>
    </Popup>
  );
}

function Arrow(): ReactNode {
  return (
    <svg width="26" height="10" aria-hidden="true">
      <path d="M1 5h21" stroke="var(--ink-l)" strokeWidth="2" markerEnd="url(#arrow)" />
    </svg>
  );
}

function Foot(): ReactNode {
  const { step, playing, cut } = useTower();
  const last = lastStep({ cut });
  const level = cut === null ? undefined : LEVELS.find((l) => l.n === cut);
  const words = level !== undefined && step === last ? answered(level) : STEPS[step]!;
  return (
    <footer className="home-foot">
      <div className="keys" role="group" aria-label="Follow one print">
        <Button className="tb" aria-label="Step back" onPress={() => moveStep(-1)} isDisabled={step === 0}>
          <Icon name="back" />
        </Button>
        <Button className="tb play" aria-label={playing ? 'Pause' : 'Play'} onPress={togglePlaying}>
          <Icon name={playing ? 'pause' : 'play'} />
        </Button>
        <Button className="tb" aria-label="Step" onPress={() => moveStep(1)} isDisabled={step >= last}>
          <Icon name="step" />
        </Button>
      </div>
      <div className="home-cap" role="status" aria-live="polite">
        <p>
          <b className="k">Just done</b> <Words text={words.done} />
        </p>
        <p className="next">
          <b className="k">About to do</b> <Words text={words.next} />
        </p>
      </div>
      <ol className="way" aria-label="The five possible cuts, in the order in which the request meets them">
        {LEVELS.map((l, i) => {
          const at = i + 1;
          const state = step > at || step === 6 ? 'passed' : step === at ? 'here' : 'ahead';
          return (
            <li key={l.n} className={state}>
              <Button
                className="stop"
                isDisabled={at > last}
                {...(state === 'here' ? { 'aria-current': 'step' as const } : {})}
                onPress={() => goToStep(at)}
              >
                <span className="tick">{l.word}</span>
                <span className="num" style={{ '--lv': `var(--l${l.n}-chip)` } as Record<string, string>}>
                  {l.n}
                </span>
                <span className="visually-hidden">, {l.cut}</span>
              </Button>
            </li>
          );
        })}
      </ol>
      <p className="visually-hidden">One request passes five possible cuts; no one run is cut five times.</p>
    </footer>
  );
}
