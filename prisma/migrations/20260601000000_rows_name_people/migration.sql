-- Rows of a leaderboard name who submitted them and say whether a dispute is open: boards change with both.
CREATE FUNCTION "touch_boards"("changed" TEXT[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  one TEXT;
BEGIN
  -- In one order for all, so that two transactions never wait for each other.
  FOR one IN SELECT DISTINCT unnest(changed) ORDER BY 1 LOOP
    INSERT INTO board_versions (board) VALUES (one)
    ON CONFLICT (board) DO UPDATE SET version = board_versions.version + 1;
    PERFORM pg_notify('topiary_boards', one);
  END LOOP;
END $$;

CREATE FUNCTION "touch_board_of_dispute"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM touch_boards(ARRAY(
    SELECT board FROM submissions WHERE id IN (NEW.submission_id, OLD.submission_id)));
  RETURN NULL;
END $$;

CREATE TRIGGER "disputes_changed_touch_board" AFTER INSERT OR UPDATE OR DELETE ON "disputes"
  FOR EACH ROW EXECUTE FUNCTION touch_board_of_dispute();

CREATE FUNCTION "touch_boards_of_account"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM touch_boards(ARRAY(SELECT DISTINCT board FROM submissions WHERE created_by = NEW.id));
  RETURN NULL;
END $$;

CREATE TRIGGER "accounts_renamed_touch_boards" AFTER UPDATE ON "accounts"
  FOR EACH ROW WHEN (NEW.name IS DISTINCT FROM OLD.name) EXECUTE FUNCTION touch_boards_of_account();
