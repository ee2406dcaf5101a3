CREATE TABLE "pace" (
	"team_id" text NOT NULL,
	"method" text NOT NULL,
	"target" text NOT NULL,
	"tokens" double precision NOT NULL,
	"real_at" timestamp with time zone NOT NULL,
	"clock_at" timestamp with time zone NOT NULL,
	"blocked_until" timestamp with time zone,
	CONSTRAINT "pace_team_id_method_target_pk" PRIMARY KEY("team_id","method","target")
);
--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "pinned" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "timetable" ADD COLUMN "failures" integer DEFAULT 0 NOT NULL;