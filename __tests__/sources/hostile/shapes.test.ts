import { SHAPES } from './shapes.ts';
import { hostileTable } from './table.ts';

hostileTable(SHAPES);
