import { closest, distance } from 'fastest-levenshtein';

/** The known word that was most likely meant, or undefined when none is close. Case does not matter. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // The distance grows with the product of the lengths; nothing this long is a slip of the finger.
  if (word.length > 60) return undefined;
  const lower = word.toLowerCase();
  const found = closest(
    lower,
    known.map((name) => name.toLowerCase()),
  );
  const name = known.find((candidate) => candidate.toLowerCase() === found);
  const limit = Math.max(2, Math.floor(word.length / 3));
  return name !== undefined && distance(lower, found) <= limit ? name : undefined;
}
