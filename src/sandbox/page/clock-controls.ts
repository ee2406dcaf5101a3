/** The demo's clock as the page drives it. */
export interface ClockControls {
  state(): { now: Date; speed: number; nextEvent?: { at: Date; what: string } };
  setSpeed(speed: 0 | 1 | 60 | 600): void;
  /** Moves the clock to the next thing that is due. */
  toNextEvent(): Promise<void>;
  onChange(listener: () => void): () => void;
}
