select seq, target, outcome from v_repair
