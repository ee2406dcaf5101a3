CREATE TABLE "seen_request" (
	"digest" text PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
