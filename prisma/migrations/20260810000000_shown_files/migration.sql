-- Whoever names a file has shown its bytes; the first who did is known.
CREATE TABLE "shown_files" (
    "sha256" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "shown_files_pkey" PRIMARY KEY ("sha256", "person")
);

-- Uploads that are still remembered were bytes, unless somebody had stored the file before.
INSERT INTO "shown_files" ("sha256", "person", "first_at")
SELECT "sha256", "owner", MIN("completed_at") FROM "uploads" WHERE "completed_at" IS NOT NULL GROUP BY 1, 2;
