/** Something that the user can put right: printed as one line, without a stack trace. */
export class UserError extends Error {}
