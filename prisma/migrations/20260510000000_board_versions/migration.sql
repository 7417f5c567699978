-- One number per board that grows with every transaction that may change its leaderboard. Whoever remembers a
-- leaderboard asks for the number, and is told through the channel topiary_boards.
CREATE TABLE "board_versions" (
    "board" TEXT NOT NULL,
    "version" BIGINT NOT NULL DEFAULT 1,

    CONSTRAINT "board_versions_pkey" PRIMARY KEY ("board")
);

CREATE FUNCTION "touch_board"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed TEXT := coalesce(NEW.board, OLD.board);
BEGIN
  INSERT INTO board_versions (board) VALUES (changed)
  ON CONFLICT (board) DO UPDATE SET version = board_versions.version + 1;
  PERFORM pg_notify('topiary_boards', changed);
  RETURN NULL;
END $$;

-- A result appears, changes or goes.
CREATE TRIGGER "runs_inserted_touch_board" AFTER INSERT ON "runs"
  FOR EACH ROW WHEN (NEW.state = 'done') EXECUTE FUNCTION touch_board();
CREATE TRIGGER "runs_updated_touch_board" AFTER UPDATE ON "runs"
  FOR EACH ROW WHEN (NEW.state = 'done' OR OLD.state = 'done') EXECUTE FUNCTION touch_board();
CREATE TRIGGER "runs_deleted_touch_board" AFTER DELETE ON "runs"
  FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION touch_board();

-- A submission is withdrawn, renamed, disputed, …; its state alone shows on no leaderboard.
CREATE TRIGGER "submissions_updated_touch_board" AFTER UPDATE ON "submissions"
  FOR EACH ROW WHEN ((to_jsonb(OLD) - 'state') IS DISTINCT FROM (to_jsonb(NEW) - 'state')) EXECUTE FUNCTION touch_board();

-- The board has another base model.
CREATE TRIGGER "base_models_changed_touch_board" AFTER INSERT OR UPDATE OR DELETE ON "base_models"
  FOR EACH ROW EXECUTE FUNCTION touch_board();
