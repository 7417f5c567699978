-- When a submitter's run was last begun: whoever has waited longest for a turn gets the next one.
CREATE TABLE "turns" (
    "owner" TEXT NOT NULL,
    "served_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "turns_pkey" PRIMARY KEY ("owner")
);

-- Quotas count a person's runs of the last day and those that have not ended.
CREATE INDEX "runs_submission_id_state_finished_at_idx" ON "runs"("submission_id", "state", "finished_at");
