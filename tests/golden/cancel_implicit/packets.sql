select id, state from v_packet order by id
