import type {
  Datepicker,
  DateTimepicker,
  EmailInput,
  FileInput,
  NumberInput,
  PlainTextInput,
  Timepicker,
  URLInput,
} from '@slack/types';
import { localDateTime } from '../local-time.ts';
import { controlAttributes, type Place } from './place.ts';
import { bare } from './text.tsx';

type Typed =
  | PlainTextInput
  | EmailInput
  | URLInput
  | NumberInput
  | Datepicker
  | Timepicker
  | DateTimepicker
  | FileInput;

/** A control that a person types into or picks a date, time or file with. */
export function TypedInput({ element, place }: { element: Typed; place: Place }) {
  const attributes = controlAttributes(element, place);
  const hint = 'placeholder' in element ? bare(element.placeholder) : undefined;
  switch (element.type) {
    case 'plain_text_input':
      return <TextInput element={element} place={place} />;
    case 'email_text_input':
      return <input {...attributes} type="email" value={element.initial_value} placeholder={hint} />;
    case 'url_text_input':
      return <input {...attributes} type="url" value={element.initial_value} placeholder={hint} />;
    case 'number_input':
      return (
        <input
          {...attributes}
          type="number"
          step={element.is_decimal_allowed ? 'any' : '1'}
          min={element.min_value}
          max={element.max_value}
          value={element.initial_value}
          placeholder={hint}
        />
      );
    case 'datepicker':
      return (
        <input
          {...attributes}
          type="date"
          value={element.initial_date}
          aria-label={place.reports ? hint : undefined}
        />
      );
    case 'timepicker':
      return (
        <input
          {...attributes}
          type="time"
          value={element.initial_time}
          aria-label={place.reports ? hint : undefined}
        />
      );
    case 'datetimepicker':
      return <DateAndTime element={element} place={place} />;
    case 'file_input':
      return (
        <input
          {...attributes}
          type="file"
          multiple={(element.max_files ?? 10) > 1}
          accept={element.filetypes?.map((type) => `.${type}`).join(',')}
        />
      );
  }
}

function TextInput({ element, place }: { element: PlainTextInput; place: Place }) {
  const attributes = {
    ...controlAttributes(element, place),
    placeholder: bare(element.placeholder) || undefined,
    'data-least': element.min_length,
    'data-most': element.max_length ?? 3000,
    'data-report-on': element.dispatch_action_config?.trigger_actions_on?.join(' '),
  };
  if (!element.multiline) return <input {...attributes} type="text" value={element.initial_value} />;
  return (
    <textarea {...attributes} rows={5}>
      {element.initial_value ?? ''}
    </textarea>
  );
}

function DateAndTime({ element, place }: { element: DateTimepicker; place: Place }) {
  const { tz } = place.viewpoint.viewer;
  const initial = element.initial_date_time;
  return (
    <span class="with-zone">
      <input
        {...controlAttributes(element, place)}
        type="datetime-local"
        value={initial === undefined ? undefined : localDateTime(initial, tz)}
      />
      <small>{tz.replaceAll('_', ' ')}</small>
    </span>
  );
}
