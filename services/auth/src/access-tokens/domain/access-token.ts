/** How long an access token is good, in seconds. */
export const accessTokenSeconds = 600;
/** Clocks of verifiers may differ by this much, in seconds. */
export const clockToleranceSeconds = 5;
/** After this long no verifier takes a token any more, whatever its clock says, in seconds. */
export const tokenLifeSecondsMax = accessTokenSeconds + clockToleranceSeconds;
