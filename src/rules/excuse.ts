import type { Evaluation } from '../evaluate/evaluation.ts';
import type { Population } from '../evaluate/population.ts';
import type { ExceptionSubject } from '../model/policy-edit.ts';
import type { Person } from '../model/snapshot.ts';
import { normal } from '../policy/glob.ts';
import type { Detected, Subject } from './rule.ts';
import { canBeNamed } from './wording.ts';

/** What an exception from this finding names, so that it excuses nothing else; undefined where none can. */
export function excuseOf(
  subject: Subject,
  found: Detected,
  evaluation: Evaluation,
): ExceptionSubject | undefined {
  const { population } = evaluation;
  switch (subject) {
    case 'none':
      return undefined;
    case 'accounts':
      return {};
    case 'user':
      return found.user ? userOf(found.user, evaluation) : nameOf(found.key!, evaluation);
    case 'user+name':
      return { ...userOf(found.user!, evaluation), name: found.name! };
    case 'group':
      return { group: groupName(found.group!, population) };
    case 'user+group':
      return { ...userOf(found.user!, evaluation), group: groupName(found.group!, population) };
    case 'group+user': {
      const isThere = found.user !== undefined && population.person(found.user.id) !== undefined;
      const user = isThere ? userOf(found.user, evaluation) : {};
      return { ...user, group: groupName(found.group!, population) };
    }
    case 'role':
      return { role: roleName(found.role!, population) };
    case 'user+role':
      return { ...userOf(found.user!, evaluation), role: roleName(found.role!, population) };
  }
}

function userOf(user: Person, evaluation: Evaluation): { user: string } {
  return { user: canBeNamed(user, evaluation) ? user.userName : user.id };
}

/** A name that no selector finds is all that there is of somebody; what it is to an exception may be somebody else. */
function nameOf(name: string, { population }: Evaluation): { user: string } | undefined {
  return population.named(name).length === 0 ? { user: name } : undefined;
}

interface Target {
  readonly id: string;
  readonly name: string;
}

/** The name where it is nobody else's, else the id. Looked up, since there may be as many findings as memberships. */
function groupName({ id, name }: Target, population: Population): string {
  const namesakes = population.groupsNamed(name);
  const isId = population.group(name) !== undefined && name !== id;
  return name !== '' && namesakes.length === 1 && namesakes[0]!.id === id && !isId ? name : id;
}

function roleName({ id, name }: Target, population: Population): string {
  if (name === '') return id;
  const others = (population.roles() ?? []).filter(
    (role) => role.id === name || normal(role.name) === normal(name),
  );
  return others.length === 1 && others[0]!.id === id ? name : id;
}
