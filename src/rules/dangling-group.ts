import { rulePlace } from '../evaluate/evaluation.ts';
import { compare } from '../model/compare.ts';
import { yamlQuoted } from '../model/yaml-text.ts';
import { plural } from '../policy/words.ts';
import { type Rule, unreported } from './rule.ts';
import { exceptionFrom, inLeapsome, noticeOrException } from './wording.ts';

export const danglingGroup: Rule<undefined> = {
  id: 'dangling-group',
  severity: 'warning',
  subject: 'group',
  finds: 'People refer to a group id that Leapsome does not list.',
  check: (evaluation) => {
    const place = rulePlace(evaluation.policy, 'dangling-group');
    const ids = [...evaluation.population.referredGroups()].filter((id) => !evaluation.population.group(id));
    return {
      found: ids.map((id) => ({ group: { id, name: '' }, place, detail: undefined })),
      gaps: unreported('dangling-group', 'membership', 'who is in which group', evaluation),
    };
  },
  describe: ({ group }, evaluation) => {
    const people = evaluation.population.members(group!.id);
    const shown = people
      .map((person) => evaluation.show(person))
      .sort(compare)
      .slice(0, 3);
    const more = people.length - shown.length;
    return {
      message: `${plural(people.length, 'account')} (${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}) ${people.length === 1 ? 'refers' : 'refer'} to the group id ${group!.id}, which Leapsome does not list`,
      policy: noticeOrException(
        danglingGroup,
        'if this is known',
        exceptionFrom('dangling-group', [`group: ${yamlQuoted(group!.id)}`]),
        evaluation,
      ),
      leapsome: inLeapsome(
        'Users & Teams → Teams → look for an archived or hidden team, or ask Leapsome support about this id',
      ),
    };
  },
};
