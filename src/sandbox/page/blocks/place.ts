import type { Viewpoint } from './viewpoint.ts';

/** Where an element stands: what its value is sent as. */
export interface Place {
  blockId: string;
  viewpoint: Viewpoint;
  /** A change is reported to the app at once; otherwise the value waits for the form's submission. */
  reports: boolean;
  /** Stable hook of an input block's control. */
  testId?: string;
  required?: boolean;
}

/** Attributes that a control has wherever it stands. `name` and `data-reports` are what the browser part reads. */
export function controlAttributes(element: { action_id?: string }, place: Place) {
  return {
    name: place.blockId,
    'data-reports': place.reports ? '' : undefined,
    'data-testid': place.testId ?? `action-${element.action_id}`,
    'aria-required': place.required ? 'true' : undefined,
  } as const;
}
