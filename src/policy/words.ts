import type { Condition, PeopleList, Selector } from './types.ts';

const NAMED_AT_MOST = 4;

/** A list of people as a phrase: "people where department is Finance, and cfo@example.com". */
export function listInWords(list: PeopleList): string {
  if (list.selectors.length === 0) return 'nobody';
  const shown = list.selectors.slice(0, NAMED_AT_MOST).map(selectorInWords);
  const more = list.selectors.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : enumerate(shown, 'and');
}

/** One selector as a phrase. */
export function selectorInWords(selector: Selector): string {
  switch (selector.kind) {
    case 'everyone':
      return 'everyone';
    case 'address':
      return selector.address;
    case 'id':
      return `account ${selector.id}`;
    case 'set':
      return `the set ${selector.set.name}`;
    case 'group':
      return `members of ${selector.name}`;
    case 'reports-to':
      return selector.direct ? `direct reports of ${selector.manager}` : `everyone below ${selector.manager}`;
    case 'where':
      return `people where ${selector.conditions.map(conditionInWords).join(' and ')}`;
    case 'any':
      return `(${enumerate(selector.of.map(selectorInWords), 'or')})`;
    case 'all':
      return `(${selector.of.map(selectorInWords).join(' who are also ')})`;
    case 'not':
      return `everyone but ${selectorInWords(selector.of)}`;
  }
}

function conditionInWords(condition: Condition): string {
  const name =
    'custom' in condition.attribute
      ? `custom attribute ${condition.attribute.custom}`
      : condition.attribute.name;
  const { test } = condition;
  switch (test.kind) {
    case 'present':
    case 'absent':
      return `${name} is ${test.kind}`;
    case 'one-of':
      return `${name} is ${enumerate(test.patterns, 'or')}`;
    case 'dates': {
      const sides = [test.after && `after ${test.after}`, test.before && `before ${test.before}`].filter(
        Boolean,
      );
      return `${name} is ${sides.join(' and ')}`;
    }
  }
}

/** "a, b and c". */
export function enumerate(parts: readonly string[], word: 'and' | 'or'): string {
  if (parts.length <= 1) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)}`;
}

/** "1 group", "2 groups". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
