/** Messages of one kind: how many the plans asked for, how many of them need not have been there, and how many were not. */
export interface Tally {
  demanded: number;
  excused: number;
  absent: number;
}

/** What the oracle found in one run; each finding says what and where. */
export interface Verdict {
  lost: string[];
  doubled: string[];
  early: string[];
  wrong: string[];
  /** Real milliseconds by which each message came after its time. */
  lateness: number[];
  /** By kind of message, or of act: how much the oracle insisted on. */
  tallies: Record<string, Tally>;
}

export const emptyVerdict = (): Verdict => ({
  lost: [],
  doubled: [],
  early: [],
  wrong: [],
  lateness: [],
  tallies: {},
});

/** Counts one thing that had to be, or, with an excuse, might be left out. */
export function count(
  { tallies }: Verdict,
  kind: string,
  { excused, absent }: { excused: boolean; absent: boolean },
): void {
  const tally = tallies[kind] ?? { demanded: 0, excused: 0, absent: 0 };
  tallies[kind] = {
    demanded: tally.demanded + 1,
    excused: tally.excused + Number(excused),
    absent: tally.absent + Number(absent),
  };
}
