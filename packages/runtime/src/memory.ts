/** The most memory that this process has held so far (resident set). */
export const peakMemoryBytes = (): number => process.resourceUsage().maxRSS * 1024;
