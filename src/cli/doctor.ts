import { readConfig, readStores, readTemplatesDir } from '../config.ts';
import {
  examineChannels,
  examineClock,
  examineDatabase,
  examineQueue,
  examineSlack,
  examineTemplates,
  type Finding,
} from '../doctor/index.ts';
import { WatchbellError } from '../errors.ts';

/** Prints every finding, with its remedy where it is not well; 1 when anything is bad. */
export async function checkHealth(): Promise<0 | 1> {
  const findings = await examineAll();
  for (const { subject, state, text, remedy } of findings) {
    console.log(`${state === 'good' ? 'ok  ' : state === 'doubtful' ? 'hm  ' : 'BAD '} ${subject}: ${text}`);
    if (remedy) console.log(`       → ${remedy}`);
  }
  const bad = findings.filter(({ state }) => state === 'bad').length;
  console.log(bad === 0 ? 'All that is needed is there.' : `${bad} to put right.`);
  return bad === 0 ? 0 : 1;
}

async function examineAll(): Promise<Finding[]> {
  const { config, findings } = tryConfig(readConfig);
  const stores = config ?? tryConfig(readStores).config;
  const examined = await Promise.all([
    stores ? examineDatabase(stores.databaseUrl) : [],
    stores ? examineQueue(stores.queueUrl) : [],
    config ? examineSlack(config.slack) : [],
    config ? examineClock(config) : [],
    config ? examineChannels(config) : [],
    examineTemplates(readTemplatesDir()),
  ]);
  return [...findings, ...examined.flat()];
}

function tryConfig<T>(read: () => T): { config: T | undefined; findings: Finding[] } {
  try {
    const config = read();
    return { config, findings: [{ subject: 'configuration', state: 'good', text: 'complete' }] };
  } catch (error) {
    if (!(error instanceof WatchbellError)) throw error;
    const findings = error.problems.map(({ path, message }): Finding => {
      return { subject: 'configuration', state: 'bad', text: `${path} ${message}`, remedy: error.next };
    });
    return { config: undefined, findings };
  }
}
