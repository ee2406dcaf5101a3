import { describe, expect, test } from 'vitest';
import { isMereNovelty } from './checks.ts';

describe('a reason', () => {
  test.each([
    'A new version exists',
    'a newer version is available.',
    'CRM 9 is available',
    'PostgreSQL 18 is out!',
    'Version 9.0.1 was released',
    'There is a new version of the CRM',
    'The latest version',
  ])('“%s” → is none', (statement) => expect(isMereNovelty(statement)).toBe(true));

  test.each([
    'Version 8 gets no security fixes from January',
    'Support ends when version 10 is released',
    'Version 8 is no longer available',
    'A new version is available, which closes CVE-2026-1234',
    'There is a new version that ends the nightly crash',
    'Version 3 stores deploy keys in a way that any build job can read',
  ])('“%s” → is one', (statement) => expect(isMereNovelty(statement)).toBe(false));
});
