import { keepsContract } from './contract.ts';

keepsContract({
  rule: 'forbidden-role-holder',
  severity: 'error',
  policy: 'version: 1\nroles:\n  - { name: "*Admin", §members: { ⟦never: [{ domain: other.org }]⟧ } }\n',
  people: { people: ['jo', 'eve@other.org'], roles: { 'Super Admin': ['jo', 'eve@other.org'] } },
  finds: 'eve@other.org in Super Admin',
  message:
    'eve@other.org holds the role Super Admin, which the policy forbids for people where domain is other.org',
  clean: { people: ['jo', 'eve@other.org'], roles: { 'Super Admin': ['jo'], Reader: ['eve@other.org'] } },
  exception: 'user: eve@other.org, role: Super Admin',
});
