/** Accounts, sessions, keys and invites as the API takes and shows them. */
import { z } from 'zod';
import { Line } from './text.js';

export const Role = z.enum(['user', 'organiser', 'admin']);
export type Role = z.infer<typeof Role>;

/** `admin` lends a key the powers of its person's role; it makes nobody more than that. */
export const KeyScope = z.enum(['read', 'submit', 'admin']);
export type KeyScope = z.infer<typeof KeyScope>;

const Name = Line(1, 80).describe('Shown in public beside what you submit');
const Email = z.email().max(254);
const Password = z.string().min(10).max(128);

/** Who is signed in. */
export const Session = z.object({
  user: z
    .object({
      id: z.string(),
      name: z.string(),
      role: Role,
      scopes: z.array(z.string()).describe('What this session or key may do'),
    })
    .nullable(),
});
export type Session = z.infer<typeof Session>;

/** With a key that has every scope, or with e-mail and password. */
export const SignIn = z.union([
  z.strictObject({ key: z.string().min(8).max(200) }),
  z.strictObject({ email: Email, password: z.string().min(1).max(128) }),
]);
export type SignIn = z.infer<typeof SignIn>;

export const SignUp = z.strictObject({
  name: Name,
  email: Email,
  password: Password,
  invite: z.string().max(100).optional().describe('The token of an invite, where sign-up is not open'),
});
export type SignUp = z.infer<typeof SignUp>;

/** How one may sign in and up here, to draw the form. */
export const SignInWays = z.object({
  signUp: z.enum(['open', 'invite', 'closed']),
  providers: z.array(z.object({ id: z.string(), title: z.string() })),
  passwordMinLength: z.number().int(),
  resetByMail: z.boolean(),
});
export type SignInWays = z.infer<typeof SignInWays>;

export const Account = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  createdAt: z.iso.datetime(),
  disabledAt: z.iso.datetime().nullable(),
  erasedAt: z.iso.datetime().nullable(),
});
export type Account = z.infer<typeof Account>;

/** One's own account: how one signs in, too. */
export const OwnAccount = Account.extend({ credentials: z.array(z.string()) });
export type OwnAccount = z.infer<typeof OwnAccount>;

export const ChangeAccount = z.strictObject({
  name: Name.optional(),
  email: Email.optional(),
  password: z
    .string()
    .max(128)
    .optional()
    .describe('The present one, where the address changes and the account has a password'),
});
export type ChangeAccount = z.infer<typeof ChangeAccount>;
export const ChangePassword = z.strictObject({ current: z.string().max(128).optional(), password: Password });
export const RequestReset = z.strictObject({ email: Email });
export const ResetPassword = z.strictObject({ token: z.string().min(1).max(200), password: Password });

export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe('Its first characters, to recognise it'),
  scopes: z.array(z.string()),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const CreateKey = z.strictObject({
  name: Line(1, 80),
  scopes: z.array(KeyScope).min(1).max(3).default(['read', 'submit']),
  expiresInDays: z.number().int().min(1).max(3650).nullable().default(null),
});
export type CreateKey = z.input<typeof CreateKey>;

/** The only answer that ever holds the key itself. */
export const CreatedKey = ApiKey.extend({ key: z.string() });
export type CreatedKey = z.infer<typeof CreatedKey>;

/** What everybody may know of a person. */
export const Person = z.object({
  id: z.string(),
  name: z.string(),
  since: z.iso.datetime(),
  submissions: z.object({ total: z.number().int(), withdrawn: z.number().int() }),
});
export type Person = z.infer<typeof Person>;
