SELECT seq, contract, day, volume, open_interest_before, open_interest_after, outcome,
       ifnull(opened, '-'), ifnull(closed, '-') FROM v_opening ORDER BY rev
