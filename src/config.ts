import type { z } from 'zod';
import { VARIABLES } from './config-variables.ts';
import { type Problem, WatchbellError } from './errors.ts';

export interface Config {
  databaseUrl: string;
  /** `redis://`, `rediss://` or `postgres://`. */
  queueUrl: string;
  slack: SlackConfig;
  /** Where `/healthz` and `/readyz` answer where Slack’s requests do not arrive; absent: nowhere. */
  health?: { host: string; port: number };
  /** Where `/readyz` and `/metrics` answer, apart from the rest; absent: beside `/healthz`. */
  metrics?: { host: string; port: number };
  /** Where traces go by OTLP over HTTP; absent: none are kept. */
  tracing?: { endpoint: string };
  clock: {
    speed: number;
    /** The instant at which the fast clock and the real one agree, so that several processes do. */
    anchor: Date | undefined;
  };
  /** An organisation's own message templates, looked at before the built-in ones. */
  templatesDir: string | undefined;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

export interface SlackConfig {
  botToken: string;
  /** Ends with a slash. */
  apiUrl: string;
  transport: SlackTransport;
}

/** How Slack reaches us: over a connection that we open, or by signed requests to `/slack/events`. */
export type SlackTransport =
  | { kind: 'socket'; appToken: string }
  | { kind: 'http'; signingSecret: string; host: string; port: number };

const HTTP_PORT = 3000;

type Variables = z.infer<typeof VARIABLES>;
type Environment = Record<string, string | undefined>;

/** Throws one `bad_config` error that names every variable that is missing or wrong, and what it is for. */
export function readConfig(env: Environment = process.env): Config {
  const { data, problems } = parse(env, VARIABLES);
  const all = [...problems, ...contradictions(env)];
  if (!data || all.length > 0) throw badConfig(all);
  return toConfig(data);
}

/** The two URLs alone, for commands that never talk to Slack. */
export function readStores(env: Environment = process.env): Pick<Config, 'databaseUrl' | 'queueUrl'> {
  const { data, problems } = parse(env, VARIABLES.pick({ DATABASE_URL: true, QUEUE_URL: true }));
  if (!data) throw badConfig(problems);
  return { databaseUrl: data.DATABASE_URL, queueUrl: data.QUEUE_URL ?? data.DATABASE_URL };
}

/** The folder of own message texts alone, for whoever looks at it while another variable is wrong. */
export const readTemplatesDir = (env: Environment = process.env): Config['templatesDir'] =>
  env.TEMPLATES_DIR || undefined;

/** The log level alone, for commands that need no other configuration; `info` where it is wrong. */
export function readLogLevel(env: Environment = process.env): Config['logLevel'] {
  return VARIABLES.shape.LOG_LEVEL.catch('info').parse(env.LOG_LEVEL || undefined);
}

/** Whether the operator asks Node to go through the environment's proxies (HTTPS_PROXY, NO_PROXY), as its own `fetch` then does. */
export const usesProxies = (env: Environment = process.env): boolean => env.NODE_USE_ENV_PROXY === '1';

export interface VariableRow {
  name: string;
  /** `required`, a default, or empty. */
  standard: string;
  meaning: string;
}

/** The rows of the README's table. */
export function configTable(): VariableRow[] {
  return Object.entries(VARIABLES.shape).map(([name, schema]) => {
    const absent = schema.safeParse(undefined);
    const standard = absent.success ? (absent.data === undefined ? '' : `\`${absent.data}\``) : 'required';
    return { name, standard, meaning: schema.description ?? '' };
  });
}

/** The configuration as it may be shown: no token, no password. */
export function redacted(config: Config): Record<string, unknown> {
  const { transport } = config.slack;
  const how = transport.kind === 'socket' ? { appToken: '[secret]' } : { signingSecret: '[secret]' };
  return {
    ...config,
    databaseUrl: withoutPassword(config.databaseUrl),
    queueUrl: withoutPassword(config.queueUrl),
    slack: { ...config.slack, botToken: '[secret]', transport: { ...transport, ...how } },
  };
}

function parse<S extends z.ZodObject>(
  env: Environment,
  schema: S,
): { data: z.infer<S> | undefined; problems: Problem[] } {
  // An empty variable is an absent one: compose files pass them so.
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const { data, error } = schema.safeParse(given);
  const problems = (error?.issues ?? []).map(({ path, message }) => {
    const name = String(path[0]);
    const purpose = VARIABLES.shape[name as keyof Variables].description ?? '';
    return {
      path: name,
      message: given[name] === undefined ? `is missing. ${purpose}` : `${message}. ${purpose}`,
    };
  });
  return { data, problems };
}

function contradictions(env: Environment): Problem[] {
  const found: Problem[] = [];
  const refuse = (path: string, message: string) => found.push({ path, message });
  if (env.SLACK_APP_TOKEN && env.SLACK_SIGNING_SECRET) {
    refuse(
      'SLACK_APP_TOKEN',
      'and SLACK_SIGNING_SECRET are both set: choose Socket Mode (the first) or HTTP (the second).',
    );
  }
  if (!env.SLACK_APP_TOKEN && !env.SLACK_SIGNING_SECRET) {
    refuse(
      'SLACK_APP_TOKEN',
      'or SLACK_SIGNING_SECRET is missing: the first for Socket Mode, the second for HTTP.',
    );
  }
  const speed = Number(env.CLOCK_SPEED || 1);
  if (speed !== 1 && !isLoopback(env.SLACK_API_URL)) {
    refuse(
      'CLOCK_SPEED',
      'must be 1 with a real Slack. Another speed needs a SLACK_API_URL on this machine.',
    );
  }
  if (speed === 1 && env.CLOCK_ANCHOR)
    refuse('CLOCK_ANCHOR', 'has a meaning only with a CLOCK_SPEED other than 1.');
  return found;
}

function toConfig(given: Variables): Config {
  return {
    databaseUrl: given.DATABASE_URL,
    queueUrl: given.QUEUE_URL ?? given.DATABASE_URL,
    slack: { botToken: given.SLACK_BOT_TOKEN, apiUrl: given.SLACK_API_URL, transport: transportOf(given) },
    health: given.PORT === undefined ? undefined : { host: given.HOST, port: given.PORT },
    metrics: given.METRICS_PORT === undefined ? undefined : { host: given.HOST, port: given.METRICS_PORT },
    tracing: given.OTEL_EXPORTER_OTLP_ENDPOINT ? { endpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT } : undefined,
    clock: {
      speed: given.CLOCK_SPEED,
      anchor: given.CLOCK_ANCHOR ? new Date(given.CLOCK_ANCHOR) : undefined,
    },
    templatesDir: given.TEMPLATES_DIR,
    logLevel: given.LOG_LEVEL,
  };
}

function transportOf(given: Variables): SlackTransport {
  if (given.SLACK_APP_TOKEN) return { kind: 'socket', appToken: given.SLACK_APP_TOKEN };
  return {
    kind: 'http',
    signingSecret: given.SLACK_SIGNING_SECRET ?? '',
    host: given.HOST,
    port: given.PORT ?? HTTP_PORT,
  };
}

const badConfig = (problems: Problem[]): WatchbellError =>
  new WatchbellError('bad_config', 'Watchbell is not configured as it needs to be.', {
    problems,
    next: 'Set these environment variables; the README’s section “Configuration” explains all of them.',
  });

function isLoopback(address: string | undefined): boolean {
  if (!address || !URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function withoutPassword(address: string): string {
  const parsed = new URL(address);
  if (parsed.password) parsed.password = 'secret';
  return parsed.href;
}
