/** The top bar: where you are, the one mode switch, and what can be done with this moment. */
import { useState, type ReactNode } from 'react';
import { exportFile, setMode } from '../client/actions.ts';
import { usePrograms } from '../client/programs.ts';
import { useSession, useUi, useWish } from '../client/stores.ts';
import { setTheme } from '../client/theme.ts';
import { shareLink } from '../client/url.ts';
import { OpenRun } from '../panels/programs/OpenRun.tsx';
import { levelById } from '../panels/tower/levels.ts';
import { saveAs } from '../ui/picture.ts';
import { Mark } from '../ui/patterns.tsx';
import { Button, Chooser, Popup, Segmented } from '../ui/widgets.tsx';
import { useHelp } from './help.ts';

export function ThemeMenu(): ReactNode {
  const theme = useUi((u) => u.theme);
  const choices = [
    { id: 'system', label: 'Theme: system' },
    { id: 'light', label: 'Theme: light' },
    { id: 'dark', label: 'Theme: dark' },
  ] as const;
  return <Chooser className="quiet" label="Theme" choices={choices} value={theme} onChange={setTheme} />;
}

export function HelpButton(): ReactNode {
  return (
    <Button className="quiet" onPress={() => useHelp.setState({ open: true })}>
      Help&nbsp;?
    </Button>
  );
}

const SAVES = [
  { id: 'trace-csv', label: 'Events as CSV' },
  { id: 'trace-json', label: 'Events as JSON' },
  { id: 'run', label: 'This run, to open again' },
  { id: 'elf', label: 'The program (ELF)' },
] as const;

async function save(what: (typeof SAVES)[number]['id']): Promise<void> {
  const file = await exportFile(what);
  if (file !== null) saveAs(file.name, file.bytes);
}

export function ShareMoment({ short = false }: { readonly short?: boolean }): ReactNode {
  const [copied, setCopied] = useState<'no' | 'yes' | 'by hand'>('no');
  const [link, setLink] = useState('');
  const take = (): void => {
    const url = shareLink() ?? location.href;
    setLink(url);
    setCopied('no');
    navigator.clipboard?.writeText(url).then(
      () => setCopied('yes'),
      () => setCopied('by hand'),
    );
  };
  return (
    <Popup
      label="Share this moment"
      trigger={
        <Button className="quiet" aria-label="Share this moment" onPress={take}>
          {short ? 'Share' : 'Share this moment'}
        </Button>
      }
    >
      <div className="share">
        <label>
          Link to this exact moment
          <input readOnly value={link} onFocus={(e) => e.target.select()} />
        </label>
        <p role="status">{copied === 'yes' ? 'Copied.' : copied === 'by hand' ? 'Copy it from here.' : ''}</p>
        <p className="h">Save and open again</p>
        <p className="saves">
          {SAVES.map((s) => (
            <Button
              key={s.id}
              onPress={() => {
                void save(s.id);
              }}
            >
              {s.label}
            </Button>
          ))}
          <OpenRun onOpened={() => setLink(shareLink() ?? location.href)} />
        </p>
      </div>
    </Popup>
  );
}

export function ModeSwitch(): ReactNode {
  const opened = useSession((s) => s.opened);
  const now = useSession((s) => s.mode),
    mode = useWish((w) => w.mode) ?? now;
  if (opened === null || opened.modes.length < 2) return null;
  return (
    <Segmented
      label="How the host runs the program"
      choices={opened.modes.map(({ id, label }) => ({ id, label }))}
      value={mode}
      onChange={(id) => {
        void setMode(id);
      }}
    />
  );
}

/** What is open, in words. */
export function useProgramName(): string {
  const source = useSession((s) => s.source);
  const list = usePrograms((p) => p.list);
  if (source === null) return '';
  if (source.kind === 'supplied') return list.find((p) => p.id === source.id)?.title ?? source.id;
  return source.kind === 'file' ? source.name : 'Your assembly';
}

/** What a lab is about, in a few words. */
const WHAT: Readonly<Record<string, string>> = {
  isa: 'A MIPS program on an x86 host',
  os: 'Containers, one kernel, several private views of it',
};

export function TopBar({ level, onPresent }: { readonly level: string; readonly onPresent: () => void }): ReactNode {
  const words = levelById(level);
  const name = useProgramName();
  return (
    <header className="top">
      <a className="brand" href="#/" aria-label="Strata, home">
        <Mark />
      </a>
      <h1>
        <span className="num" style={{ '--lv': `var(--l${words?.n ?? 1}-chip)` } as Record<string, string>}>
          {words?.n}
        </span>
        {words?.title}
      </h1>
      <span className="sub what">
        {WHAT[level] ?? WHAT['isa']}
        {name === '' ? '' : `: ${name}`}
      </span>
      <span className="sp" />
      <ModeSwitch />
      <span className="acts">
        <ShareMoment />
        <Button className="quiet" onPress={onPresent}>
          Present
        </Button>
        <ThemeMenu />
        <HelpButton />
      </span>
    </header>
  );
}
