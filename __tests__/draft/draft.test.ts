import { describe, expect, test } from '@jest/globals';
import { draftPolicy } from '../../src/draft/draft.ts';
import { Population } from '../../src/evaluate/population.ts';
import type { Role } from '../../src/model/snapshot.ts';
import { AS_OF, idOf, judge, ruleOf, type SnapshotNotes, snapshot } from '../evaluate/builders.ts';

interface Drafted {
  readonly text: string;
  /** Comments joined into one line, without the signs. */
  readonly prose: string;
  /** The lines of the entry with this name. */
  entry(name: string): string[];
}

function drafted(notes: SnapshotNotes, groups?: string): Drafted {
  const population = new Population(snapshot(notes));
  const { text } = draftPolicy(population, { asOf: Date.parse(AS_OF), groups })!;
  const prose = text.replaceAll(/\n *# ?/g, ' ').replaceAll(/ +/g, ' ');
  return {
    text,
    prose,
    entry: (name) => {
      const lines = text.split('\n');
      const start = lines.indexOf(`  - name: ${name}`);
      const length = lines.slice(start).indexOf('');
      return lines.slice(start, start + length);
    },
  };
}

const SALES = ['ann', 'bob', 'cid'].map((name) => ({ name, department: 'Sales', in: ['Sellers'] }));

describe('members', () => {
  test('whom one attribute explains are a condition, with the people below it', () => {
    const { entry } = drafted({ people: [...SALES, 'dan'] });
    expect(entry('Sellers')).toEqual([
      '  - name: Sellers',
      `    id: "${idOf('Sellers')}"`,
      '    members: [{ department: Sales }] # 3 people:',
      '    #   - ann@example.com',
      '    #   - bob@example.com',
      '    #   - cid@example.com',
    ]);
  });

  test('of whom there are many are named up to the twentieth', () => {
    const people = Array.from({ length: 23 }, (_, index) => ({
      name: `p${String(index).padStart(2, '0')}`,
      department: 'Sales',
      in: ['Sellers'],
    }));
    const lines = drafted({ people: [...people, 'zoe'] }).entry('Sellers');
    expect(lines).toHaveLength(3 + 20 + 1);
    expect(lines.at(-2)).toBe('    #   - p19@example.com');
    expect(lines.at(-1)).toBe('    #   and 3 more');
  });

  test('of a value that would be a pattern are told apart from those whom the pattern would match', () => {
    const people = ['Fin*', 'Finance', 'a\\*'].flatMap((department, group) =>
      [1, 2, 3].map((number) => ({ name: `p${group}${number}`, department, in: [`Group ${group}`] })),
    );
    const notes = { people };
    const { entry, text } = drafted(notes);
    expect([0, 1, 2].map((group) => entry(`Group ${group}`)[2])).toEqual([
      '    members: [{ department: "Fin\\\\*" }] # 3 people:',
      '    members: [{ department: Finance }] # 3 people:',
      '    members: [{ department: "a\\\\\\\\\\\\*" }] # 3 people:',
    ]);
    expect(judge(text, notes).findings).toEqual([]);
  });

  test('whom nothing explains are a list, by address', () => {
    const { entry } = drafted({ people: ['cid: Club', 'Ann: Club', 'bob: Club', 'dan'] });
    expect(entry('Club').slice(2)).toEqual([
      '    members: # 3 people',
      '      - Ann@example.com',
      '      - bob@example.com',
      '      - cid@example.com',
    ]);
  });

  test('who are everybody are everyone, and who are nobody are an empty list', () => {
    const { entry } = drafted({ people: ['ann: All', 'bob: All', 'cid: All', '-dan: Gone'] });
    expect(entry('All').slice(2)).toEqual(['    members: [everyone] # 3 people']);
    expect(entry('Gone').slice(2)).toEqual(['    members: [] # nobody today']);
  });

  test('who have gone are left out, and who have not begun yet are in and marked', () => {
    const people = ['ann: Club', '-bob: Club', '~cid: Club', 'dan'];
    const notes = { people, sources: ['scim', 'content'] as const };
    expect(drafted(notes).entry('Club').slice(2)).toEqual([
      '    members: # 2 people',
      '      - ann@example.com',
      '      - cid@example.com # invited, not active yet',
    ]);
  });

  test('who cannot be told by their names are told by their ids', () => {
    const twins = [
      { name: 'ann', id: idOf('one'), in: ['Club'] },
      { name: 'ANN', id: idOf('two'), in: ['Club'] },
    ];
    const odd = ['jo smith@example.com', 'st*r@example.com', 'everyone@'].map((name) => ({
      name,
      in: ['Club'],
    }));
    const lines = drafted({ people: [...twins, ...odd, 'zoe'] }).entry('Club');
    expect(lines.slice(3).sort()).toEqual(
      [
        `      - { id: "${idOf('one')}" } # ann@example.com, a name of 2 accounts`,
        `      - { id: "${idOf('two')}" } # ANN@example.com, a name of 2 accounts`,
        `      - { id: "${idOf('jo smith@example.com')}" } # jo smith@example.com`,
        `      - { id: "${idOf('st*r@example.com')}" } # "st*r@example.com"`,
        '      - "everyone@"',
      ].sort(),
    );
  });

  test('are not guessed where no source tells who is in which group', () => {
    const notes = { people: ['ann: Club'], unknown: ['membership'] as const };
    const { entry, prose } = drafted(notes);
    expect(entry('Club')).toEqual(['  - name: Club', `    id: "${idOf('Club')}"`]);
    expect(prose).toContain('No source that was read tells who is in which group');
  });
});

describe('groups', () => {
  const finance = { id: idOf('team'), name: 'Finance', kind: 'team' as const };
  const department = { id: idOf('department'), name: 'Finance', kind: 'department' as const };
  const sources = ['scim', 'content'] as const;

  test('that are attributes of people have no entry, and the kind stands where the name alone would mislead', () => {
    const groups = [department, finance, { id: idOf('other'), name: 'Mentors', kind: 'other' as const }];
    const { entry, text, prose } = drafted({ people: ['ann'], groups, sources });
    expect(entry('Finance')).toEqual([
      '  - name: Finance',
      `    id: "${finance.id}" # a department has this name, too`,
      '    kind: team',
      '    members: [] # nobody today',
    ]);
    expect(entry('Mentors')[2]).toBe('    kind: other');
    expect(text).not.toContain(department.id);
    expect(prose).toContain('Departments, business units, cost centers and divisions (1) need no entry');
  });

  test('of one name are told apart by their ids', () => {
    const groups = [finance, { ...finance, id: idOf('second team') }, { id: idOf('third'), name: 'Finance' }];
    const { text } = drafted({ people: ['ann'], groups, sources });
    expect(text.match(/^ {2}- name: Finance$/gm)).toHaveLength(3);
    expect(text.match(/# 2 other groups have this name, too$/gm)).toHaveLength(3);
  });

  test('that were not asked for are left out, and the file says so', () => {
    const notes = { people: ['ann: Payroll, Payroll Admins, Club'] };
    const { entry, text, prose } = drafted(notes, 'Payroll*');
    expect([...text.matchAll(/^ {2}- name: (.*)$/gm)].map((match) => match[1])).toEqual([
      'Payroll',
      'Payroll Admins',
    ]);
    expect(entry('Payroll')).not.toEqual([]);
    expect(prose).toContain(
      'Only groups that match "Payroll*" were asked for. 1 other group is reported as unmanaged-group, a warning',
    );
    expect(ruleOf(judge(text, notes), 'unmanaged-group')).toMatchObject({ severity: 'warning', findings: 1 });
  });

  test('of which there are none leave nothing to write but an empty list', () => {
    expect(drafted({ people: ['ann'] }).text).toContain('\ngroups: []\n');
  });
});

describe('accounts', () => {
  test('are of the domains that there are, the largest first', () => {
    const { text } = drafted({ people: ['a@x.org', 'b@y.org', 'c@y.org', '~d@y.org', '-e@gone.org'] });
    expect(text).toContain(
      [
        'accounts:',
        '  at-most:',
        '    - { domain: y.org } # 3 people',
        '    - { domain: x.org } # 1 person',
        '',
      ].join('\n'),
    );
  });

  test('are left open where somebody has no domain, or a name for it that means something else', () => {
    for (const name of ['@', 'jo@present']) {
      const { text, prose } = drafted({ people: ['ann', { name }] });
      expect(text).not.toMatch(/^accounts:/m);
      expect(prose).toContain('1 person of 2 has no address with a domain that could be named');
    }
  });

  test('are left open where there are more domains than a rule could mean', () => {
    const people = Array.from({ length: 26 }, (_, index) => `jo@d${index}.org`);
    expect(drafted({ people: people.slice(1) }).text).toMatch(/^accounts:/m);
    const { text, prose } = drafted({ people });
    expect(text).not.toMatch(/^accounts:/m);
    expect(prose).toContain('the addresses are of 26 domains');
  });
});

test('nine tenths of the active accounts are believed, and one at least', () => {
  const people = Array.from({ length: 19 }, (_, index) => `p${index}`);
  expect(drafted({ people: [...people, '~invited', '-gone'] }).text).toContain('  min-users: 17\n');
  expect(drafted({ people: ['ann', '-bob'] }).text).toContain('  min-users: 1\n');
});

describe('access roles', () => {
  const role = (name: string, holders: readonly string[] | undefined, more: Partial<Role> = {}): Role => ({
    id: idOf(name),
    name,
    active: true,
    holders: holders?.map(idOf),
    ...more,
  });

  test('have their holders where they are known', () => {
    const roles = [
      role('Auditor', ['bob', 'ann']),
      role('Viewer', undefined),
      role('Old', [], { active: false }),
    ];
    const { entry } = drafted({ people: ['ann', 'bob', 'cid'], roles });
    expect(entry('Auditor').slice(2)).toEqual([
      '    members: # 2 people',
      '      - ann@example.com',
      '      - bob@example.com',
    ]);
    expect(entry('Viewer')).toEqual(['  - name: Viewer', `    id: "${idOf('Viewer')}"`]);
    expect(entry('Old')).toEqual([
      '  - name: Old',
      `    id: "${idOf('Old')}" # switched off in Leapsome`,
      '    members: [] # nobody today',
    ]);
  });

  test('of which some holders are in no list weigh as warnings, and say why', () => {
    const roles = [role('Auditor', ['ann', 'a stranger'])];
    const notes = { people: ['ann', 'bob'], roles };
    const { entry, text } = drafted(notes);
    expect(entry('Auditor').slice(2)).toEqual([
      '    # Held by 1 account that no source lists, too, so that nobody can judge all of it:',
      '    severity: warning',
      '    members: # 1 person',
      '      - ann@example.com',
    ]);
    const evaluated = judge(text, notes);
    expect(evaluated.problems).toEqual([]);
    expect(ruleOf(evaluated, 'unexpected-role-holder')).toMatchObject({
      status: 'not-evaluated',
      severity: 'warning',
    });
  });

  test('are just a catalogue where nobody tells who holds them, and not spoken of where nobody knows them', () => {
    const roles = { Auditor: null };
    const { text, prose } = drafted({ people: ['ann'], roles, sources: ['content'] });
    expect(text).toContain(`  - name: Auditor\n    id: "${idOf('Auditor')}"\n`);
    expect(prose).toContain("Who holds them only StackOne's IAM API tells");
    expect(drafted({ people: ['ann'] }).text).not.toMatch(/^roles:/m);
    expect(drafted({ people: ['ann'], roles: [] }).text).toContain('\nroles: []\n');
  });
});

describe('rules that fail already', () => {
  const leaver = { name: 'lee', 'end-date': '2026-01-31' };

  test('are lowered, with the number of people and what to do', () => {
    const notes = { people: ['ann', leaver] };
    const { text, prose } = drafted(notes);
    expect(text).toMatch(/^rules:\n( {2}#.*\n)+ {2}leaver-active: warning\n$/m);
    expect(prose).toContain(
      '1 person: the employment is over, and the account is still active. Deactivate the account in Leapsome',
    );
    expect(ruleOf(judge(text, notes), 'leaver-active')).toMatchObject({
      status: 'fail',
      severity: 'warning',
    });
  });

  test('are told of sources that contradict each other, by people and not by contradictions', () => {
    const views = { scim: { people: ['ann', 'bob: Club'] }, content: { people: ['-bob', 'ann: Club'] } };
    const { prose } = drafted({ views });
    expect(prose).toContain('2 people: the sources contradict each other.');
  });

  test('are the only ones that are touched', () => {
    expect(drafted({ people: ['ann', '-bob: Club'] }).text).not.toMatch(/^rules:/m);
  });
});

test('a text that is too large for a policy file goes without the names in comments first', () => {
  const long = 'x'.repeat(40_000);
  const people = Array.from({ length: 30 }, (_, index) => ({
    name: `${long}${index}`,
    level: 'Lead',
    in: Array.from({ length: 30 }, (_, group) => `Group ${group}`),
  }));
  const { text, entry } = drafted({ people: [...people, 'ann'] });
  expect(entry('Group 7').slice(2)).toEqual(['    members: [{ level: Lead }] # 30 people']);
  expect(text.length).toBeLessThan(100_000);
});

test('there is no draft of what fits into no policy file', () => {
  const long = 'x'.repeat(40_000);
  const people = Array.from({ length: 30 }, (_, index) => ({
    name: `${long}${index}`,
    in: Array.from({ length: 15 }, (_, group) => `Group ${group}`),
  }));
  const population = new Population(snapshot({ people: [...people, 'ann'] }));
  expect(draftPolicy(population, { asOf: 0 })).toBeUndefined();
});
