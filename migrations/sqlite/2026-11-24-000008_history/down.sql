DROP INDEX activity_kind;
DROP INDEX activity_user;
