import type { RunContext } from './github-context.ts';
import type { Inputs } from './inputs.ts';
import { SOURCE_CREDENTIALS, SOURCE_LABELS, SOURCE_NAMES, type SourceName } from './model/facts.ts';
import type { Problem } from './model/problem.ts';
import type { Credentials } from './sources/index.ts';

/** The credentials that are complete; a source without one is left out. */
export function credentialsOf({ scim, content, stackone }: Inputs): Credentials {
  const { apiKey, accountId } = stackone;
  return {
    ...(scim.token === undefined ? {} : { scim: { baseUrl: scim.baseUrl, token: scim.token } }),
    ...(content.secret === undefined
      ? {}
      : { content: { baseUrl: content.baseUrl, secret: content.secret } }),
    ...(apiKey === undefined ||
    accountId === undefined ||
    isMeantForOthers(apiKey, [scim.token, content.secret, accountId])
      ? {}
      : { stackone: { baseUrl: stackone.baseUrl, apiKey, accountId } }),
  };
}

/** Leapsome's credentials must never reach StackOne, which a slip of the paste could do. */
function isMeantForOthers(apiKey: string, others: readonly (string | undefined)[]): boolean {
  return others.includes(apiKey);
}

/** The sources for which there is a credential, or a part of one. */
export function givenCredentials({ scim, content, stackone }: Inputs): SourceName[] {
  const given = {
    scim: scim.token,
    content: content.secret,
    stackone: stackone.apiKey ?? stackone.accountId,
  } satisfies Record<SourceName, string | undefined>;
  return SOURCE_NAMES.filter((name) => given[name] !== undefined);
}

/** Everything that is wrong with the credentials and can be told without asking anybody. */
export function credentialProblems(
  inputs: Inputs,
  required: readonly SourceName[],
  { withoutSecrets }: Pick<RunContext, 'withoutSecrets'>,
): Problem[] {
  const credentials = credentialsOf(inputs);
  const halves = halfCredentials(inputs, withoutSecrets);
  const isEmpty = Object.keys(credentials).length === 0;
  if (isEmpty && halves.length === 0)
    return [
      noCredentials(
        `The policy is valid, but there are no credentials${whyNone(withoutSecrets)}, so Leapsome was not asked.`,
      ),
    ];
  const missing = SOURCE_NAMES.filter((name) => required.includes(name) && credentials[name] === undefined);
  return [
    ...halves,
    ...sameValue(credentials),
    ...(halves.length > 0 ? [] : missing.map((name) => requiredBy(name, withoutSecrets))),
  ];
}

/**
 * StackOne takes a key and an account together. The account is no secret: where no secret has come at all, and none could,
 * it is no half of anything.
 */
export function halfCredentials(
  { scim, content, stackone: { apiKey, accountId } }: Inputs,
  withoutSecrets: RunContext['withoutSecrets'],
): Problem[] {
  const hasCome = [scim.token, content.secret, apiKey].some((secret) => secret !== undefined);
  if (withoutSecrets !== undefined && !hasCome) return [];
  if (apiKey !== undefined && isMeantForOthers(apiKey, [scim.token, content.secret, accountId]))
    return [
      {
        code: 'token-kind',
        message:
          '`stackone-api-key` holds the same value as another credential, so StackOne was not asked: it is none of its keys.',
        hint: 'Hand an API key of the StackOne project to `stackone-api-key`, and the id of the linked account to `stackone-account-id`.',
      },
    ];
  if ((apiKey === undefined) === (accountId === undefined)) return [];
  const [given, missing] =
    apiKey === undefined
      ? ['`stackone-account-id`', '`stackone-api-key` (STACKONE_API_KEY)']
      : ['`stackone-api-key`', '`stackone-account-id` (STACKONE_ACCOUNT_ID)'];
  return [
    {
      code: 'no-credentials',
      message: `${given} is given without ${missing}: StackOne needs both, so StackOne was not asked.`,
      hint:
        apiKey === undefined
          ? 'Store an API key of the StackOne project as a secret and hand it to `stackone-api-key`, or leave both out.'
          : 'Copy the id of the linked Leapsome account from StackOne → Linked accounts, or leave both out.',
    },
  ];
}

/** Leapsome never gives out the same text as both of its credentials. */
export function sameValue({ scim, content }: Credentials): Problem[] {
  if (!scim || !content || scim.token !== content.secret) return [];
  return [
    {
      code: 'token-kind',
      message:
        '`scim-token` and `api-secret` hold the same value; they are two different credentials of Leapsome.',
      hint: 'The SCIM token is in Settings → Integrations and Imports → HRIS Integrations → SCIM, the API secret in Settings → Integrations and Imports → API Access.',
    },
  ];
}

/** Nothing was given at all, and `message` says what that means for the command. */
export function noCredentials(message: string): Problem {
  return {
    code: 'no-credentials',
    message,
    hint: `Give at least one: ${SOURCE_NAMES.map((name) => SOURCE_CREDENTIALS[name]).join('; ')}. Where there can be no secret, run "command: validate", and require the real check on the merge queue.`,
  };
}

/** The policy wants this source to be read, and there is no credential for it, though there are others. */
export function requiredBy(name: SourceName, withoutSecrets: RunContext['withoutSecrets']): Problem {
  // A fork gets all secrets or none; those of Dependabot are stored apart, and one may be missing there.
  const why = withoutSecrets === 'dependabot' ? whyNone(withoutSecrets) : '';
  return {
    code: 'no-credentials',
    message: `The policy requires ${SOURCE_LABELS[name]} to be read, but there are no credentials for it${why}.`,
    hint: `Give ${SOURCE_CREDENTIALS[name]}, or remove "${name}" from "sources: required" in the policy.`,
  };
}

/** In parentheses, and empty where nothing is known. */
export function whyNone(withoutSecrets: RunContext['withoutSecrets']): string {
  if (withoutSecrets === 'dependabot') return ' (runs of Dependabot get none of the Actions secrets)';
  return withoutSecrets === 'fork' ? ' (forks get none)' : '';
}
