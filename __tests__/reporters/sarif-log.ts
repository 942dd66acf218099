import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

interface Message {
  readonly text: string;
}

interface Located {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string; readonly index: number };
    readonly region: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>;
  };
}

interface Notification {
  readonly level: string;
  readonly descriptor?: { readonly id: string };
  readonly message: Message;
  readonly locations?: readonly Located[];
}

/** What the tests look at. */
export interface SarifLog {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly semanticVersion: string;
        readonly rules: readonly {
          readonly id: string;
          readonly name?: string;
          readonly shortDescription: Message;
          readonly fullDescription: Message;
          readonly help: Message & { readonly markdown?: string };
          readonly defaultConfiguration: { readonly level: string; readonly enabled: boolean };
          readonly properties: { readonly tags: readonly string[]; readonly 'security-severity': string };
        }[];
      };
    };
    readonly automationDetails: { readonly id: string };
    readonly columnKind: string;
    readonly originalUriBaseIds: Readonly<Record<string, object>>;
    readonly artifacts: readonly {
      readonly location: { readonly uri: string };
      readonly hashes?: Readonly<Record<string, string>>;
    }[];
    readonly versionControlProvenance?: readonly {
      readonly repositoryUri: string;
      readonly revisionId: string;
    }[];
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly exitCode: number;
      readonly startTimeUtc: string;
      readonly endTimeUtc: string;
      readonly toolConfigurationNotifications: readonly Notification[];
      readonly toolExecutionNotifications: readonly Notification[];
    }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex?: number;
      readonly level: string;
      readonly message: Message;
      readonly locations?: readonly Located[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly provenance?: { readonly firstDetectionTimeUtc: string };
      readonly properties?: { readonly tags?: readonly string[]; readonly change?: string };
    }[];
  }[];
}

/** The published schema, as Microsoft packs it. It is of draft 4, and uses nothing that draft 7 has otherwise. */
const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
    'utf8',
  ),
);
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

/** What the published schema of SARIF 2.1.0 has against a text; empty for a valid one. */
export function sarifMistakes(text: string): readonly string[] {
  return validate(JSON.parse(text))
    ? []
    : (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

/** A link in a plain message, by the grammar of SARIF 2.1.0, section 3.11.6. */
export const SARIF_LINK = /\[(?:[^[\]\\]|\\[[\]\\])*\]\(/;
