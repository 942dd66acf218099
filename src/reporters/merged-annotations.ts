import { ANNOTATION_LENGTH, ANNOTATIONS_PER_KIND } from '../model/limits.ts';
import type { Merged, MergedTenant } from '../model/merged.ts';
import type { Annotation } from './annotations.ts';
import { visible } from './escape.ts';
import { byNeed, moreOfTenant, tenantVerdict } from './merged-words.ts';
import { count, cut, linesOf, placeOf } from './wording.ts';

const NAMED = ANNOTATIONS_PER_KIND - 1;
const FINDINGS_NAMED = 5;
const TITLE_LENGTH = 200;

/** One mark for each tenant that needs attention, the worst first. GitHub drops the eleventh, so the tenth counts the rest. */
export function annotateMerged(merged: Merged): Annotation[] {
  const all = [
    ...merged.problems.map(({ code, message, hint }) => ({
      title: `Could not merge: ${visible(code)}`,
      message: `${lines(message)}\n${lines(hint)}`,
    })),
    ...byNeed(merged).bad.map(ofTenant),
  ];
  const left = all.length - NAMED;
  const last =
    left > 0
      ? [
          {
            title: 'There is more',
            message: `${count(left)} more tenant${left === 1 ? '' : 's'}, see the summary`,
          },
        ]
      : [];
  return [...all.slice(0, NAMED), ...last].map(({ title, message }) => ({
    level: 'error',
    title,
    message: cut(message, ANNOTATION_LENGTH),
  }));
}

function ofTenant(tenant: MergedTenant): Pick<Annotation, 'title' | 'message'> {
  const { name, result, problems, findings } = tenant;
  const what = result === 'drift' ? 'Access drift' : 'Could not check';
  const named = findings.slice(0, FINDINGS_NAMED);
  return {
    title: `${what}: ${visible(cut(name, TITLE_LENGTH))}`,
    message: [
      tenantVerdict(tenant, visible),
      ...problems.flatMap(({ message, hint }) => [lines(message), lines(hint)]),
      ...named.map(
        ({ severity, rule, message, location }) =>
          `${severity} ${visible(rule)}${message === undefined ? '' : `: ${visible(message)}`} (${visible(placeOf(location))})`,
      ),
      ...[moreOfTenant(tenant, named.length, problems.length)].filter((text) => text !== ''),
    ].join('\n'),
  };
}

function lines(text: string): string {
  return linesOf(text).map(visible).join('\n');
}
