import * as z from 'zod';
import { PlanDocument } from './schema.ts';

/** The JSON Schema of a plan's YAML, from which editors complete and check it; published as `templates/plans/plan.schema.json`. */
export function planJsonSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(PlanDocument, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      if (jsonSchema.type === 'boolean' && jsonSchema.default === 'false') jsonSchema.default = false;
    },
  });
  const about = { title: 'Watchbell plan', description: 'The communication plan of a system upgrade.' };
  return `${JSON.stringify({ $schema, ...about, ...schema }, null, 2)}\n`;
}
