/** The next time that a clock on the wall shows an hour. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

export const parseTime = (text: string): TimeOfDay | null => {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text)?.map(Number) ?? [];
  return hour !== undefined && minute !== undefined && hour < 24 && minute < 60 ? { hour, minute } : null;
};

/** By local time, so that a night stays a night when clocks change. */
export const millisecondsUntil = ({ hour, minute }: TimeOfDay, now: Date): number => {
  const next = new Date(now);
  next.setHours(hour, minute, 0, 0);
  if (next <= now) next.setDate(next.getDate() + 1);
  return next.getTime() - now.getTime();
};
