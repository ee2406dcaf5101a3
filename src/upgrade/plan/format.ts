import { Document, visit } from 'yaml';
import * as z from 'zod';
import { kebabized, type Plan, PlanDocument } from './schema.ts';

/** The plan as YAML that gives the same plan again; sections in the order in which people read them. */
export function formatPlan(plan: Plan): string {
  const { resolved: _, ...bare } = plan as Plan & { resolved?: true };
  const written = z.encode(PlanDocument, kebabized(bare) as z.output<typeof PlanDocument>);
  const document = new Document(withoutEmpty(written), { schema: 'failsafe' });
  visit(document, {
    Scalar(key, node) {
      // A bare `null` or `~` would be read as absent.
      if (key !== 'key' && /^(null|~)$/i.test(String(node.value))) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 110 });
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined && !(Array.isArray(item) && item.length === 0))
    .map(([key, item]) => [key, withoutEmpty(item)] as const);
  return Object.fromEntries(entries);
}
