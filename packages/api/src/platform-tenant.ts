/** The tenant of the installation itself: its operators are members of it. Never billed. */
export const PLATFORM_TENANT_ID = 'ten_00000000000000000000000000';
