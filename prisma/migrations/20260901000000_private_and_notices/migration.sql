-- A submission that only its owner and organisers see, until its owner publishes it.
ALTER TABLE "submissions" ADD COLUMN "is_private" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "submissions" ADD COLUMN "published_at" TIMESTAMPTZ(3);

-- Who wants to be told by mail when their submission ends.
ALTER TABLE "accounts" ADD COLUMN "mail_at_end" BOOLEAN NOT NULL DEFAULT false;

-- Addresses that are told of ended submissions; the secret signs what is sent.
CREATE TABLE "webhooks" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhooks_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "webhooks_account_id_idx" ON "webhooks"("account_id");
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_account_id_fkey"
  FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is to be told, written in the transaction that ends the submission. Without a webhook it is a mail.
CREATE TABLE "notices" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "webhook_id" TEXT,
    "submission_id" TEXT,
    "event" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "status" INTEGER,
    "error" TEXT,

    CONSTRAINT "notices_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "notices_ended_at_next_at_idx" ON "notices"("ended_at", "next_at");
CREATE INDEX "notices_webhook_id_created_at_idx" ON "notices"("webhook_id", "created_at" DESC);
CREATE INDEX "notices_account_id_idx" ON "notices"("account_id");
CREATE INDEX "notices_submission_id_idx" ON "notices"("submission_id");
ALTER TABLE "notices" ADD CONSTRAINT "notices_account_id_fkey"
  FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "notices" ADD CONSTRAINT "notices_webhook_id_fkey"
  FOREIGN KEY ("webhook_id") REFERENCES "webhooks"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "notices" ADD CONSTRAINT "notices_submission_id_fkey"
  FOREIGN KEY ("submission_id") REFERENCES "submissions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE FUNCTION "note_end"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO notices (id, account_id, webhook_id, submission_id, event)
  SELECT gen_random_uuid()::text, NEW.created_by, w.id, NEW.id, 'submission.' || NEW.state
  FROM webhooks w WHERE w.account_id = NEW.created_by
  UNION ALL
  SELECT gen_random_uuid()::text, NEW.created_by, NULL, NEW.id, 'submission.' || NEW.state
  FROM accounts a WHERE a.id = NEW.created_by AND a.mail_at_end;
  RETURN NULL;
END $$;

CREATE TRIGGER "submissions_ended_note" AFTER UPDATE OF "state" ON "submissions"
  FOR EACH ROW WHEN (NEW.created_by IS NOT NULL AND OLD.state IN ('queued', 'running')
    AND NEW.state IN ('done', 'failed', 'cancelled')) EXECUTE FUNCTION note_end();
