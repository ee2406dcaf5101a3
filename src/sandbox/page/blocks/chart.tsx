import type { Child } from 'hono/jsx';

interface Point {
  label: string;
  value: number;
}

interface Series {
  name: string;
  data: Point[];
}

type Chart =
  | { type: 'pie'; segments: Point[] }
  | {
      type: 'bar' | 'line' | 'area';
      series: Series[];
      axis_config: { categories: string[]; x_label?: string; y_label?: string };
    };

export interface DataVisualizationBlock {
  type: 'data_visualization';
  title: string;
  chart: Chart;
}

/** A data_visualization block as a picture, with the figures as its text alternative. */
export function DataVisualization({ block }: { block: DataVisualizationBlock }) {
  const { chart, title } = block;
  const names =
    chart.type === 'pie' ? chart.segments.map(({ label }) => label) : chart.series.map(({ name }) => name);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}. ${inWords(chart)}`}>
        {chart.type === 'pie' ? <Pie segments={chart.segments} /> : <Plot chart={chart} />}
      </svg>
      {names.length > 1 && (
        <ul class="legend" aria-hidden="true">
          {names.map((name, index) => (
            <li class={`hue-${index}`}>{name}</li>
          ))}
        </ul>
      )}
    </figure>
  );
}

const WIDTH = 520;
const HEIGHT = 240;
const FRAME = { left: 44, right: 12, top: 14, bottom: 44 };

function inWords(chart: Chart): string {
  const list = (points: Point[]) => points.map(({ label, value }) => `${label}: ${value}`).join(', ');
  if (chart.type === 'pie') return list(chart.segments);
  return chart.series.map(({ name, data }) => `${name} – ${list(data)}`).join('; ');
}

type XyChart = Exclude<Chart, { type: 'pie' }>;

function Plot({ chart }: { chart: XyChart }) {
  const { categories, x_label, y_label } = chart.axis_config;
  const scale = scaleOf(chart.series.flatMap(({ data }) => data.map(({ value }) => value)));
  const step = (WIDTH - FRAME.left - FRAME.right) / Math.max(categories.length, 1);
  return (
    <>
      {scale.ticks.map((tick) => (
        <g>
          <line class="grid" x1={FRAME.left} x2={WIDTH - FRAME.right} y1={scale.y(tick)} y2={scale.y(tick)} />
          <text class="tick" x={FRAME.left - 6} y={scale.y(tick) + 4} text-anchor="end">
            {compact(tick)}
          </text>
        </g>
      ))}
      {chart.type === 'bar' ? bars(chart, step, scale) : lines(chart, step, scale)}
      {categories.map((category, index) => (
        <text class="tick" x={middle(index, step)} y={HEIGHT - FRAME.bottom + 16} text-anchor="middle">
          {fitting(category, step)}
        </text>
      ))}
      {x_label && (
        <text class="axis" x={(WIDTH + FRAME.left) / 2} y={HEIGHT - 6} text-anchor="middle">
          {x_label}
        </text>
      )}
      {y_label && (
        <text class="axis" x={-HEIGHT / 2 + 16} y={11} text-anchor="middle" transform="rotate(-90)">
          {y_label}
        </text>
      )}
    </>
  );
}

interface Scale {
  ticks: number[];
  y(value: number): number;
}

function scaleOf(values: number[]): Scale {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const unit = roundStep((high - low || 1) / 4);
  const [bottom, top] = [Math.floor(low / unit) * unit, Math.ceil((high || unit) / unit) * unit];
  const count = Math.round((top - bottom) / unit);
  const height = HEIGHT - FRAME.top - FRAME.bottom;
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => bottom + index * unit),
    y: (value) => FRAME.top + ((top - value) / (top - bottom)) * height,
  };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}

const middle = (index: number, step: number): number => FRAME.left + (index + 0.5) * step;
const compact = (value: number): string => new Intl.NumberFormat('en', { notation: 'compact' }).format(value);
const fitting = (label: string, room: number): string => {
  const most = Math.max(3, Math.floor(room / 7));
  return label.length > most ? `${label.slice(0, most - 1)}…` : label;
};

const valueAt = (series: Series, category: string): number | undefined =>
  series.data.find(({ label }) => label === category)?.value;

function bars({ series, axis_config }: XyChart, step: number, scale: Scale): Child {
  const width = Math.min(48, (step * 0.7) / series.length);
  return axis_config.categories.flatMap((category, index) =>
    series.map((one, place) => {
      const value = valueAt(one, category) ?? 0;
      const x = middle(index, step) + (place - series.length / 2) * width;
      const [top, foot] = [scale.y(Math.max(value, 0)), scale.y(Math.min(value, 0))];
      return (
        <g class={`hue-${place}`}>
          <rect x={x + 1} y={top} width={width - 2} height={Math.max(foot - top, 0)} rx="3" />
          <text class="value" x={x + width / 2} y={top - 4} text-anchor="middle">
            {value}
          </text>
        </g>
      );
    }),
  );
}

function lines({ type, series, axis_config }: XyChart, step: number, scale: Scale): Child {
  return series.map((one, place) => {
    const spots = axis_config.categories.flatMap((category, index) => {
      const value = valueAt(one, category);
      return value === undefined ? [] : [{ x: middle(index, step), y: scale.y(value) }];
    });
    const path = spots.map(({ x, y }) => `${x},${y}`).join(' ');
    const [first, last] = [spots[0], spots.at(-1)];
    return (
      <g class={`hue-${place}`}>
        {type === 'area' && first && last && (
          <polygon points={`${first.x},${scale.y(0)} ${path} ${last.x},${scale.y(0)}`} />
        )}
        <polyline points={path} />
        {spots.map(({ x, y }) => (
          <circle cx={x} cy={y} r="3" />
        ))}
      </g>
    );
  });
}

function Pie({ segments }: { segments: Point[] }) {
  const total = segments.reduce((sum, { value }) => sum + value, 0) || 1;
  const radius = 90;
  const round = 2 * Math.PI * radius;
  let before = 0;
  return (
    <g transform={`rotate(-90 ${WIDTH / 2} ${HEIGHT / 2})`}>
      {segments.map(({ label, value }, index) => {
        const share = (value / total) * round;
        const slice = (
          <circle
            class={`slice hue-${index}`}
            cx={WIDTH / 2}
            cy={HEIGHT / 2}
            r={radius}
            stroke-dasharray={`${share} ${round - share}`}
            stroke-dashoffset={-before}
          >
            <title>{`${label}: ${value} (${Math.round((value / total) * 100)} %)`}</title>
          </circle>
        );
        before += share;
        return slice;
      })}
    </g>
  );
}
