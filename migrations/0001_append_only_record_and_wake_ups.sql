-- The record is history: what is written stays as it was written.
create function refuse_to_rewrite_the_record() returns trigger language plpgsql as $$
begin
  raise exception 'the upgrade record is append-only';
end $$;
--> statement-breakpoint
create trigger record_entry_is_append_only before update or delete or truncate on record_entry
  for each statement execute function refuse_to_rewrite_the_record();
--> statement-breakpoint
-- Wakes every worker when there is something new to look at, should the queue be dead.
create function wake_watchbell() returns trigger language plpgsql as $$
begin
  perform pg_notify('watchbell', tg_table_name);
  return null;
end $$;
--> statement-breakpoint
create trigger timetable_wakes after insert on timetable for each statement execute function wake_watchbell();
--> statement-breakpoint
create trigger outbox_wakes after insert or update of wanted on outbox
  for each statement execute function wake_watchbell();
