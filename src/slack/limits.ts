/** Slack's limits, in characters or pieces (docs.slack.dev/reference/block-kit), with room to spare where its own are fuzzy. */
export const LIMITS = {
  /** chat.update refuses more than 4,000. */
  messageText: 3_900,
  /** Characters in all blocks of a message: about 13,000. */
  messageBlocks: 12_000,
  blocksInMessage: 50,
  blocksInView: 100,
  header: 150,
  sectionText: 3_000,
  field: 2_000,
  fields: 10,
  contextElements: 10,
  buttonText: 75,
  buttonValue: 2_000,
  optionText: 75,
  optionValue: 75,
  selectOptions: 100,
  choices: 10,
  viewTitle: 24,
  privateMetadata: 3_000,
  inputLabel: 2_000,
  plainTextInput: 3_000,
  placeholder: 150,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
} as const;
