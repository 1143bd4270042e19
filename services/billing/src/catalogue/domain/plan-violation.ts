/** A rule that a draft breaks; `field` is the path in the request, in snake_case. */
export interface PlanViolation {
  readonly field: string;
  readonly description: string;
}
