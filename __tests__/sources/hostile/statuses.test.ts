import { STATUSES } from './statuses.ts';
import { hostileTable } from './table.ts';

hostileTable(STATUSES);
