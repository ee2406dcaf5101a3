/** A message goes to a channel's id, or as a direct message to a person's. */
export const isPerson = (target: string): boolean => PERSON.test(target);

/** For SQL too. */
export const PERSON = /^[UW]/;
