import { formatSlackDate } from './blocks/dates.ts';
import { localeOf } from './blocks/viewpoint.ts';
import { Icon } from './icons.tsx';
import type { Scene } from './scene.ts';

const SPEEDS = [
  { speed: 0, label: 'Pause', face: <Icon name="pause" /> },
  { speed: 1, label: 'Real time', face: '1×' },
  { speed: 60, label: 'One minute a second', face: '60×' },
  { speed: 600, label: 'Ten minutes a second', face: '600×' },
];

/** What time it is in the sandbox, and, where the clock can be driven, how to drive it. */
export function ClockBar({ scene }: { scene: Scene }) {
  const { clock, sandbox, viewpoint } = scene;
  const { now, speed } = clock?.state() ?? { now: sandbox.clock.now(), speed: sandbox.clock.speed };
  return (
    <div class="clock" hidden={!clock}>
      <span data-region="clock-state" hidden>
        <span data-key="state" data-now={now.getTime()} data-speed={speed} />
      </span>
      <time
        class="clock-face"
        data-zone={viewpoint.viewer.tz}
        data-locale={localeOf(viewpoint.viewer)}
        data-long=""
        data-testid="clock"
      />
      {clock && (
        <>
          <fieldset class="speeds" data-region="speeds" aria-label="Speed of the clock">
            {SPEEDS.map((one) => (
              <button
                type="button"
                data-key={`speed ${one.speed}`}
                data-speed-to={one.speed}
                aria-pressed={one.speed === speed ? 'true' : 'false'}
                aria-label={one.label}
                title={one.label}
                data-testid={`clock-speed-${one.speed}`}
              >
                {one.face}
              </button>
            ))}
          </fieldset>
          <span class="next" data-region="next">
            <NextEvent scene={scene} />
          </span>
        </>
      )}
    </div>
  );
}

function NextEvent({ scene }: { scene: Scene }) {
  const next = scene.clock?.state().nextEvent;
  const when =
    next && formatSlackDate(next.at.getTime() / 1000, '{date_short_pretty} {time}', scene.viewpoint);
  return (
    <button type="button" data-key="next" data-clock-next="" disabled={!next} data-testid="clock-next">
      <Icon name="next" />
      <b>{next ? next.what : 'Nothing is due'}</b>
      {when && <small>{when}</small>}
    </button>
  );
}
