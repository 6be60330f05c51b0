select count(*) from correction
