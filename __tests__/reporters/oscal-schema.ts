import { Ajv } from 'ajv';
import formats from 'ajv-formats';

/*
 * The parts of OSCAL 1.1.3 that we use, assessment results: written by ourselves after the published schema and
 * Metaschema's data types, as no npm package carries them. Nothing that is not listed here is let through.
 */

const uuid = {
  type: 'string',
  pattern: '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$',
};
/** Narrower than the specification: readers disagree about letters beyond ASCII. */
const token = { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_.-]*$' };
const string = { type: 'string', pattern: '^\\S(.*\\S)?$' };
const markupLine = { type: 'string', pattern: '^[^\\n]+$' };
const markup = { type: 'string', minLength: 1 };
const dateTime = { type: 'string', format: 'date-time', pattern: 'Z$' };
const uri = { type: 'string', format: 'uri', pattern: '^[a-zA-Z][a-zA-Z0-9+.-]+:.+$' };
const uriReference = { type: 'string', format: 'uri-reference' };

function object(properties: Record<string, unknown>, required: readonly string[]) {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** OSCAL has no empty lists. */
function list(items: object) {
  return { type: 'array', minItems: 1, items };
}

const props = list(object({ name: token, ns: uri, value: string, class: token }, ['name', 'value']));
const origins = list(
  object({ actors: list(object({ type: { enum: ['tool'] }, 'actor-uuid': uuid }, ['type', 'actor-uuid'])) }, [
    'actors',
  ]),
);
const component = object(
  {
    uuid,
    type: string,
    title: markupLine,
    description: markup,
    props,
    status: object({ state: { enum: ['under-development', 'operational', 'disposition', 'other'] } }, [
      'state',
    ]),
  },
  ['uuid', 'type', 'title', 'description', 'status'],
);
const localDefinitions = object(
  {
    components: list(component),
    'inventory-items': list(object({ uuid, description: markup, props }, ['uuid', 'description'])),
    users: list(object({ uuid, title: markupLine, props }, ['uuid'])),
    'assessment-assets': object(
      {
        components: list(component),
        'assessment-platforms': list(
          object(
            {
              uuid,
              title: markupLine,
              'uses-components': list(object({ 'component-uuid': uuid }, ['component-uuid'])),
            },
            ['uuid'],
          ),
        ),
      },
      ['assessment-platforms'],
    ),
  },
  [],
);

const reviewedControls = object(
  {
    'control-selections': list(
      object(
        {
          description: markup,
          props,
          'include-controls': list(object({ 'control-id': token }, ['control-id'])),
        },
        ['include-controls'],
      ),
    ),
    'control-objective-selections': list(
      object(
        {
          description: markup,
          'include-objectives': list(object({ 'objective-id': token }, ['objective-id'])),
        },
        ['include-objectives'],
      ),
    ),
    remarks: markup,
  },
  ['control-selections'],
);

const observation = object(
  {
    uuid,
    title: markupLine,
    description: markup,
    props,
    methods: list({ enum: ['EXAMINE', 'INTERVIEW', 'TEST', 'UNKNOWN'] }),
    types: list(token),
    origins,
    subjects: list(
      object(
        {
          'subject-uuid': uuid,
          type: { enum: ['component', 'inventory-item', 'location', 'party', 'user', 'resource'] },
          title: markupLine,
        },
        ['subject-uuid', 'type'],
      ),
    ),
    'relevant-evidence': list(object({ href: uriReference, description: markup }, ['description'])),
    collected: dateTime,
    remarks: markup,
  },
  ['uuid', 'description', 'methods', 'collected'],
);

const finding = object(
  {
    uuid,
    title: markupLine,
    description: markup,
    props,
    origins,
    target: object(
      {
        type: { enum: ['statement-id', 'objective-id'] },
        'target-id': token,
        status: object(
          {
            state: { enum: ['satisfied', 'not-satisfied'] },
            reason: { enum: ['pass', 'fail', 'other'] },
            remarks: markup,
          },
          ['state'],
        ),
      },
      ['type', 'target-id', 'status'],
    ),
    'related-observations': list(object({ 'observation-uuid': uuid }, ['observation-uuid'])),
  },
  ['uuid', 'title', 'description', 'target'],
);

const result = object(
  {
    uuid,
    title: markupLine,
    description: markup,
    start: dateTime,
    end: dateTime,
    props,
    'local-definitions': localDefinitions,
    'reviewed-controls': reviewedControls,
    observations: list(observation),
    findings: list(finding),
    remarks: markup,
  },
  ['uuid', 'title', 'description', 'start', 'reviewed-controls'],
);

const resource = object(
  {
    uuid,
    title: markupLine,
    description: markup,
    props,
    rlinks: list(
      object(
        {
          href: uriReference,
          'media-type': string,
          hashes: list(object({ algorithm: { const: 'SHA-256' }, value: string }, ['value', 'algorithm'])),
        },
        ['href'],
      ),
    ),
  },
  ['uuid'],
);

const schema = object(
  {
    'assessment-results': object(
      {
        uuid,
        metadata: object(
          {
            title: markupLine,
            'last-modified': dateTime,
            version: string,
            'oscal-version': { const: '1.1.3' },
            props,
          },
          ['title', 'last-modified', 'version', 'oscal-version'],
        ),
        'import-ap': object({ href: uriReference, remarks: markup }, ['href']),
        results: list(result),
        'back-matter': object({ resources: list(resource) }, []),
      },
      ['uuid', 'metadata', 'import-ap', 'results'],
    ),
  },
  ['assessment-results'],
);

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

/** What is wrong with `report.oscal.json` by the schema; empty when nothing is. */
export function oscalErrors(document: unknown): readonly string[] {
  const valid = validate(document);
  return valid
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
