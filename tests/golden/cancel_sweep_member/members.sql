select packet, seq from v_packet_member order by 1, 2
