-- What a base model says of itself beside its graphs belongs to its task; a classifier's are mean, std and classes.
ALTER TABLE "base_models" ADD COLUMN "settings" JSONB NOT NULL DEFAULT '{}';
UPDATE "base_models" SET "settings" = jsonb_build_object('mean', to_jsonb("mean"), 'std', to_jsonb("std"), 'classes', to_jsonb("classes"));
ALTER TABLE "base_models" ALTER COLUMN "settings" DROP DEFAULT;
ALTER TABLE "base_models" DROP COLUMN "mean", DROP COLUMN "std", DROP COLUMN "classes";

-- What a run costs on the axes of its track, and which of them its method changes; null in runs of version 1.
ALTER TABLE "runs" ADD COLUMN "costs" JSONB, ADD COLUMN "axes" JSONB;
