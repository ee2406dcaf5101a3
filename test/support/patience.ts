/** How long a test waits for what comes by itself, in milliseconds: a crowded machine is no defect. */
export const PATIENCE = { timeout: 20_000, interval: 20 };
