/** Light, dark or as the system prefers. */
import { useState } from 'react';
import { t } from '../lib/i18n.js';
import { readTheme, THEMES, type Theme, writeTheme } from '../lib/theme.js';

export const ThemeSwitch = () => {
  const [theme, setTheme] = useState<Theme>(readTheme);
  const choose = (next: Theme) => {
    writeTheme(next);
    setTheme(next);
  };
  return (
    <fieldset className="theme-switch">
      <legend>{t('theme.label')}</legend>
      {THEMES.map((option) => (
        <label key={option}>
          <input type="radio" name="theme" value={option} checked={theme === option} onChange={() => choose(option)} />
          {t(`theme.${option}`)}
        </label>
      ))}
    </fieldset>
  );
};
