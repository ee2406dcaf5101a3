import type { Core } from '../core.ts';
import { type FormValue, type FormValues, Refusal, type View } from '../model.ts';
import { elementsOf } from '../validate/identify.ts';
import { fillElement } from './fill-element.ts';

/** Enters values into a view, as a person does who has not submitted it yet. */
export function fillForm({ workspace }: Core, view: View, values: FormValues): void {
  for (const [blockId, given] of Object.entries(values)) {
    const block = view.blocks.find((one) => one.block_id === blockId);
    const elements = block ? elementsOf(block) : [];
    const only = String(elements[0]?.action_id);
    for (const [actionId, value] of Object.entries(isSingle(given) ? { [only]: given } : given)) {
      const element = elements.find((one) => one.action_id === actionId);
      if (!element) throw new Refusal('no_such_input', `There is no input “${blockId}/${actionId}” here.`);
      view.state.values[blockId] = {
        ...view.state.values[blockId],
        [actionId]: fillElement(workspace, element, value),
      };
    }
  }
}

const isSingle = (given: FormValues[string]): given is FormValue =>
  typeof given !== 'object' || given === null || Array.isArray(given);
