-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "run_state" AS ENUM ('queued', 'running', 'done', 'failed', 'cancelled');

-- CreateTable
CREATE TABLE "submissions" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "board" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "division" TEXT NOT NULL,
    "recipe" JSONB NOT NULL,
    "recipe_hash" TEXT NOT NULL,
    "targets" JSONB NOT NULL,
    "seeds" INTEGER[],
    "state" "run_state" NOT NULL DEFAULT 'queued',
    "created_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "submissions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "runs" (
    "id" TEXT NOT NULL,
    "submission_id" TEXT NOT NULL,
    "board" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "state" "run_state" NOT NULL DEFAULT 'queued',
    "target" JSONB,
    "target_label" TEXT,
    "seed" INTEGER NOT NULL,
    "device" TEXT NOT NULL,
    "memory_bytes" BIGINT NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "crashes" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "worker" TEXT,
    "cancel_requested" BOOLEAN NOT NULL DEFAULT false,
    "stages" JSONB NOT NULL,
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "problem" JSONB,
    "result" JSONB,
    "provenance" TEXT NOT NULL DEFAULT 'measured',
    "achieved" DOUBLE PRECISION,
    "counter" TEXT,
    "flags" TEXT[],
    "metrics" JSONB,
    "params" JSONB,
    "macs" JSONB,
    "latency" JSONB,
    "machine" TEXT,
    "protocol" TEXT,
    "split_hash" TEXT,
    "seconds" DOUBLE PRECISION,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "queued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_events" (
    "id" BIGSERIAL NOT NULL,
    "run_id" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "event" JSONB NOT NULL,

    CONSTRAINT "run_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "artefacts" (
    "sha256" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "media_type" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "artefacts_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "run_artefacts" (
    "run_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "run_artefacts_pkey" PRIMARY KEY ("run_id","kind","sha256")
);

-- CreateTable
CREATE TABLE "base_models" (
    "id" TEXT NOT NULL,
    "board" TEXT NOT NULL,
    "active_board" TEXT,
    "sha256" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "mean" DOUBLE PRECISION[],
    "std" DOUBLE PRECISION[],
    "metrics" JSONB NOT NULL,
    "params" BIGINT NOT NULL,
    "macs" JSONB NOT NULL,
    "split_hash" TEXT NOT NULL,
    "provenance" TEXT NOT NULL,
    "run_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "base_models_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "run_id" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "response" JSON,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("scope","key")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login_tokens" (
    "sha256" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "login_tokens_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "settings" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "submissions_board_id_idx" ON "submissions"("board", "id" DESC);

-- CreateIndex
CREATE INDEX "submissions_state_id_idx" ON "submissions"("state", "id" DESC);

-- CreateIndex
CREATE INDEX "submissions_created_by_id_idx" ON "submissions"("created_by", "id" DESC);

-- CreateIndex
CREATE INDEX "runs_state_lease_until_idx" ON "runs"("state", "lease_until");

-- CreateIndex
CREATE INDEX "runs_state_queued_at_idx" ON "runs"("state", "queued_at");

-- CreateIndex
CREATE INDEX "runs_board_state_target_label_finished_at_idx" ON "runs"("board", "state", "target_label", "finished_at");

-- CreateIndex
CREATE UNIQUE INDEX "runs_submission_id_position_key" ON "runs"("submission_id", "position");

-- CreateIndex
CREATE INDEX "run_events_run_id_id_idx" ON "run_events"("run_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "run_events_run_id_attempt_sequence_key" ON "run_events"("run_id", "attempt", "sequence");

-- CreateIndex
CREATE INDEX "run_artefacts_sha256_idx" ON "run_artefacts"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "base_models_active_board_key" ON "base_models"("active_board");

-- CreateIndex
CREATE INDEX "base_models_board_id_idx" ON "base_models"("board", "id" DESC);

-- CreateIndex
CREATE INDEX "outbox_sent_at_id_idx" ON "outbox"("sent_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_run_id_attempt_key" ON "outbox"("run_id", "attempt");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_sha256_key" ON "api_keys"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_sha256_key" ON "sessions"("sha256");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE INDEX "login_tokens_expires_at_idx" ON "login_tokens"("expires_at");

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_submission_id_fkey" FOREIGN KEY ("submission_id") REFERENCES "submissions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_events" ADD CONSTRAINT "run_events_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_artefacts" ADD CONSTRAINT "run_artefacts_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_artefacts" ADD CONSTRAINT "run_artefacts_sha256_fkey" FOREIGN KEY ("sha256") REFERENCES "artefacts"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "base_models" ADD CONSTRAINT "base_models_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;
