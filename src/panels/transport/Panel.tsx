/** The transport: start, back, play, step, end; how fast; by how much; and where the machine is, in numbers. */
import type { ReactNode } from 'react';
import { setGrain, setSpeed, step, toEnd, togglePlay, toStart, usePlayback } from '../../client/playback.ts';
import { GRAINS, SPEEDS, usePosition, useSession, useUi } from '../../client/stores.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { Button, Chooser, Hint } from '../../ui/widgets.tsx';
import './transport.css';

const grouped = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');
export const speedName = (speed: number): string =>
  Number.isFinite(speed)
    ? `${grouped(Math.floor(speed))}${speed % 1 === 0 ? '' : String(speed % 1).slice(1)}×`.replace(/^0\./, '0.')
    : 'max';

function Key({
  icon,
  label,
  hint,
  onPress,
  className = '',
  disabled = false,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly hint: string;
  readonly onPress: () => void;
  readonly className?: string;
  readonly disabled?: boolean;
}): ReactNode {
  return (
    <Hint text={`${label} (${hint})`}>
      <Button className={`tb ${className}`} aria-label={label} onPress={onPress} isDisabled={disabled}>
        <Icon name={icon} />
      </Button>
    </Hint>
  );
}

export function TransportKeys({ all = true }: { readonly all?: boolean }): ReactNode {
  // A way that leads far is stopped as a run is.
  const seeking = usePosition((p) => p.state === 'seeking'),
    playing = usePlayback((p) => p.playing) || seeking;
  // While another program is opened the keys stay: what is pressed comes after it.
  const open = useSession((s) => s.phase === 'open' || (s.phase === 'opening' && s.opened !== null));
  return (
    <div className="keys" role="group" aria-label="Transport">
      {all ? (
        <Key
          icon="start"
          label="To the start"
          hint="Home"
          onPress={() => {
            void toStart();
          }}
          disabled={!open}
        />
      ) : null}
      <Key
        icon="back"
        label="Step back"
        hint="←"
        onPress={() => {
          void step(-1);
        }}
        disabled={!open}
      />
      <Key
        icon={playing ? 'pause' : 'play'}
        label={playing ? 'Pause' : 'Play'}
        hint="Space"
        onPress={togglePlay}
        className="play"
        disabled={!open}
      />
      <Key
        icon="step"
        label="Step"
        hint="→"
        onPress={() => {
          void step(1);
        }}
        disabled={!open}
      />
      {all ? (
        <Key
          icon="end"
          label="To the end"
          hint="End"
          onPress={() => {
            void toEnd();
          }}
          disabled={!open}
        />
      ) : null}
    </div>
  );
}

export function SpeedMenu(): ReactNode {
  const speed = useUi((u) => u.speed);
  const choices = SPEEDS.map((s) => ({ id: String(s), label: speedName(s) }));
  return <Chooser className="speed" label="Speed" choices={choices} value={String(speed)} onChange={(id) => setSpeed(Number(id))} />;
}

export function GrainMenu(): ReactNode {
  const grain = useUi((u) => u.grain);
  const locked = useUi((u) => u.grainLocked);
  if (locked)
    return (
      <span className="grain">
        Step by <b>{GRAINS.find((g) => g.id === grain)?.label}</b> (held by this link)
      </span>
    );
  return (
    <Chooser
      className="grain plain"
      label="Step by"
      before={<span aria-hidden="true">Step by</span>}
      choices={GRAINS}
      value={grain}
      onChange={setGrain}
    />
  );
}

export function TransportPanel(): ReactNode {
  const { retired, time, guestRetired, micro, reason, state } = usePosition();
  return (
    <div className="trans" data-region="transport">
      <div className="row">
        <TransportKeys />
        <SpeedMenu />
      </div>
      <div className="where">
        <span
          title={`${grouped(time)} units of host time: ${grouped(retired)} host instructions counted, ${grouped(time - retired)} charged`}
        >
          Host time <b>{grouped(time)}</b>, guest <b>{grouped(guestRetired)}</b>
        </span>
        <span className="reason">
          {state === 'running'
            ? 'running'
            : state === 'seeking'
              ? 'on the way …'
              : micro > 0
                ? `micro-step ${micro}`
                : state === 'waiting'
                  ? 'waiting for input'
                  : reason}
        </span>
      </div>
      <GrainMenu />
    </div>
  );
}
