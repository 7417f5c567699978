-- A result that contradicts itself waits for a person; until then no leaderboard shows it.
ALTER TABLE "runs" ADD COLUMN "held_reason" TEXT;
ALTER TABLE "runs" ADD COLUMN "held_decision" TEXT;

CREATE INDEX "runs_held_idx" ON "runs"("finished_at") WHERE "held_reason" IS NOT NULL;
