select seq, price, size, state from v_option_print union all select seq, price, size, state from v_equity_print order by 1
