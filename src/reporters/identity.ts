import { parse, v5 } from 'uuid';
import type { Report } from '../model/report.ts';

/** Of this program. Never to be changed: all identifiers that outlive a run are made of it. */
const NAMESPACE = parse('8d6f2a3e-4b0c-4c57-9a1e-5f7d20c6b914');
const utf8 = new TextEncoder();

/**
 * A UUID of version 5 (RFC 9562, section 5.5) for a thing that has a name: the same name gives the same UUID, in every
 * run and on every machine.
 */
export function stableUuid(kind: string, ...name: readonly string[]): string {
  // As JSON, so that no two names run into one, and half a surrogate pair has bytes, too.
  return v5(utf8.encode(JSON.stringify([kind, ...name])), NAMESPACE);
}

/** What tells things that have only a short name, like a rule, of two repositories apart; empty where none is known. */
export function scopeOf(report: Report): string {
  return report.run.repository ?? '';
}

/** The UUID of one run, or of something that belongs to that run alone. */
export function runUuid(report: Report, kind: string): string {
  const { run, startedAt, finishedAt, policy, personalData, result } = report;
  return stableUuid(
    kind,
    scopeOf(report),
    run.runUrl ?? '',
    run.sha ?? '',
    startedAt,
    finishedAt,
    policy.sha256 ?? '',
    personalData,
    result,
  );
}
