-- Who comes next must cost the same with a hundred thousand runs waiting as with ten: a run names its owner, an index
-- holds each owner's line in order, and a table says how many runs each line has of which board.

ALTER TABLE "runs"
  ADD COLUMN "owner" TEXT NOT NULL DEFAULT '',
  -- Its turn had come before: a worker fell silent or gave it back. Such runs go first.
  ADD COLUMN "resumed" BOOLEAN NOT NULL DEFAULT false;

UPDATE "runs" r SET "owner" = s.created_by FROM "submissions" s WHERE s.id = r.submission_id AND s.created_by IS NOT NULL;

CREATE INDEX "runs_in_line_idx" ON "runs"("device", "owner", "queued_at", "position", "id")
  WHERE state = 'queued' AND NOT resumed;
CREATE INDEX "runs_resumed_idx" ON "runs"("device", "queued_at", "position", "id")
  WHERE state = 'queued' AND resumed;
-- The newest results of a board, from which its typical duration is taken.
CREATE INDEX "runs_board_finished_at_idx" ON "runs"("board", "finished_at" DESC) WHERE state = 'done';

-- Runs that wait in line, counted by the triggers below in the transaction that changes them.
CREATE TABLE "waiting" (
    "owner" TEXT NOT NULL,
    "device" TEXT NOT NULL,
    "board" TEXT NOT NULL,
    "runs" INTEGER NOT NULL,

    CONSTRAINT "waiting_pkey" PRIMARY KEY ("device", "owner", "board")
);

INSERT INTO "waiting" ("owner", "device", "board", "runs")
SELECT owner, device, board, count(*) FROM "runs" WHERE state = 'queued' AND NOT resumed GROUP BY owner, device, board;

CREATE FUNCTION "note_inserted_waiting"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO waiting (owner, device, board, runs)
  SELECT owner, device, board, count(*) FROM inserted WHERE state = 'queued' AND NOT resumed
  GROUP BY owner, device, board ORDER BY owner, device, board
  ON CONFLICT (device, owner, board) DO UPDATE SET runs = waiting.runs + excluded.runs;
  RETURN NULL;
END $$;

CREATE TRIGGER "runs_inserted_note_waiting" AFTER INSERT ON "runs"
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION note_inserted_waiting();

CREATE FUNCTION "note_waiting"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'queued' AND NOT OLD.resumed THEN
    UPDATE waiting SET runs = runs - 1 WHERE device = OLD.device AND owner = OLD.owner AND board = OLD.board;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.state = 'queued' AND NOT NEW.resumed THEN
    INSERT INTO waiting (owner, device, board, runs) VALUES (NEW.owner, NEW.device, NEW.board, 1)
    ON CONFLICT (device, owner, board) DO UPDATE SET runs = waiting.runs + 1;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "runs_updated_note_waiting" AFTER UPDATE OF "state", "resumed", "device", "owner", "board" ON "runs"
  FOR EACH ROW WHEN (OLD.state = 'queued' OR NEW.state = 'queued') EXECUTE FUNCTION note_waiting();
CREATE TRIGGER "runs_deleted_note_waiting" AFTER DELETE ON "runs"
  FOR EACH ROW WHEN (OLD.state = 'queued') EXECUTE FUNCTION note_waiting();

-- Without these, whoever changes a row that others refer to reads the whole of their table.
CREATE INDEX "base_models_run_id_idx" ON "base_models"("run_id");
CREATE INDEX "imported_boards_run_id_idx" ON "imported_boards"("run_id");
CREATE INDEX "login_tokens_account_id_idx" ON "login_tokens"("account_id");
CREATE INDEX "invites_created_by_idx" ON "invites"("created_by");
CREATE INDEX "disputes_raised_by_idx" ON "disputes"("raised_by");
CREATE INDEX "disputes_resolved_by_idx" ON "disputes"("resolved_by");
