-- AlterTable
ALTER TABLE "base_models" ADD COLUMN     "classes" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "imported_boards" (
    "id" TEXT NOT NULL,
    "description" JSONB NOT NULL,
    "run_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "imported_boards_pkey" PRIMARY KEY ("id")
);

-- AddForeignKey
ALTER TABLE "imported_boards" ADD CONSTRAINT "imported_boards_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs"("id") ON DELETE SET NULL ON UPDATE CASCADE;
