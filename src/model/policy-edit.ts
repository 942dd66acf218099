import type { Location } from './problem.ts';

/** Whom an edit names: by address, or by the id of somebody whom the policy must not show or could not tell apart. */
export type NamedPerson = { readonly address: string } | { readonly id: string };

/** The smallest change of the policy that makes what was found right; `at` is the element that changes. */
export type PolicyEdit = { readonly at: Location } & (
  | {
      /** Appends somebody to a list of people; `at` is the key of the list. */
      readonly action: 'add-person';
      readonly person: NamedPerson;
    }
  | {
      /** Narrows a selector, so that it matches everybody but this person. */
      readonly action: 'leave-out';
      readonly person: NamedPerson;
    }
  | {
      /** Takes a selector that nobody should match, a name, an entry or an exception away; `at` of an entry is its name. */
      readonly action: 'remove';
      readonly what: 'selector' | 'name' | 'entry' | 'exception';
    }
  | {
      /** Moves a bound of a count; `at` is the key `count`. Of several, the widest holds. */
      readonly action: 'set-count';
      readonly bound: 'min' | 'max';
      readonly to: number;
    }
  | {
      /** Writes another name into an entry that is pinned by its id; `at` is the key `name`. */
      readonly action: 'set-name';
      readonly to: string;
    }
  | {
      /** Writes another last day into an exception; without one, whoever accepts the edit says which. */
      readonly action: 'set-end';
      readonly to?: string;
    }
  | {
      /** Adds an entry to a list of the root policy. */
      readonly action: 'add-entry';
      readonly list: 'groups' | 'roles';
      readonly name: string;
      readonly id: string;
      /** Says in so many words that anybody may be in. */
      readonly anybody: boolean;
    }
);

/** What an exception that excuses a finding names, beside its rule. */
export interface ExceptionSubject {
  readonly user?: string;
  readonly group?: string;
  readonly role?: string;
  readonly name?: string;
}

/** The two ways out of a finding: for people in words, and for `accept` as data. */
export interface Remedies {
  /** YAML to paste if the access is right. */
  readonly policy: string;
  /** Steps in Leapsome if the policy is right. */
  readonly leapsome: string;
  /** What `policy` says, to be done together; missing where nothing but an exception could say it. */
  readonly edits?: readonly PolicyEdit[];
  /** Missing for what no exception excuses. */
  readonly exception?: ExceptionSubject;
}
