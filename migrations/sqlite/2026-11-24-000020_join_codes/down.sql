DROP TABLE arrivals;
DROP TABLE join_codes;
