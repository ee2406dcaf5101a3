import { z } from 'zod';
import { identifier } from './composition.ts';

/** Limits of docs.slack.dev/reference/block-kit/blocks/data-visualization-block. */
const label = z.string().min(1).max(20);
const series = z
  .array(
    z.strictObject({
      name: label,
      data: z
        .array(z.strictObject({ label, value: z.number() }))
        .min(1)
        .max(20),
    }),
  )
  .min(1)
  .max(6);
const axes = z.strictObject({
  categories: z.array(label).min(1).max(20),
  x_label: z.string().max(50).optional(),
  y_label: z.string().max(50).optional(),
});

const plotted = <T extends string>(type: T) =>
  z
    .strictObject({ type: z.literal(type), series, axis_config: axes })
    .refine((chart) => new Set(chart.series.map((one) => one.name)).size === chart.series.length, {
      error: 'series names must be unique',
    })
    .refine(
      (chart) =>
        chart.series.every(
          (one) =>
            one.data.length === chart.axis_config.categories.length &&
            one.data.every((point) => chart.axis_config.categories.includes(point.label)),
        ),
      { error: 'data labels must match the axis categories' },
    );

export const dataVisualization = z.strictObject({
  type: z.literal('data_visualization'),
  block_id: identifier.optional(),
  title: z.string().min(1).max(50),
  chart: z.discriminatedUnion(
    'type',
    [
      z.strictObject({
        type: z.literal('pie'),
        segments: z
          .array(z.strictObject({ label, value: z.number().positive() }))
          .min(1)
          .max(6),
      }),
      plotted('bar'),
      plotted('area'),
      plotted('line'),
    ],
    { error: 'unsupported type' },
  ),
});
