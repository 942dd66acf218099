import { Ajv } from 'ajv';

/*
 * The parts of OCSF 1.5.0 that we use, class 2003 (Compliance Finding) and its objects: written by ourselves after the
 * published schema, as no npm package carries it. Nothing that is not listed here is let through.
 */

/** Id to caption, as the published schema pairs them. */
export const CAPTIONS = {
  activity: { 0: 'Unknown', 1: 'Create', 2: 'Update', 3: 'Close' },
  severity: {
    0: 'Unknown',
    1: 'Informational',
    2: 'Low',
    3: 'Medium',
    4: 'High',
    5: 'Critical',
    6: 'Fatal',
  },
  status: {
    0: 'Unknown',
    1: 'New',
    2: 'In Progress',
    3: 'Suppressed',
    4: 'Resolved',
    5: 'Archived',
    6: 'Deleted',
  },
  compliance: { 0: 'Unknown', 1: 'Pass', 2: 'Warning', 3: 'Fail' },
  type: {
    200300: 'Compliance Finding: Unknown',
    200301: 'Compliance Finding: Create',
    200302: 'Compliance Finding: Update',
    200303: 'Compliance Finding: Close',
  },
  analytic: { 0: 'Unknown', 1: 'Rule', 2: 'Behavioral', 3: 'Statistical' },
  observable: { 4: 'User Name', 5: 'Email Address', 10: 'Resource UID' },
} as const;

const string = { type: 'string' };
const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', items: text };
const milliseconds = { type: 'integer', minimum: 1_000_000_000_000 };

function object(properties: Record<string, unknown>, required: readonly string[], more: object = {}) {
  return { type: 'object', properties, required, additionalProperties: false, ...more };
}

function ids(captions: Readonly<Record<number, string>>) {
  return { enum: [...Object.keys(captions).map(Number), 99] };
}

const complianceStatus = { status_id: ids(CAPTIONS.compliance), status: text };

const metadata = object(
  {
    version: { const: '1.5.0' },
    product: object({ name: text, uid: text, vendor_name: text, version: text }, ['vendor_name', 'version']),
    uid: text,
    correlation_uid: text,
    logged_time: milliseconds,
  },
  ['version', 'product'],
);

const findingInfo = object(
  {
    uid: text,
    title: string,
    desc: text,
    types: texts,
    first_seen_time: milliseconds,
    last_seen_time: milliseconds,
    analytic: object({ type_id: ids(CAPTIONS.analytic), type: text, uid: string, name: string }, ['type_id']),
    data_sources: texts,
    src_url: { type: 'string', pattern: '^https://' },
  },
  ['uid', 'title'],
);

const compliance = object(
  {
    ...complianceStatus,
    status_code: text,
    status_details: { type: 'array', items: string, minItems: 1 },
    control: string,
    desc: text,
    standards: { ...texts, minItems: 1 },
    requirements: { type: 'array', items: string, minItems: 1 },
    checks: {
      type: 'array',
      minItems: 1,
      items: object({ uid: string, name: string, standards: texts, ...complianceStatus }, ['uid', 'name']),
    },
  },
  ['status_id', 'status'],
);

const resource = object({ type: text, uid: text, name: text }, ['type'], {
  anyOf: [{ required: ['uid'] }, { required: ['name'] }],
});

const observable = object({ name: text, type_id: ids(CAPTIONS.observable), type: text, value: text }, [
  'name',
  'type_id',
  'value',
]);

const event = object(
  {
    category_uid: { const: 2 },
    category_name: { const: 'Findings' },
    class_uid: { const: 2003 },
    class_name: { const: 'Compliance Finding' },
    activity_id: ids(CAPTIONS.activity),
    activity_name: text,
    type_uid: { enum: Object.keys(CAPTIONS.type).map(Number) },
    type_name: text,
    time: milliseconds,
    severity_id: ids(CAPTIONS.severity),
    severity: text,
    status_id: ids(CAPTIONS.status),
    status: text,
    status_detail: string,
    message: string,
    metadata,
    finding_info: findingInfo,
    compliance,
    remediation: object({ desc: text }, ['desc']),
    resources: { type: 'array', minItems: 1, items: resource },
    observables: { type: 'array', items: observable },
    evidences: { type: 'array', minItems: 1, items: object({ data: { type: 'object' } }, ['data']) },
    unmapped: { type: 'object' },
  },
  [
    'activity_id',
    'category_uid',
    'class_uid',
    'compliance',
    'finding_info',
    'metadata',
    'severity_id',
    'time',
    'type_uid',
  ],
);

/** What is wrong with `report.ocsf.json` by the schema; empty when nothing is. */
export function ocsfErrors(document: unknown): readonly string[] {
  const valid = validate(document);
  return valid
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const validate = new Ajv({ allErrors: true }).compile({ type: 'array', items: event });
