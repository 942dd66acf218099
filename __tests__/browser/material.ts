import type { Access, AccessPerson, Entitlement, Expectation, Holding } from '../../src/model/access.ts';
import type { Material } from '../../src/model/material.ts';
import type { Report, ReportedFinding } from '../../src/model/report.ts';
import { html } from '../../src/reporters/html.ts';
import { who } from '../../src/reporters/wording.ts';
import { at, finding } from '../reporters/sample.ts';

export function person(name: string, change: Partial<AccessPerson> = {}): AccessPerson {
  return { id: `id of ${name}`, name, status: 'active', ...change };
}

export function group(name: string, change: Partial<Entitlement> = {}): Entitlement {
  return { type: 'group', id: `id of ${name}`, name, controls: [], locations: [at(20)], ...change };
}

/** Access that is written down holding by holding; people must stand together. */
export function accessOf(
  entitlements: readonly Entitlement[],
  holdings: readonly (readonly [AccessPerson, Entitlement, Expectation, (readonly ReportedFinding[])?])[],
): Access {
  return {
    people: [...new Set(holdings.map(([each]) => each))],
    entitlements,
    *holdings(): Generator<Holding> {
      for (const [each, entitlement, expectation, findings = []] of holdings)
        yield { person: each, entitlement, expectation, findings, location: at(31) };
    },
  };
}

/** Everything that the page is made of. */
export function material(report: Report, access?: Access): Material {
  return { report, access: access && (() => access), rules: [] };
}

export const RULES = ['unexpected-member', 'missing-member', 'leaver-active', 'forbidden-member'] as const;

/** So many findings of every severity, by turns of four rules, ten people and seven groups. */
export function manyFindings(total: number): ReportedFinding[] {
  return Array.from({ length: total }, (_, index) => {
    const email = `person-${index % 10}@example.com`;
    const name = `Group ${index % 7}`;
    return finding({
      fingerprint: index.toString(16).padStart(64, '0'),
      rule: RULES[index % RULES.length]!,
      severity: (['error', 'warning', 'notice'] as const)[index % 3]!,
      message: `${email} is in ${name}, case number ${index}`,
      user: { id: `id ${index % 10}`, email },
      group: { id: `group ${index % 7}`, name },
      location: at(1),
    });
  });
}

/** A matrix in which every kind of cell occurs, for these findings' people and groups. */
export function accessFor(findings: readonly ReportedFinding[]): Access {
  const names = [...new Set(findings.map(({ user }) => who(user!)))];
  const groups = [...new Set(findings.map((each) => each.group!.name))].map((name) => group(name));
  const account = group('', { type: 'account', name: 'Leapsome account', id: '' });
  const admin = group('Admin', { type: 'role' });
  const alone = group('Chess Club', { locations: [] });
  return accessOf(
    [account, ...groups, alone, admin],
    names.flatMap((name) => {
      const own = person(name);
      const bad = groups.map((each) => {
        const about = findings.filter(
          (found) => who(found.user!) === name && found.group!.name === each.name,
        );
        return [own, each, about.length > 0 ? 'unexpected' : 'expected', about] as const;
      });
      return [
        [own, account, 'expected'],
        ...bad,
        [own, alone, 'not-governed'],
        [own, admin, 'unknown'],
      ] as const;
    }),
  );
}

/** The text of report.html. */
export async function pageOf(material: Material): Promise<string> {
  let text = '';
  for await (const { chunks } of html(material)) for await (const chunk of chunks) text += String(chunk);
  return text;
}
