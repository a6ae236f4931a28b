-- Looking back: at what happened to one person's instance, and at what happened when.
CREATE INDEX activity_user ON activity (user_id, number);
CREATE INDEX activity_kind ON activity (kind, at);
