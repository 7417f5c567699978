ALTER TABLE "submissions" ADD COLUMN "withdrawn_reason" TEXT;

CREATE TYPE "dispute_outcome" AS ENUM ('upheld', 'rejected');

CREATE TABLE "disputes" (
    "id" TEXT NOT NULL,
    "submission_id" TEXT NOT NULL,
    "raised_by" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "outcome" "dispute_outcome",
    "resolution" TEXT,
    "resolved_by" TEXT,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "disputes_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "disputes_submission_id_fkey" FOREIGN KEY ("submission_id") REFERENCES "submissions"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "disputes_raised_by_fkey" FOREIGN KEY ("raised_by") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "disputes_resolved_by_fkey" FOREIGN KEY ("resolved_by") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "disputes_resolved_whole" CHECK (num_nulls("outcome", "resolution", "resolved_by", "resolved_at") IN (0, 4))
);

CREATE INDEX "disputes_submission_id_id_idx" ON "disputes"("submission_id", "id");

CREATE INDEX "disputes_resolved_at_id_idx" ON "disputes"("resolved_at", "id" DESC);
