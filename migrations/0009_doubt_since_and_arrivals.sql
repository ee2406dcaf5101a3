ALTER TABLE "survey_invitation" ALTER COLUMN "nudge_at" SET DEFAULT 'infinity';--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "arrivals" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "doubtful_since" timestamp with time zone;