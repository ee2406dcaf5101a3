/** SQLSTATE classes of trouble that is not the statement's fault: connection, rollback by conflict, resources, locks, operator, system. */
const PASSING = /^(08|40|53|55|57|58)/;
const LOST = /ECONN|EPIPE|ETIMEDOUT|terminat|closed|timeout exceeded|read timeout|not queryable/i;

/** Whether it was the database or the way to it, so that the same may succeed in a moment. */
export function isPassing(error: unknown): boolean {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const { code } = each as NodeJS.ErrnoException;
    if (LOST.test(code ?? '') || (!each.cause && LOST.test(each.message))) return true;
    if (code && /^[0-9A-Z]{5}$/.test(code)) return PASSING.test(code);
  }
  return false;
}
