-- What a pruning step and a pass with a regularizer cost, beside the other numbers that a leaderboard reads.
ALTER TABLE "runs" ADD COLUMN "step_seconds" DOUBLE PRECISION,
ADD COLUMN "epoch_seconds" DOUBLE PRECISION;
