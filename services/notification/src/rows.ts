import { EndpointRow } from './endpoints/endpoint-row.ts';

/** Every table that is read and written as rows; deliveries and attempts are so by SQL alone. */
export const rows = [EndpointRow];
