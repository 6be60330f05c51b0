select kind, count(*), sum(members) from v_packet group by kind
