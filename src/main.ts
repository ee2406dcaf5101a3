#!/usr/bin/env node
import { runCommand } from './cli/run-command.ts';

// A failed start may leave connections that would keep the process alive.
process.exit(await runCommand(process.argv.slice(2)));
