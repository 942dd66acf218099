import { CREDENTIALS } from './credentials.ts';
import { hostileTable } from './table.ts';

hostileTable(CREDENTIALS);
