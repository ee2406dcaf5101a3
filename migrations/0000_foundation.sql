CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "outbox_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	"upgrade_id" integer NOT NULL,
	"kind" text NOT NULL,
	"slot" text NOT NULL,
	"target" text NOT NULL,
	"lane" text DEFAULT 'outbox' NOT NULL,
	"message" jsonb,
	"payload" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"pin" boolean DEFAULT false NOT NULL,
	"planned_for" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"generation" integer DEFAULT 0 NOT NULL,
	"wanted" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"doubtful" boolean DEFAULT false NOT NULL,
	"lease_until" timestamp with time zone,
	"not_before" timestamp with time zone,
	"channel" text,
	"ts" text,
	"sent_at" timestamp with time zone,
	"error" text,
	CONSTRAINT "outbox_delivery_once" UNIQUE("upgrade_id","kind","slot","target")
);
--> statement-breakpoint
CREATE TABLE "record_entry" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "record_entry_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	"upgrade_id" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor" text,
	"fact" text NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "decision" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "decision_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	"upgrade_id" integer NOT NULL,
	"number" integer NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"reason" text NOT NULL,
	"opened_by" text,
	"opened_at" timestamp with time zone NOT NULL,
	"deadline_at" timestamp with time zone NOT NULL,
	"escalated_at" timestamp with time zone,
	"final_deadline_at" timestamp with time zone NOT NULL,
	"extended_at" timestamp with time zone,
	"extended_by" text,
	"choice" text,
	"how" text,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"automatic" boolean DEFAULT false NOT NULL,
	CONSTRAINT "decision_number_once" UNIQUE("upgrade_id","number")
);
--> statement-breakpoint
CREATE TABLE "survey" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "survey_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	"upgrade_id" integer NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"closes_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	CONSTRAINT "survey_once" UNIQUE("upgrade_id")
);
--> statement-breakpoint
CREATE TABLE "survey_answer" (
	"survey_id" integer NOT NULL,
	"user_id" text NOT NULL,
	"satisfaction" integer NOT NULL,
	"difficulty" text,
	"kind" text,
	"suggestion" text,
	"may_name" boolean DEFAULT false NOT NULL,
	"answered_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone,
	CONSTRAINT "survey_answer_survey_id_user_id_pk" PRIMARY KEY("survey_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "survey_invitation" (
	"survey_id" integer NOT NULL,
	"user_id" text NOT NULL,
	"invite_at" timestamp with time zone NOT NULL,
	CONSTRAINT "survey_invitation_survey_id_user_id_pk" PRIMARY KEY("survey_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "timetable" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "timetable_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	"upgrade_id" integer NOT NULL,
	"kind" text NOT NULL,
	"slot" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"payload" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"generation" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone,
	"not_before" timestamp with time zone,
	"reason" text,
	"settled_at" timestamp with time zone,
	CONSTRAINT "timetable_slot_once" UNIQUE("upgrade_id","kind","slot")
);
--> statement-breakpoint
CREATE TABLE "acceptance_result" (
	"team_id" text NOT NULL,
	"upgrade_id" integer NOT NULL,
	"number" integer NOT NULL,
	"passed" boolean NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "acceptance_result_upgrade_id_number_pk" PRIMARY KEY("upgrade_id","number")
);
--> statement-breakpoint
CREATE TABLE "status_line" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "status_line_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	"upgrade_id" integer NOT NULL,
	"text" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "upgrade" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "upgrade_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	"number" integer NOT NULL,
	"state" text NOT NULL,
	"plan" jsonb NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"what_changed" text,
	"known_issues" text,
	CONSTRAINT "upgrade_number_once" UNIQUE("team_id","number")
);
--> statement-breakpoint
CREATE TABLE "upgrade_issue" (
	"team_id" text NOT NULL,
	"upgrade_id" integer NOT NULL,
	"number" integer NOT NULL,
	"text" text NOT NULL,
	"opened_by" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"resolved_by" text,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "upgrade_issue_upgrade_id_number_pk" PRIMARY KEY("upgrade_id","number")
);
--> statement-breakpoint
CREATE TABLE "upgrade_role" (
	"team_id" text NOT NULL,
	"upgrade_id" integer NOT NULL,
	"role" text NOT NULL,
	"user_id" text NOT NULL,
	CONSTRAINT "upgrade_role_upgrade_id_role_user_id_pk" PRIMARY KEY("upgrade_id","role","user_id")
);
--> statement-breakpoint
CREATE TABLE "workspace" (
	"team_id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"bot_user_id" text NOT NULL,
	"last_upgrade_number" integer DEFAULT 0 NOT NULL,
	"joined_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "survey_answer" ADD CONSTRAINT "survey_answer_survey_id_survey_id_fk" FOREIGN KEY ("survey_id") REFERENCES "public"."survey"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "survey_invitation" ADD CONSTRAINT "survey_invitation_survey_id_survey_id_fk" FOREIGN KEY ("survey_id") REFERENCES "public"."survey"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "acceptance_result" ADD CONSTRAINT "acceptance_result_upgrade_id_upgrade_id_fk" FOREIGN KEY ("upgrade_id") REFERENCES "public"."upgrade"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "status_line" ADD CONSTRAINT "status_line_upgrade_id_upgrade_id_fk" FOREIGN KEY ("upgrade_id") REFERENCES "public"."upgrade"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "upgrade_issue" ADD CONSTRAINT "upgrade_issue_upgrade_id_upgrade_id_fk" FOREIGN KEY ("upgrade_id") REFERENCES "public"."upgrade"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "upgrade_role" ADD CONSTRAINT "upgrade_role_upgrade_id_upgrade_id_fk" FOREIGN KEY ("upgrade_id") REFERENCES "public"."upgrade"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outbox_pending" ON "outbox" USING btree ("lane","sequence") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "outbox_pending_by_target" ON "outbox" USING btree ("team_id","target","sequence") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "outbox_by_message" ON "outbox" USING btree ("channel","ts");--> statement-breakpoint
CREATE INDEX "record_entry_of_upgrade" ON "record_entry" USING btree ("upgrade_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "decision_one_open" ON "decision" USING btree ("upgrade_id") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "survey_invitation_when" ON "survey_invitation" USING btree ("survey_id","invite_at");--> statement-breakpoint
CREATE INDEX "timetable_due" ON "timetable" USING btree ("due_at") WHERE state = 'planned';--> statement-breakpoint
CREATE INDEX "status_line_latest" ON "status_line" USING btree ("upgrade_id","at");--> statement-breakpoint
CREATE INDEX "upgrade_by_state" ON "upgrade" USING btree ("team_id","state");--> statement-breakpoint
CREATE INDEX "upgrade_role_by_user" ON "upgrade_role" USING btree ("team_id","user_id");