const PATHS = {
  bell: 'M12 3a6 6 0 0 0-6 6c0 5-2 6-2 8h16c0-2-2-3-2-8a6 6 0 0 0-6-6zM10 20a2 2 0 0 0 4 0',
  pin: 'M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v6',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  reply: 'M4 5h16v11H10l-5 4v-4H4z',
  next: 'M5 5l9 7-9 7zM18 5v14',
  pause: 'M8 5v14M16 5v14',
  home: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
  menu: 'M4 6h16M4 12h16M4 18h16',
  attach: 'M12 5v14M5 12h14',
  close: 'M5 5l14 14M19 5L5 19',
  gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 2v4M12 18v4M2 12h4M18 12h4M5 5l3 3M16 16l3 3M19 5l-3 3M8 16l-3 3',
} as const;

/** A line drawing in the colour of the text around it; it says nothing to screen readers. */
export const Icon = ({ name }: { name: keyof typeof PATHS }) => (
  <svg class="line-icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);
