/** What the forms about an account ask for, each in one way: a name, an e-mail address, a new password. */
import type { SignInWays } from '@topiary/contracts';
import { TextField } from '../../components/text-field.js';
import { t } from './words.js';

interface Props {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | null;
}

export const NameField = (props: Props) => (
  <TextField
    label={t('signUp.name')}
    help={t('signUp.name.help')}
    autoComplete="name"
    required
    maxLength={80}
    {...props}
  />
);

interface EmailProps extends Props {
  /** Who signs up will sign in by it: a password manager keeps it as the name. */
  readonly autoComplete: 'email' | 'username';
}

export const EmailField = (props: EmailProps) => (
  <TextField label={t('signIn.email')} help={t('signUp.email.help')} type="email" required {...props} />
);

interface NewPasswordProps extends Props {
  readonly label: string;
  /** What the server asks of passwords, once that is known. */
  readonly ways: Pick<SignInWays, 'passwordMinLength'> | undefined;
}

export const NewPasswordField = ({ ways, ...props }: NewPasswordProps) => (
  <TextField
    type="password"
    autoComplete="new-password"
    required
    minLength={ways?.passwordMinLength}
    help={ways && t('signUp.password.help', { n: ways.passwordMinLength })}
    {...props}
  />
);
