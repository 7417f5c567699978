-- What a person has stored and has had computed is counted from rows; a file goes when nothing refers to it any more.

ALTER TABLE "runs" ADD COLUMN "estimated_seconds" DOUBLE PRECISION;

-- Who has sent a file. Lasts as long as a file may wait for its submission, and while it is named by one.
CREATE TABLE "artefact_owners" (
    "account_id" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "artefact_owners_pkey" PRIMARY KEY ("account_id", "sha256"),
    CONSTRAINT "artefact_owners_sha256_fkey" FOREIGN KEY ("sha256") REFERENCES "artefacts"("sha256")
      ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "artefact_owners_sha256_idx" ON "artefact_owners"("sha256");

-- The uploaded files that a submission is made of.
CREATE TABLE "submission_files" (
    "submission_id" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "submission_files_pkey" PRIMARY KEY ("submission_id", "sha256"),
    CONSTRAINT "submission_files_submission_id_fkey" FOREIGN KEY ("submission_id") REFERENCES "submissions"("id")
      ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "submission_files_sha256_idx" ON "submission_files"("sha256");

INSERT INTO "submission_files" ("submission_id", "sha256")
SELECT id, recipe->>'file' FROM "submissions" WHERE kind = 'criterion' AND recipe->>'file' IS NOT NULL
UNION SELECT id, recipe->>'model' FROM "submissions" WHERE kind = 'import' AND recipe->>'model' IS NOT NULL
UNION SELECT s.id, model.value FROM "submissions" s, jsonb_each_text(s.recipe->'models') AS model
  WHERE s.kind = 'pruned-models' AND jsonb_typeof(s.recipe->'models') = 'object';

CREATE INDEX "base_models_sha256_idx" ON "base_models"("sha256");
CREATE INDEX "artefacts_created_at_idx" ON "artefacts"("created_at");
