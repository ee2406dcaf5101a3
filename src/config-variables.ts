import { z } from 'zod';

const url = (...schemes: string[]) =>
  z
    .string()
    .refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}://`)) && URL.canParse(text), {
      error: `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    });

const portNumber = () => {
  const error = 'must be a port number';
  return z.coerce.number({ error }).int({ error }).min(0, { error }).max(65_535, { error });
};

const token = (prefix: string) => z.string().startsWith(prefix, { error: `must begin with ${prefix}` });

/** Of SLACK_SIGNING_SECRET: one, or two while one takes the other's place. */
export const readSecrets = (text: string): string[] => text.split(',').map((secret) => secret.trim());

/** Every variable, in the order in which people meet them; the README's table is made from it. */
export const VARIABLES = z.object({
  DATABASE_URL: url('postgres', 'postgresql').describe(
    'Postgres, where Watchbell keeps everything it knows. The demo and the tests bring their own.',
  ),
  QUEUE_URL: url('redis', 'rediss', 'postgres', 'postgresql')
    .optional()
    .describe(
      'Where BullMQ keeps its jobs: Redis (advised in production) or Postgres. Default: the database.',
    ),
  SLACK_BOT_TOKEN: token('xoxb-').describe('The bot token of the app as installed in your workspace.'),
  SLACK_APP_TOKEN: token('xapp-')
    .optional()
    .describe('The app-level token, for Socket Mode. Set either this or SLACK_SIGNING_SECRET.'),
  SLACK_SIGNING_SECRET: z
    .string()
    .refine((text) => readSecrets(text).every((secret) => secret.length >= 16), {
      error: 'is too short to be a signing secret',
    })
    .refine((text) => readSecrets(text).length <= 2, { error: 'may hold two secrets at most' })
    .optional()
    .describe(
      'The signing secret, for HTTP: Slack then calls /slack/events. Set either this or SLACK_APP_TOKEN. To rotate it: `new,old`.',
    ),
  PORT: portNumber()
    .optional()
    .describe(
      'The port for `/healthz`, `/readyz` and `/metrics` and, with SLACK_SIGNING_SECRET, for Slack’s requests (then 3000 unless set). In a worker or in Socket Mode: none unless set.',
    ),
  METRICS_PORT: portNumber()
    .optional()
    .describe(
      '`/readyz` and `/metrics` on a port of their own (with `/healthz`), and no longer on PORT, which Slack can reach.',
    ),
  HOST: z.string().default('127.0.0.1').describe('The address to listen on.'),
  SLACK_API_URL: url('https', 'http')
    .default('https://slack.com/api/')
    .transform((text) => (text.endsWith('/') ? text : `${text}/`))
    .describe('Slack’s Web API; another one only for tests and the demo.'),
  CLOCK_SPEED: z.coerce
    .number({ error: 'must be a number' })
    .positive({ error: 'must be greater than 0' })
    .default(1)
    .describe(
      'How many times faster than real time to live; refused unless SLACK_API_URL is on this machine.',
    ),
  CLOCK_ANCHOR: z.iso
    .datetime({ offset: true, error: 'must be an instant such as 2026-12-05T22:00:00Z' })
    .optional()
    .describe('With CLOCK_SPEED: the instant from which time runs faster, the same for all processes.'),
  TEMPLATES_DIR: z
    .string()
    .optional()
    .describe('A folder with your own message texts; what is not there comes from the built-in ones.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https')
    .optional()
    .describe(
      'Where to send traces (OTLP over HTTP, such as http://collector:4318). Default: none are kept.',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    })
    .default('info')
    .describe(
      'How much to log. `info` is what an operator needs; `debug` says more, also of the error with which a command ends.',
    ),
});
